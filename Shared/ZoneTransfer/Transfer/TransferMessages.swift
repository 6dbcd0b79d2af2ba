// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
internal import ZoneStore

/// The messages of a transfer, each made when it is asked for.
///
/// Whatever the zone's size, memory holds one message and one piece of the zone.
package struct TransferMessages {
    /// A message ends behind the record that brings it to this length: pointers of compression reach no further.
    package static let usualLength = 16_384

    /// Resource records written so far.
    package private(set) var recordCount = 0
    private let request: Message
    private var records: TransferRecords
    private var transaction: TSIGTransaction?
    private var writer: WireWriter
    private var current: RRset?
    private var index = 0
    private var compresses = false
    private var isFirst = true

    /// The messages that answer `question` with `records`.
    ///
    /// - Parameters:
    ///   - transaction: signs every message.
    ///   - limit: the longest message in octets, signature included.
    package init(
        _ question: TransferQuestion,
        _ records: TransferRecords,
        transaction: TSIGTransaction?,
        limit: Int = Message.maximumLength
    ) {
        request = question.request
        self.records = records
        self.transaction = transaction
        let reserved = (transaction?.signatureLength ?? 0) + (request.edns == nil ? 0 : TransferResponse.optLength)
        writer = WireWriter(limit: max(limit - reserved, 0), capacity: Self.usualLength + 1_024)
    }

    /// The next message; nil at the end.
    ///
    /// Throws what the source throws, and `WireError` for a record that no message can hold.
    ///
    /// - Parameter now: seconds since 1970, for the signature.
    package mutating func next(now: UInt64) throws -> [UInt8]? {
        if current == nil { try advance() }
        guard current != nil else { return nil }
        writer.reset()
        try TransferResponse.header(to: request, .noError, isAuthoritative: true).encode(to: &writer)
        try SectionCounts(questions: 1).encode(to: &writer)
        for question in request.questions { try question.encode(to: &writer) }
        var count: UInt16 = 0
        while let rrset = current, writer.count < Self.usualLength, count < .max {
            let start = writer.count
            do throws(WireError) {
                try Self.write(rrset, index, compresses, to: &writer)
            } catch {
                // What does not fit here begins the next message; what does not fit there either has no place.
                guard error == .bufferFull, count > 0 else { throw error }
                writer.rollBack(to: start)
                break
            }
            count += 1
            index += 1
            if index == rrset.rdatas.count { try advance() }
        }
        recordCount += Int(count)
        writer.patchUInt16(count, at: 6)
        var message = writer.octets
        if isFirst { TransferResponse.appendOPT(of: request, .noError, to: &message) }
        isFirst = false
        transaction?.sign(&message, now: now)
        return message
    }

    /// The message that ends the transfer with an error code: the client is to forget what came before (RFC 5936 2.2).
    package mutating func failure(_ rcode: RCode, now: UInt64) -> [UInt8] {
        var message = TransferResponse.empty(to: request, rcode)
        transaction?.sign(&message, now: now)
        return message
    }

    private mutating func advance() throws {
        index = 0
        repeat { current = try records.next() } while current?.rdatas.isEmpty == true
        compresses = current.flatMap { RDataLayout.of($0.type) }?.hasCompressibleNames ?? false
    }

    private static func write(
        _ rrset: RRset,
        _ index: Int,
        _ compresses: Bool,
        to writer: inout WireWriter
    ) throws(WireError) {
        let rdata = rrset.rdatas[index]
        try writer.writeName(rrset.owner)
        try writer.writeUInt16(rrset.type.rawValue)
        try writer.writeUInt16(RRClass.internet.rawValue)
        try writer.writeUInt32(ttl(of: rrset, rdata))
        guard compresses else {
            guard let length = UInt16(exactly: rdata.count) else { throw .lengthOverflow }
            try writer.writeUInt16(length)
            return try writer.writeOctets(rdata)
        }
        try writer.writeLengthPrefixed16 { (writer) throws(WireError) in
            try RDataCompression.write(rrset.type, rdata, to: &writer)
        }
    }

    /// Signatures over sets of different TTLs stand in one set; each has the TTL of what it covers (RFC 4034 3), which
    /// is the original TTL that it names.
    private static func ttl(of rrset: RRset, _ rdata: [UInt8]) -> UInt32 {
        guard rrset.type == .rrsig, rdata.count >= 8 else { return rrset.ttl }
        return rdata[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
