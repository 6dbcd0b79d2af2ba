// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import Glibc
import Runtime
import Synchronization

/// Sockets on their way from a responder to its successor: what each is for, and its descriptor.
struct HandedSocket: Sendable {
    /// What a socket is for.
    enum Kind: String, Sendable {
        case udp
        case tcp
        case tls
    }

    let kind: Kind
    /// The address as the options have it, port 0 included: that is what a successor looks for.
    let address: HostPort
    let descriptor: CInt

    /// The line that describes it.
    var line: String { "\(kind.rawValue) \(address)" }

    init(kind: Kind, address: HostPort, descriptor: CInt) {
        self.kind = kind
        self.address = address
        self.descriptor = descriptor
    }

    /// Reads a line that came with a descriptor; nil when it makes no sense.
    init?(line: some StringProtocol, descriptor: CInt) {
        let words = line.split(separator: " ")
        guard words.count == 2, let kind = Kind(rawValue: String(words[0])), let address = HostPort(String(words[1]))
        else { return nil }
        self.init(kind: kind, address: address, descriptor: descriptor)
    }
}

/// The sockets that a successor was given. They are closed with the value's life: whoever uses one makes a copy.
final class HandedSockets: Sendable {
    private let sockets: [HandedSocket]
    private let used = Mutex<Set<CInt>>([])

    init(_ sockets: [HandedSocket]) {
        self.sockets = sockets
    }

    deinit {
        for socket in sockets { close(socket.descriptor) }
    }

    /// Up to `limit` sockets of a kind and address.
    func take(_ kind: HandedSocket.Kind, _ address: HostPort, limit: Int) -> [CInt] {
        let found = sockets.filter { $0.kind == kind && $0.address == address }.prefix(limit).map(\.descriptor)
        used.withLock { $0.formUnion(found) }
        return found
    }

    /// Makes the UDP sockets that nobody took deaf, so that their predecessor can answer what waits in them.
    func detachUnused() {
        let used = used.withLock { $0 }
        for socket in sockets where socket.kind == .udp && !used.contains(socket.descriptor) {
            _ = cdatagram_detach(socket.descriptor)
        }
    }
}
