// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why an ACME server refused (RFC 7807; RFC 8555 section 6.7).
package struct ACMEProblem: Error, Sendable, Equatable, Decodable {
    /// What is wrong about one name of several (RFC 8555 section 6.7.1).
    package struct Part: Sendable, Equatable, Decodable {
        /// The URN of the kind of problem.
        package let type: String
        /// For people.
        package let detail: String
        /// The name it is about.
        package let identifier: ACMEIdentifier?

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Fields.self)
            type = try fields.decodeIfPresent(String.self, forKey: .type) ?? "about:blank"
            detail = ACMEProblem.bounded(try fields.decodeIfPresent(String.self, forKey: .detail) ?? "")
            identifier = try fields.decodeIfPresent(ACMEIdentifier.self, forKey: .identifier)
        }
    }

    private enum Fields: String, CodingKey {
        case type, detail, status, identifier, subproblems
    }

    /// The URN of the kind of problem; `about:blank` when the server gave none.
    package let type: String
    /// For people. At most 1,000 characters of it are kept.
    package let detail: String
    /// The status of the answer, where the server repeats it.
    package let status: Int?
    /// What is wrong about single names; at most 100 are kept.
    package let subproblems: [Part]

    /// A problem of a known kind.
    package init(type: String, detail: String, status: Int? = nil) {
        self.type = type
        self.detail = Self.bounded(detail)
        self.status = status
        subproblems = []
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Fields.self)
        type = try fields.decodeIfPresent(String.self, forKey: .type) ?? "about:blank"
        detail = Self.bounded(try fields.decodeIfPresent(String.self, forKey: .detail) ?? "")
        status = try fields.decodeIfPresent(Int.self, forKey: .status)
        subproblems = Array((try fields.decodeIfPresent([Part].self, forKey: .subproblems) ?? []).prefix(100))
    }

    /// The kind: what follows `urn:ietf:params:acme:error:`, or the whole type.
    package var kind: String {
        let prefix = "urn:ietf:params:acme:error:"
        return type.hasPrefix(prefix) ? String(type.dropFirst(prefix.count)) : type
    }

    /// One line for people: the kind, the detail, and that of every name.
    package var summary: String {
        let parts = subproblems.map { part in
            part.identifier.map { "\($0.value): \(part.detail)" } ?? part.detail
        }
        return Self.bounded(([detail.isEmpty ? kind : "\(kind): \(detail)"] + parts).joined(separator: "; "))
    }

    private static func bounded(_ text: String) -> String {
        String(
            text.unicodeScalars.lazy.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(1_000).map(Character.init)
        )
    }
}
