// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// The messages of a transfer, each made when it is asked for.
///
/// Whatever the zone's size, memory holds one message and one piece of the zone.
package struct TransferMessages {
    /// Resource records written so far.
    package private(set) var recordCount = 0
    private let request: Message
    private var records: TransferRecords
    private var transaction: TSIGTransaction?
    /// Where each message is written.
    private var memory: [UInt8]
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
        memory = [UInt8](repeating: 0, count: max(limit - reserved, 0) + TransferPacker.slack)
    }

    /// The next message; nil at the end.
    ///
    /// Throws what the source throws, and `WireError` for a record that no message can hold.
    ///
    /// - Parameter now: seconds since 1970, for the signature.
    package mutating func next(now: UInt64) throws -> [UInt8]? {
        guard !records.isOver, let question = request.questions.first else { return nil }
        var writer = WireWriter(capacity: 512)
        try TransferResponse.header(to: request, .noError, isAuthoritative: true).encode(to: &writer)
        try SectionCounts(questions: 1).encode(to: &writer)
        try question.encode(to: &writer)
        let head = writer.octets
        // Taken out, for the records to be written to while it is lent.
        var memory: [UInt8] = []
        swap(&memory, &self.memory)
        defer { swap(&memory, &self.memory) }
        let count = try unsafe memory.withUnsafeMutableBytes { memory in
            // SAFETY: the packer ends with the closure.
            guard memory.count >= head.count else { throw WireError.bufferFull }
            unsafe memory.copyBytes(from: head)
            var packer = try unsafe TransferPacker(memory, count: head.count, apexLength: question.name.wire.count)
            try records.write(to: &packer)
            recordCount += Int(packer.records)
            unsafe memory.storeBytes(of: packer.records.bigEndian, toByteOffset: 6, as: UInt16.self)
            return packer.count
        }
        var message: [UInt8] = []
        // Room for an OPT record and a signature.
        message.reserveCapacity(count + 512)
        message.append(contentsOf: memory[..<count])
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
}
