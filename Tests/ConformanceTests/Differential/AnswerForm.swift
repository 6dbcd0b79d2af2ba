// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// A record in the one form in which two servers can be compared: names in lower case and not compressed.
struct RecordForm: Hashable, CustomStringConvertible {
    let owner: [UInt8]
    let type: RRType
    let rrclass: UInt16
    let ttl: UInt32
    let rdata: [UInt8]

    /// The type that a signature covers.
    var covered: RRType? {
        type == .rrsig && rdata.count > 2 ? RRType(rawValue: UInt16(rdata[0]) << 8 | UInt16(rdata[1])) : nil
    }

    /// Whether it is part of a denial.
    var isProof: Bool {
        let denying: Set<RRType> = [.nsec, .nsec3]
        return denying.contains(covered ?? type)
    }

    /// The owner.
    var name: Name { Name(validated: owner) }

    var description: String {
        let line = ResourceRecord(owner: name, type: type, ttl: ttl, rdata: rdata).line
        return rrclass == 1 ? line : "CLASS\(rrclass) \(line)"
    }
}

/// A response, as it is compared.
struct AnswerForm: Equatable {
    /// The code with the upper bits of the OPT record.
    var rcode = 0
    private(set) var opcode = 0
    var flags: Set<Flag> = []
    /// The question section's octets.
    var question: [UInt8] = []
    var answer: Set<RecordForm> = []
    var authority: Set<RecordForm> = []
    /// Without the OPT record.
    var additional: Set<RecordForm> = []
    /// The OPT record's version and DO bit.
    private(set) var edns: [UInt8]?
    /// Whether a record came twice in a section, or in two sections.
    private(set) var hasRepetition = false
    /// The octets of the message.
    private(set) var size = 0
    /// The owners in the answer section, in the case in which they came.
    private(set) var answerOwners: Set<[UInt8]> = []

    enum Flag: String, CaseIterable {
        case response = "QR"
        case authoritative = "AA"
        case truncated = "TC"
        case recursionDesired = "RD"
        case recursionAvailable = "RA"
        case authenticData = "AD"
        case checkingDisabled = "CD"
    }

    private static let bits: [(UInt16, Flag)] = [
        (0x8000, .response), (0x0400, .authoritative), (0x0200, .truncated), (0x0100, .recursionDesired),
        (0x0080, .recursionAvailable), (0x0020, .authenticData), (0x0010, .checkingDisabled),
    ]

    /// A record as it would come in a message.
    static func form(of record: ResourceRecord) throws -> RecordForm {
        var octets = record.owner.wire
        let length = record.rdata.count
        for number in [record.type.rawValue, 1, UInt16(record.ttl >> 16), UInt16(record.ttl & 0xFFFF), UInt16(length)] {
            octets += [UInt8(number >> 8), UInt8(number & 255)]
        }
        var reader = FormReader(octets + record.rdata)
        return try reader.record()
    }

    /// Reads a message.
    init(_ message: [UInt8]) throws {
        var reader = FormReader(message)
        size = message.count
        _ = try reader.number()
        let bits = try reader.number()
        rcode = Int(bits & 15)
        opcode = Int(bits >> 11 & 15)
        for (bit, flag) in Self.bits where bits & bit != 0 { flags.insert(flag) }
        let counts = try (0..<4).map { _ in Int(try reader.number()) }
        let start = reader.position
        for _ in 0..<counts[0] {
            _ = try reader.name()
            try reader.skip(4)
        }
        question = Array(message[start..<reader.position])
        var owners = reader
        for _ in 0..<counts[1] {
            var owner = owners
            answerOwners.insert(try owner.name(keepsCase: true))
            _ = try owners.record()
        }
        answer = try records(counts[1], &reader)
        authority = try records(counts[2], &reader)
        additional = try records(counts[3], &reader)
        guard reader.position == message.count else { throw SecondaryError("octets behind the message") }
        hasRepetition = hasRepetition || !answer.isDisjoint(with: additional)
    }

