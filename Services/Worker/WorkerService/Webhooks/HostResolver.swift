// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import NIOCore
import NIOPosix

/// Resolves host names to addresses with the system's resolver, off the cooperative threads.
struct HostResolver: Sendable {
    /// An address and its text form.
    struct Address: Sendable, Equatable {
        /// 4 or 16 octets in network order.
        let bytes: [UInt8]
        let text: String
    }

    /// The addresses of a host, IPv4 first: a machine without IPv6 routes is more common than the other way round.
    /// Throws ``WebhookFailure`` when there are none or the time is over.
    func addresses(of host: String, timeout: TimeAmount) async throws -> [Address] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: [Address].self)
        // Only the first completion of a promise counts.
        let timer = loop.scheduleTask(in: timeout) {
            promise.fail(WebhookFailure("the host name was not resolved in time"))
        }
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) { Self.lookUp(host) }.cascade(to: promise)
        defer { timer.cancel() }
        let addresses = try await promise.futureResult.get()
        guard !addresses.isEmpty else { throw WebhookFailure("the host name has no address") }
        return addresses.filter { $0.bytes.count == 4 } + addresses.filter { $0.bytes.count != 4 }
    }

    private static func lookUp(_ host: String) -> [Address] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: the list is freed below and not used after that.
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [Address] = []
        var next = unsafe list
        while let entry = unsafe next {
            let address = unsafe address(
                entry.pointee.ai_addr,
                length: Int(entry.pointee.ai_addrlen),
                family: entry.pointee.ai_family
            )
            if let address, !addresses.contains(address) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    /// SAFETY: `length` octets are at the pointer; the offsets are those of sin_addr and sin6_addr.
    private static func address(_ pointer: UnsafeMutablePointer<sockaddr>?, length: Int, family: CInt) -> Address? {
        guard let pointer = unsafe pointer else { return nil }
        let place =
            switch family {
            case AF_INET: 4..<8
            case AF_INET6: 8..<24
            default: 0..<0
            }
        guard !place.isEmpty, place.upperBound <= length else { return nil }
        var bytes = unsafe Array(UnsafeRawBufferPointer(start: pointer, count: length)[place])
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // SAFETY: the buffers are as long as their arguments say and outlive the call.
        guard unsafe inet_ntop(family, &bytes, &text, socklen_t(text.count)) != nil else { return nil }
        let end = text.firstIndex(of: 0) ?? text.endIndex
        return Address(bytes: bytes, text: String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
