// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import NIOCore
import ResponderEngine
import Runtime

/// The listening TCP sockets of a responder, bound or inherited, each with the address that the options name.
struct ResponderListeners: Sendable {
    /// For TCP; UDP has the same addresses.
    let tcp: [StreamListener]
    /// For TLS.
    let tls: [StreamListener]

    private let listen: [HostPort]
    private let tlsListen: [HostPort]

    /// Takes the sockets that a predecessor gives, and binds those that it had not.
    init(_ options: ResponderOptions, from handed: HandedSockets?) throws(DaemonError) {
        listen = options.listen
        tlsListen = options.streams.tlsListen
        tcp = try Self.listeners(.tcp, listen, "listen", handed)
        tls = try Self.listeners(.tls, tlsListen, "listen-tls", handed)
    }

    /// The addresses for UDP: those of TCP, with the ports that the system chose.
    var udpAddresses: [ListenAddress] {
        tcp.map { ListenAddress(host: $0.address.host, port: UInt16(clamping: $0.address.port)) }
    }

    /// The UDP sockets that a predecessor gives for ``udpAddresses``.
    func inheritedUDP(from handed: HandedSockets?, threads: Int) -> [ListenAddress: [CInt]] {
        var inherited: [ListenAddress: [CInt]] = [:]
        for (asked, bound) in zip(listen, udpAddresses) {
            inherited[bound] = handed?.take(.udp, asked, limit: threads)
        }
        return inherited
    }

    /// What a successor gets.
    func handed(with udp: UDPServer) -> [HandedSocket] {
        let streams =
            zip(listen, tcp).map { HandedSocket(kind: .tcp, address: $0, descriptor: $1.descriptor) }
            + zip(tlsListen, tls).map { HandedSocket(kind: .tls, address: $0, descriptor: $1.descriptor) }
        let datagrams = zip(listen, udpAddresses).flatMap { asked, bound in
            udp.descriptors(of: bound).map { HandedSocket(kind: .udp, address: asked, descriptor: $0) }
        }
        return streams + datagrams
    }

    private static func listeners(
        _ kind: HandedSocket.Kind,
        _ addresses: [HostPort],
        _ option: String,
        _ handed: HandedSockets?
    ) throws(DaemonError) -> [StreamListener] {
        var listeners: [StreamListener] = []
        for address in addresses {
            if let descriptor = handed?.take(kind, address, limit: 1).first {
                listeners.append(try copy(descriptor, address, option))
            } else {
                listeners.append(try StreamListener(address, option: option))
            }
        }
        return listeners
    }

    private static func copy(
        _ descriptor: CInt,
        _ address: HostPort,
        _ option: String
    ) throws(DaemonError) -> StreamListener {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        do {
            guard copy >= 0 else { throw IOError(errnoCode: errno, reason: "fcntl") }
            return try StreamListener(address, adopting: copy)
        } catch {
            if copy >= 0 { close(copy) }
            throw .cannotListen(on: address, option: option, error: error)
        }
    }
}
