// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Glibc
import TestSupport
import ZoneTransfer

/// Fetches a zone from a server on loopback, and checks every signature.
struct SecondaryClient {
    /// The server's port.
    let port: Int
    /// Signs requests; nil for none.
    let key: TSIGKey?

    /// The serial that the server has; nil when it has none yet.
    func serial() throws -> UInt32? {
        let query = DNSClient.question(try Name(text: SecondaryZone.name), .soa, payloadSize: nil)
        guard let answer = try DNSClient(port: port, timeout: .seconds(1)).askUDP(query),
            let record = try Message(wire: answer).answers.first
        else { return nil }
        return try RData.SOA(rdata: record.rdata).serial
    }

    /// What a request for the whole zone is answered: the code, and all records, the closing SOA left out.
    func transfer() throws -> (rcode: RCode, records: Set<ComparableRecord>) {
        var request = try Message.query(id: 0x2F2F, Question(name: try Name(text: SecondaryZone.name), type: .axfr))
            .encoded()
        var client = key.map { TSIGClient(key: $0) }
        client?.sign(&request, now: Self.now)
        var records: [ResourceRecord] = []
        var rcode = RCode.noError
        try DNSClient(port: port, timeout: .seconds(10)).converse(request) { octets in
            let plain: [UInt8]
            if client == nil {
                // What is wrong with a request is told unsigned.
                plain = try SignedMessage(octets).query
            } else {
                plain = try client?.verify(octets, now: Self.now) ?? []
            }
            let message = try Message(wire: plain)
            rcode = message.rcode
            records += message.answers
            return rcode != .noError || (records.count > 1 && records.first?.rdata == records.last?.rdata)
        }
        if rcode == .noError {
            guard client?.isComplete ?? true, records.count > 1, records.last?.type == .soa else {
                throw SecondaryError("the transfer is not complete")
            }
            records.removeLast()
        }
        let unique = Set(records.map { ComparableRecord($0) })
        guard unique.count == records.count else { throw SecondaryError("a record came twice") }
        return (rcode, unique)
    }

    private static var now: UInt64 { UInt64(time(nil)) }
}
