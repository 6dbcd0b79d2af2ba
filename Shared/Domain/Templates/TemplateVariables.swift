// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Puts a domain, and other values, into the contents of records made from a template or a service.
///
/// `{{domain}}` stands for the domain's name anywhere in a content. `@` alone is the domain as the content of a type that
/// ends in a host name, and so is the `@.` at the end of an SRV's.
package struct TemplateVariables: Sendable {
    private let domain: ZoneName
    private let values: [String: String]

    /// - Parameter values: what other names than `domain` stand for. Values are not looked at again, so that one cannot
    ///   bring in a variable.
    package init(domain: ZoneName, values: [String: String] = [:]) {
        self.domain = domain
        self.values = values
    }

    /// The content for the domain. A variable that nobody knows stays as it is.
    package func expand(_ content: String, type: String) -> String {
        switch type.uppercased() {
        case "CNAME", "ALIAS", "POOL", "MX", "NS", "A", "AAAA":
            if content == "@" {
                return "\(domain.text)."
            }
        case "URL":
            if content == "@" {
                return "http://\(domain.text)"
            }
        case "SRV":
            if content == "@." || content.hasSuffix(" @.") || content.hasSuffix(".@.") {
                return replaceVariables(in: content.dropLast(2)) + "\(domain.text)."
            }
        default:
            break
        }
        return replaceVariables(in: content[...])
    }

    /// `text` with its variables replaced.
    package func replaceVariables(in text: Substring) -> String {
        var result = ""
        var rest = text
        while let start = rest.firstRange(of: "{{") {
            result += rest[..<start.lowerBound]
            rest = rest[start.lowerBound...]
            guard let end = rest.firstRange(of: "}}") else { break }
            let name = rest[start.upperBound..<end.lowerBound].filter { $0 != " " }
            result += value(of: name) ?? String(rest[..<end.upperBound])
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private func value(of name: String) -> String? {
        name == "domain" ? domain.text : values[name]
    }
}
