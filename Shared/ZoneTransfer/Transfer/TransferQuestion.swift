// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A request for a zone, whole or as differences (RFC 5936 2.1, RFC 1995 3).
package struct TransferQuestion: Sendable {
    /// What is asked for.
    package enum Kind: Sendable, Hashable {
        /// The zone.
        case whole
        /// What changed since the version with this serial.
        case since(UInt32)
    }

    /// The zone's apex.
    package let zone: Name
    /// What of it.
    package let kind: Kind
    /// The request, for its header and question.
    package let request: Message

    /// Reads a request that came without a signature, or whose signature has been taken off.
    ///
    /// Throws the response code that refuses it: FORMERR, BADVERS, or NOTAUTH for another class than IN.
    package init(_ request: Message) throws(TransferRefusal) {
        guard request.questions.count == 1, let question = request.questions.first else {
            throw TransferRefusal(.formatError)
        }
        guard (request.edns?.version ?? 0) == 0 else { throw TransferRefusal(.badVersion) }
        switch question.type {
        case .axfr:
            kind = .whole
        case .ixfr:
            // RFC 1995 3: the authority section holds the SOA record that the client has.
            guard request.authorities.count == 1, let record = request.authorities.first, record.type == .soa,
                record.owner == question.name, let soa = try? RData.SOA(rdata: record.rdata)
            else { throw TransferRefusal(.formatError) }
            kind = .since(soa.serial)
        default:
            throw TransferRefusal(.notImplemented)
        }
        guard question.rrclass == .internet else { throw TransferRefusal(.notAuthoritative) }
        zone = question.name
        self.request = request
    }
}

/// A request that is answered with a response code alone.
package struct TransferRefusal: Error, Sendable, Hashable {
    /// What the response says.
    package let rcode: RCode

    /// A refusal with this code.
    package init(_ rcode: RCode) {
        self.rcode = rcode
    }
}
