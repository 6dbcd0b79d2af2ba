// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ZoneStore
import ZoneTransfer

/// The messages of RFC 1996.
enum NotifyMessage {
    /// What an answer says.
    enum Answer: Hashable {
        /// The peer knows.
        case acknowledged
        /// The peer does not want it: the code it answered.
        case refused(RCode)
        /// Nothing that counts: a message about something else, of someone else, or an error that may pass.
        case none
    }

    /// Tells that a zone has a new SOA record, which is given as a hint (3.7).
    static func notification(of soa: RRset, id: UInt16) throws(WireError) -> [UInt8] {
        var header = MessageHeader(id: id)
        header.opcode = .notify
        header.isAuthoritative = true
        var message = Message(header: header, questions: [Question(name: soa.owner, type: .soa)])
        message.answers = soa.rdatas.map { ResourceRecord(owner: soa.owner, type: .soa, ttl: soa.ttl, rdata: $0) }
        return try message.encoded()
    }

    /// What `octets`, from the peer's address, say to the notification of `zone` with the identifier that they have.
    ///
    /// - Parameter client: checks the signature where the notification had one.
    static func answer(_ octets: [UInt8], of zone: Name, client: TSIGClient?, now: UInt64) -> Answer {
        var octets = octets
        if var client {
            do throws(TSIGFailure) {
                octets = try client.verify(octets, now: now)
            } catch {
                guard case .reported = error else { return .none }
                return .refused(.notAuthoritative)
            }
        }
        guard let message = try? Message(wire: octets), message.header.isResponse, message.header.opcode == .notify,
            message.questions.isEmpty || message.questions.first?.name == zone
        else { return .none }
        switch message.rcode {
        case .noError: return .acknowledged
        case .serverFailure: return .none
        default: return .refused(message.rcode)
        }
    }
}
