// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram
internal import Glibc

/// A bound UDP socket; closed with the value's life.
struct UDPSocket: ~Copyable {
    /// The descriptor.
    let descriptor: Int32
    /// The port that it is bound to.
    let port: UInt16

    /// How long a thread waits for a query before it looks whether it is to stop.
    private static let receiveTimeout: Int32 = 250
    /// Room for bursts, as far as the system allows it.
    private static let bufferSize: Int32 = 4 << 20

    /// A socket that shares its address with others of this server.
    init(_ address: ListenAddress) throws(UDPServerError) {
        try self.init(owning: Self.open(address, isShared: true), address)
    }

    /// A copy of a socket that another process made for `address`, with the options that it gave it.
    init(copying descriptor: Int32, _ address: ListenAddress) throws(UDPServerError) {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw .system("\(address)", operation: "copy a socket", code: errno) }
        try self.init(owning: copy, address)
    }

    private init(owning descriptor: Int32, _ address: ListenAddress) throws(UDPServerError) {
        let found = cdatagram_port(descriptor)
        guard found >= 0 else {
            let code = errno
            cdatagram_close(descriptor)
            throw .system("\(address)", operation: "find the port", code: code)
        }
        self.descriptor = descriptor
        port = UInt16(truncatingIfNeeded: found)
    }

    deinit {
        cdatagram_close(descriptor)
    }

    /// Throws when another socket has the address, also one that would share it.
    static func probe(_ address: ListenAddress) throws(UDPServerError) {
        cdatagram_close(try open(address, isShared: false))
    }

    private static func open(_ address: ListenAddress, isShared: Bool) throws(UDPServerError) -> Int32 {
        var options = cdatagram_options()
        options.receive_buffer = bufferSize
        options.send_buffer = bufferSize
        options.receive_timeout_ms = receiveTimeout
        options.reuse_port = isShared ? 1 : 0
        var step = CDATAGRAM_STEP_NONE
        let descriptor = unsafe cdatagram_open(address.host, address.port, &options, &step)
        guard descriptor >= 0 else { throw UDPServerError(address: "\(address)", step: step, code: errno) }
        return descriptor
    }
}
