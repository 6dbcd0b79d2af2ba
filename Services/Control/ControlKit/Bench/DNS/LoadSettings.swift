// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a load is made of.
struct LoadSettings: Sendable {
    /// How the queries travel.
    enum Carrier: Sendable {
        case datagrams
        /// TCP, pipelined, each query with its length in front (RFC 1035 4.2.2).
        case streams
    }

    /// A literal IPv4 or IPv6 address.
    var host: String
    var port: UInt16
    var carrier = Carrier.datagrams
    /// Sockets of all threads together, each a client of its own to the server.
    var clients = 8
    /// Queries of all clients together that may wait for their answers.
    var outstanding = 512
    /// Queries a second of all threads together; nil sends as fast as answers come.
    var rate: Double?
    var threads = 1
    var warmUp: Duration = .seconds(1)
    var duration: Duration = .seconds(10)
    /// How long an answer may take before its query counts as lost.
    var timeout: Duration = .seconds(2)
    /// Whether the kernel may cut packets of one length from one send.
    var usesOffload = true
    /// Processes whose accounting is read at both ends of the measured time.
    var serverProcesses: [Int32] = []

    /// Sockets of one thread.
    func clients(ofThread index: Int) -> Int {
        clients / threads + (index < clients % threads ? 1 : 0)
    }

    /// Queries in flight that one socket may have.
    var window: Int { max(1, outstanding / clients) }
}
