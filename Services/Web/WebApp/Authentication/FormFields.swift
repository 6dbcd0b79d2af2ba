// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird

/// The fields of a form, or of a JSON object of texts: OAuth's clients send either.
struct FormFields: Sendable {
    private let fields: [String: String]

    /// - Throws: 400 for what is neither, 413 for what is too long.
    init(_ request: Request) async throws {
        let bytes = try await request.bodyBytes(limit: 64 << 10)
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        // The Python client sends a form and calls it JSON, so that the text itself decides: no form begins with a brace.
        let opening = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if type == "application/x-www-form-urlencoded" || opening.map({ $0 != UInt8(ascii: "{") }) == true {
            self.init(form: String(decoding: bytes, as: UTF8.self))
            return
        }
        let object = bytes.isEmpty ? JSONObject() : try JSONObject(bytes)
        var fields: [String: String] = [:]
        for member in object.members {
            if case .string(let text) = member.value {
                fields[member.key] = text
            }
        }
        self.init(fields: fields)
    }

    private init(fields: [String: String]) {
        self.fields = fields
    }

    /// The fields of a form's text or of a query. Of a field that stands twice none counts: the two ends may read
    /// different ones.
    init(form: String) {
        var fields: [String: String] = [:]
        var repeated: Set<String> = []
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = parts[0].percentDecoded(plusIsSpace: true)
            if fields[key] != nil {
                repeated.insert(key)
            }
            fields[key] = parts.count == 2 ? parts[1].percentDecoded(plusIsSpace: true) : ""
        }
        for key in repeated {
            fields[key] = nil
        }
        self.fields = fields
    }

    /// The text of a field; nil where it is absent or empty.
    subscript(name: String) -> String? {
        self.fields[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
