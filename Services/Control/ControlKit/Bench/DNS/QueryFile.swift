// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// Lists of questions as `dnsperf` and `queryperf` read them: a name and a type on each line.
///
/// Empty lines and lines that begin with `;` or `#` are passed over. Names are absolute with or without a final dot.
enum QueryFile {
    /// The queries of a list.
    ///
    /// - Throws: `ControlError` with the number of the line that cannot be read.
    static func queries(_ text: String, shape: QueryShape) throws(ControlError) -> [[UInt8]] {
        var queries: [[UInt8]] = []
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            guard let first = words.first, let character = first.first, character != 0x3B, character != 0x23 else {
                continue
            }
            guard words.count == 2, let type = RRType(mnemonic: String(decoding: words[1], as: UTF8.self)) else {
                throw ControlError("line \(number): not a name and a type")
            }
            do {
                queries.append(try shape.query(Question(name: try Name(text: first, origin: .root), type: type)))
            } catch {
                throw ControlError("line \(number): \(error)")
            }
        }
        return queries
    }
}
