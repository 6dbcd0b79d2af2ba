// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// What a responder needs to answer options, kept so that no query touches a reference count.
@safe
struct OptionSources: ~Copyable {
    // SAFETY: a copy of the identifier, allocated in init and freed in deinit.
    private let memory: UnsafeMutableRawBufferPointer
    /// The secrets of this batch.
    private(set) var keys = CookieKeys.none
    private var seconds: UInt32 = 0

    /// The block that responses on encrypted streams are padded to (RFC 8467 4.1).
    static let paddingBlock = 468

    init(_ configuration: borrowing ResponderConfiguration) {
        let identifier = configuration.serverIdentifier ?? []
        let kept = identifier.prefix(ResponderConfiguration.maximumIdentifier)
        unsafe memory = .allocate(byteCount: kept.count, alignment: 1)
        unsafe memory.copyBytes(from: kept)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The octets of NSID; empty when it is not answered.
    var identifier: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(memory) }

    /// Takes the present secrets for the queries until the next call.
    mutating func beginBatch(_ configuration: borrowing ResponderConfiguration) {
        seconds = 0
        if let cookies = configuration.cookies { keys = cookies.keys }
    }

    /// Seconds since 1970, the same for a whole batch; only a batch with a cookie reads the clock.
    mutating func now() -> UInt32 {
        if seconds == 0 {
            var time = timespec()
            unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
            seconds = UInt32(truncatingIfNeeded: time.tv_sec)
        }
        return seconds
    }
}
