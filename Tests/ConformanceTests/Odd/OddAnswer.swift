// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import TestSupport

/// What a server does with an odd message, as one line.
///
/// `-` is silence; else the code, flags besides QR and RD, the opcode unless it is QUERY, and the counts of the sections.
enum OddAnswer {
    /// Asks over UDP.
    static func line(for octets: [UInt8], port: Int) throws -> String {
        let probe = DNSClient.question(try Name(text: "odd.test."), .soa)
        let answers = try DNSClient(port: port).answers(to: octets, before: probe)
        guard answers.count < 2, answers.allSatisfy({ $0.count >= 12 }) else {
            throw SupportError("not one answer, or less than a header: \(answers)")
        }
        return answers.first.map { text(of: $0) } ?? "-"
    }

    private static func text(of answer: [UInt8]) -> String {
        let codes = [
            "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "7", "8", "NOTAUTH",
        ]
        let code = Int(answer[3] & 15)
        var words = [code < codes.count ? codes[code] : "\(code)"]
        let flags: [(Int, UInt8, String)] = [
            (2, 0x04, "AA"), (2, 0x02, "TC"), (3, 0x80, "RA"), (3, 0x40, "Z"), (3, 0x20, "AD"), (3, 0x10, "CD"),
        ]
        for (index, bit, name) in flags where answer[index] & bit != 0 { words.append(name) }
        let opcode = answer[2] >> 3 & 15
        if opcode != 0 { words.append("opcode \(opcode)") }
        if answer[2] & 0x80 == 0 { words.append("no QR") }
        words.append(stride(from: 5, to: 12, by: 2).map { "\(answer[$0])" }.joined(separator: "/"))
        // The OPT record comes last; its extended code is told where there is one.
        if let form = try? AnswerForm(answer), form.rcode > 15 { words.append("code \(form.rcode)") }
        return words.joined(separator: " ")
    }
}
