// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Asks a primary server for a zone's serial, for the zone, or for what changed of it, and reads the answer message by message.
///
/// It does no input and output: a transport sends ``request(now:)`` and hands over what comes back.
package struct IncomingTransfer: Sendable {
    /// What is asked for.
    package enum Kind: Sendable, Hashable {
        /// The SOA record alone: the answer is `upToDate`, whatever the serial is.
        case serial
        /// The whole zone (RFC 5936).
        case whole
        /// What changed since this SOA record (RFC 1995).
        case since(ResourceRecord)

        var type: RRType {
            switch self {
            case .serial: .soa
            case .whole: .axfr
            case .since: .ixfr
            }
        }
    }

    private let question: Question
    private let kind: Kind
    private let id: UInt16
    private let limits: IncomingLimits
    private var tsig: TSIGClient?
    private var assembly: IncomingAssembly
    private var messages = 0
    private var octets = 0

    /// - Parameters:
    ///   - id: By chance, another one for each request.
    ///   - key: Signs the request; the answer must be signed with it, too.
    package init(
        zone: Name,
        kind: Kind,
        id: UInt16,
        key: TSIGKey?,
        limits: IncomingLimits = IncomingLimits()
    ) throws(IncomingFailure) {
        question = Question(name: zone, type: kind.type)
        self.kind = kind
        self.id = id
        self.limits = limits
        tsig = key.map(TSIGClient.init(key:))
        assembly = try IncomingAssembly(zone: zone, kind: kind, mostRecords: limits.records)
    }

    /// The octets to send, signed where there is a key; begins anew.
    ///
    /// - Parameter now: seconds since 1970.
    package mutating func request(now: UInt64) throws(WireError) -> [UInt8] {
        var message = Message.query(id: id, question)
        if case .since(let soa) = kind { message.authorities = [soa] }
        var octets = try message.encoded()
        tsig?.sign(&octets, now: now)
        return octets
    }

    /// Takes the next message; what was asked for once it is complete, nil while more must come.
    ///
    /// - Parameter now: seconds since 1970.
    package mutating func receive(_ octets: [UInt8], now: UInt64) throws(IncomingFailure) -> IncomingZone? {
        messages += 1
        self.octets += octets.count
        guard messages <= limits.messages else { throw .tooLarge("\(limits.messages) messages") }
        guard self.octets <= limits.octets else { throw .tooLarge("\(limits.octets) octets") }
        let message = try read(try verified(octets, now: now))
        for record in message.answers { try assembly.take(record) }
        let result = try assembly.result()
        if result != nil, let tsig, !tsig.isComplete { throw .signature(.unsigned) }
        return result
    }

    private mutating func verified(_ octets: [UInt8], now: UInt64) throws(IncomingFailure) -> [UInt8] {
        do throws(TSIGFailure) {
            return try tsig?.verify(octets, now: now) ?? octets
        } catch {
            throw .signature(error)
        }
    }

    /// The message, if it belongs to the answer (RFC 5936 2.2).
    private func read(_ octets: [UInt8]) throws(IncomingFailure) -> Message {
        let message: Message
        do throws(WireError) {
            message = try Message(wire: octets)
        } catch {
            throw .malformed("\(error)")
        }
        guard message.header.id == id, message.header.isResponse, message.header.opcode == .query else {
            throw .malformed("a message is not an answer to the question")
        }
        guard message.rcode == .noError else { throw .refused(message.rcode) }
        guard !message.header.isTruncated else { throw .malformed("a message is cut short") }
        // Messages behind the first may leave the question out.
        guard message.questions == [question] || messages > 1 && message.questions.isEmpty else {
            throw .malformed("a message answers another question")
        }
        guard !message.answers.isEmpty else { throw .malformed("a message has no records") }
        if case .serial = kind, !message.header.isAuthoritative {
            throw .malformed("the primary is not authoritative for the zone")
        }
        return message
    }
}
