// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A message that no well-meaning client sends, or only now and then, and what each server does with it.
struct OddMessage: Sendable {
    /// What is odd about it.
    let name: String
    /// The message; its identifier is overwritten.
    let octets: [UInt8]
    /// What we do, in the form of `OddAnswer`.
    let ours: String
    /// What others do; who is not named does what we do.
    let others: [DifferentialServer.Make: String]
    /// Why we do so, where others do not.
    let reason: String

    init(
        _ name: String,
        _ octets: [UInt8],
        _ ours: String,
        _ others: [DifferentialServer.Make: String] = [:],
        _ reason: String = ""
    ) {
        self.name = name
        self.octets = octets
        self.ours = ours
        self.others = others
        self.reason = reason
    }

    /// A header with one question, if `counts` does not say otherwise, and what follows.
    static func message(_ flags: UInt16 = 0, _ counts: [UInt8] = [1, 0, 0, 0], _ rest: [[UInt8]]) -> [UInt8] {
        var octets: [UInt8] = [0, 0, UInt8(flags >> 8), UInt8(flags & 255)]
        for count in counts { octets += [0, count] }
        return octets + Array(rest.joined())
    }

    /// The question for the A records of `web.odd.test.`, or of another type and class.
    static func question(_ type: UInt8 = 1, _ rrclass: UInt8 = 1) -> [UInt8] {
        name + [0, type, 0, rrclass]
    }

    /// `web.odd.test.`
    static let name: [UInt8] = [3, 0x77, 0x65, 0x62, 3, 0x6F, 0x64, 0x64, 4, 0x74, 0x65, 0x73, 0x74, 0]

    /// An OPT record.
    static func opt(
        version: UInt8 = 0,
        flags: UInt8 = 0,
        payload: UInt16 = 1232,
        owner: [UInt8] = [0],
        options: [UInt8] = [],
        length: UInt8? = nil
    ) -> [UInt8] {
        var record: [UInt8] = owner
        record += [0, 41, UInt8(payload >> 8), UInt8(payload & 255), 0, version, flags, 0, 0]
        record.append(length ?? UInt8(options.count))
        return record + options
    }

    /// An A record of `web.odd.test.` whose owner is a pointer to the question.
    static let address: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]

    /// A TSIG record of a key that nobody has.
    static let signature: [UInt8] = {
        let head: [UInt8] = [1, 0x6B, 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 61]
        let algorithm = [11] + Array("hmac-sha256".utf8) + [0]
        let times: [UInt8] = [0, 0, 0x5F, 0, 0, 0, 1, 0x2C, 0, 32]
        let code = [UInt8](repeating: 7, count: 32)
        return head + algorithm + times + code + [UInt8](repeating: 0, count: 6)
    }()
}
