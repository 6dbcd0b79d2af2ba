// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Something that a service's records depend on, such as the token that proves that a domain is the customer's.
package struct ServiceSetting: Hashable, Sendable {
    /// What a value may be.
    package enum Form: Hashable, Sendable {
        /// One label of a host name.
        case label
        /// A host name of two labels or more.
        case host
        /// Visible ASCII without quotation marks and backslashes; what comes before it may be given or left out.
        case token(prefix: String = "")
        /// An IPv4 address.
        case address
    }

    package let name: String
    package let label: String
    /// What the service adds to the value, to be shown beside it; nil for nothing.
    package let append: String?
    package let description: String
    package let example: String
    package let form: Form
    package let isRequired: Bool

    package init(
        _ name: String,
        label: String,
        append: String? = nil,
        description: String,
        example: String,
        form: Form,
        isRequired: Bool = true
    ) {
        self.name = name
        self.label = label
        self.append = append
        self.description = description
        self.example = example
        self.form = form
        self.isRequired = isRequired
    }

    /// The value as records have it; nil where it was left out and may be.
    ///
    /// - Throws: `ValidationErrors` for this setting.
    func value(from text: String?) throws(ValidationErrors) -> String? {
        let trimmed = Self.trimmed(text ?? "")
        guard !trimmed.isEmpty else {
            guard isRequired else { return nil }
            throw ValidationErrors(name, "can't be blank")
        }
        guard let value = normal(trimmed) else {
            throw ValidationErrors(name, "is invalid")
        }
        return value
    }

    private func normal(_ text: String) -> String? {
        switch form {
        case .label:
            var text = text.lowercased()
            if let append, text.hasSuffix(append) {
                text.removeLast(append.count)
            }
            return Self.isLabel(text[...]) ? text : nil
        case .host:
            let host = text.lowercased()
            let labels = (host.hasSuffix(".") ? host.dropLast() : host[...])
                .split(separator: ".", omittingEmptySubsequences: false)
            let isHost = labels.count > 1 && host.utf8.count <= 254 && labels.allSatisfy(Self.isLabel)
            return isHost ? labels.joined(separator: ".") : nil
        case .token(let prefix):
            let token = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
            let isToken = token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C && $0 != 0x7B }
            return isToken && !token.isEmpty && token.utf8.count <= 1_000 ? token : nil
        case .address:
            let octets = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
            return octets.count == 4 ? octets.map { String($0) }.joined(separator: ".") : nil
        }
    }

    private static func isLabel(_ text: Substring) -> Bool {
        (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { RecordName.isHostOctet($0) || $0 == UInt8(ascii: "_") }
    }

    private static func trimmed(_ text: String) -> String {
        let head = text.drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}

extension ServiceSetting: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("label", label)
            json.member("append", append)
            json.member("description", description)
            json.member("example", example)
            json.member("password", false)
        }
    }
}
