// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Responses that are counted together: a class, and a name or a zone. Small enough to be kept with a cached answer.
struct ResponseAccount: Hashable {
    /// The classes, each with a rate of its own.
    enum Kind: UInt64 {
        case answer = 0
        case noData = 1
        case nameError = 2
        case referral = 3
        case refusal = 4
        case error = 5

        static let count = 6
    }

    /// The class in the highest three bits, 29 bits of the name's hash, 32 of the zone's generation.
    let rawValue: UInt64

    /// An account that was kept.
    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The account of a class, with a hash of what is counted apart within the zone.
    init(_ kind: Kind, zone: UInt32, hash: UInt64 = 0) {
        rawValue = kind.rawValue << 61 | (hash >> 35) << 32 | UInt64(zone)
    }

    /// The class as an index below `Kind.count`.
    var kindIndex: Int { min(Int(truncatingIfNeeded: rawValue >> 61), Kind.count - 1) }
    /// The zone's generation; 0 without a zone.
    var zone: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
    /// Whether a truncated response says nothing that the response itself does not say in as many octets.
    var isError: Bool { kindIndex >= Int(Kind.refusal.rawValue) }

    /// A hash of a name's wire form that is the same in upper and lower case.
    static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        guard let base = name.baseAddress else { return 0 }
        var hash = UInt64(truncatingIfNeeded: name.count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        // Some other octets fall together, too, which does no harm here.
        while index &+ 8 <= name.count {
            let word = unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self) | 0x2020_2020_2020_2020
            hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            index &+= 8
        }
        while index < name.count {
            hash = unsafe (hash ^ UInt64(base.octet(at: index) | 0x20)) &* 0xFF51_AFD7_ED55_8CCD
            index &+= 1
        }
        return hash ^ hash >> 29
    }
}
