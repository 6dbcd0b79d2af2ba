// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import FuzzTargets

/// The inputs that a target is tested with: a file of lines in base64, see `Docs/fuzzing.md`.
struct Corpus {
    /// The inputs in the order of their lines.
    let inputs: [[UInt8]]

    init(_ target: FuzzTarget) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fuzz/Corpus/\(target.rawValue).txt")
        inputs = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            guard let data = Data(base64Encoded: String(line)) else { throw BadLine(text: String(line)) }
            return Array(data)
        }
    }

    /// The line that holds an input.
    static func text(of input: [UInt8]) -> String {
        Data(input).base64EncodedString()
    }

    /// A line that is not base64.
    struct BadLine: Error {
        let text: String
    }
}
