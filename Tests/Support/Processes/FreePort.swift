// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Synchronization

/// Finds ports that nothing listens on.
package enum FreePort {
    /// Below the ports that systems give to connections (from 32,768 on): one of those could be somebody's before the
    /// server under test has it. Whole installations are put above.
    private static let range = 10_000..<20_000

    /// Where to look next: another port each time, so that two servers that are about to start do not get the same.
    private static let cursor = Atomic<Int>(Int.random(in: 0..<range.count))

    /// A port on 127.0.0.1 that is free for TCP and UDP at this moment.
    package static func next() throws -> Int {
        for _ in range {
            let place = cursor.wrappingAdd(1, ordering: .relaxed).oldValue
            let port = range.lowerBound + place % range.count
            if isFree(port) { return port }
        }
        throw SupportError("no port is free for both TCP and UDP")
    }

    /// Whether `port` of 127.0.0.1 is free for TCP and UDP at this moment.
    package static func isFree(_ port: Int) -> Bool {
        [SOCK_STREAM, SOCK_DGRAM].allSatisfy { type in
            canBind(type: Int32(type.rawValue), port: UInt16(clamping: port))
        }
    }

    private static func canBind(type: Int32, port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = LoopbackAddress.make(port: port)
        // SAFETY: the address is a sockaddr_in of the length given, and outlives the call.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