    private mutating func records(_ count: Int, _ reader: inout FormReader) throws -> Set<RecordForm> {
        var records: Set<RecordForm> = []
        for _ in 0..<count {
            let record = try reader.record()
            if record.type == .opt {
                rcode |= Int(record.ttl >> 24) << 4
                edns = [UInt8(record.ttl >> 16 & 255), UInt8(record.ttl >> 15 & 1)]
            } else if !records.insert(record).inserted {
                hasRepetition = true
            }
        }
        return records
    }
}

extension AnswerForm {
    /// Whether all sections but the question are empty.
    var isEmpty: Bool { answer.isEmpty && authority.isEmpty && additional.isEmpty }
    /// Whether it says that there is nothing, with the SOA.
    var isDenial: Bool { authority.contains { $0.type == .soa } }
    /// Whether it leads to the servers of a child.
    var isReferral: Bool { !flags.contains(.authoritative) && !isDenial && authority.contains { $0.type == .ns } }
    /// The records that deny, with their signatures.
    var proofs: Set<RecordForm> { authority.filter { $0.isProof } }

    /// Takes code, AA, TC and all sections from another answer; what the header says else, question and OPT stay.
    mutating func takeOutcome(of other: AnswerForm) {
        rcode = other.rcode
        for flag in [Flag.authoritative, .truncated] {
            if other.flags.contains(flag) { flags.insert(flag) } else { flags.remove(flag) }
        }
        answer = other.answer
        authority = other.authority
        additional = other.additional
    }
}

/// Reads messages; whatever does not fit throws.
private struct FormReader {
    let message: [UInt8]
    private(set) var position = 0

    init(_ message: [UInt8]) {
        self.message = message
    }

    mutating func octet() throws -> UInt8 {
        guard position < message.count else { throw SecondaryError("the message ends early") }
        position += 1
        return message[position - 1]
    }

    mutating func number() throws -> UInt16 {
        UInt16(try octet()) << 8 | UInt16(try octet())
    }

    mutating func skip(_ count: Int) throws {
        guard position + count <= message.count else { throw SecondaryError("the message ends early") }
        position += count
    }

    /// A name in lower case, unless its case is kept, not compressed.
    mutating func name(keepsCase: Bool = false) throws -> [UInt8] {
        var name: [UInt8] = []
        var end: Int?
        while true {
            let length = try octet()
            if length & 0xC0 == 0xC0 {
                let target = Int(length & 0x3F) << 8 | Int(try octet())
                if end == nil { end = position }
                guard target < position - 2 else { throw SecondaryError("a pointer that does not lead back") }
                position = target
                continue
            }
            guard length < 64, name.count + Int(length) < 255 else { throw SecondaryError("not a name") }
            name.append(length)
            if length == 0 { break }
            for _ in 0..<length {
                let octet = try octet()
                name.append(!keepsCase && (0x41...0x5A).contains(octet) ? octet | 0x20 : octet)
            }
        }
        if let end { position = end }
        return name
    }

    mutating func record() throws -> RecordForm {
        let owner = try name()
        let type = RRType(rawValue: try number())
        let rrclass = try number()
        let ttl = UInt32(try number()) << 16 | UInt32(try number())
        let end = Int(try number()) + position
        guard end <= message.count else { throw SecondaryError("the message ends early") }
        var rdata: [UInt8] = []
        if let layout = Self.layouts[type.rawValue] {
            for _ in 0..<layout.head { rdata.append(try octet()) }
            for _ in 0..<layout.names { rdata += try name() }
        }
        guard position <= end else { throw SecondaryError("RDATA is longer than its length says") }
        rdata += message[position..<end]
        position = end
        return RecordForm(owner: owner, type: type, rrclass: rrclass, ttl: ttl, rdata: rdata)
    }

    /// What stands before the names of types whose names are compressed, or compared without regard to case.
    private static let layouts: [UInt16: (head: Int, names: Int)] = [
        2: (0, 1), 3: (0, 1), 4: (0, 1), 5: (0, 1), 6: (0, 2), 7: (0, 1), 8: (0, 1), 9: (0, 1), 12: (0, 1), 14: (0, 2),
        15: (2, 1), 17: (0, 2), 18: (2, 1), 21: (2, 1), 26: (2, 2), 33: (6, 1), 36: (2, 1), 39: (0, 1), 46: (18, 1),
        47: (0, 1),
    ]
}
