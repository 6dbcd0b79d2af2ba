// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The URL of a webhook: `https://`, a host, and whatever path and query the receiver wants.
///
/// The address behind the host is judged at each delivery, since it can change.
package struct WebhookAddress: Hashable, Sendable {
    /// Most characters of a URL.
    package static let maximumLength = 2_048

    /// As the customer wrote it.
    package let text: String

    /// - Throws: `ValidationErrors` for `url`.
    package init(_ text: String?) throws(ValidationErrors) {
        guard let text, text.utf8.contains(where: { $0 > 0x20 }) else {
            throw ValidationErrors("url", "can't be blank")
        }
        guard text.utf8.count <= Self.maximumLength else {
            throw ValidationErrors("url", "is too long (maximum is \(Self.maximumLength) characters)")
        }
        guard let separator = text.firstRange(of: "://") else {
            throw ValidationErrors("url", "is not a valid URL")
        }
        guard text[..<separator.lowerBound].lowercased() == "https" else {
            throw ValidationErrors("url", "must be an https URL")
        }
        // RFC 3986 section 2: nothing but printable ASCII, and none of the delimiters that it leaves out.
        let rest = text[separator.upperBound...]
        let excluded: Set<UInt8> = Set("\"<>\\^`{|}#".utf8)
        guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !excluded.contains($0) }) else {
            throw ValidationErrors("url", "is not a valid URL")
        }
        guard Self.isAuthority(rest.prefix { $0 != "/" && $0 != "?" }) else {
            throw ValidationErrors("url", "is not a valid URL")
        }
        self.text = text
    }

    /// A host name or an address, and perhaps a port. No user information: it would end in logs.
    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), end > text.index(after: text.startIndex) else { return false }
            let inside = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            return inside.utf8.allSatisfy { isAddressOctet($0) } && (rest.isEmpty || isPort(rest))
        }
        if let colon = text.firstIndex(of: ":") {
            guard isPort(text[colon...]) else { return false }
            host = text[..<colon]
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return !host.isEmpty && host.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63
                    && label.utf8.allSatisfy { RecordName.isHostOctet($0) || $0 == UInt8(ascii: "_") }
            }
    }

    /// A colon and a number from 1 to 65,535.
    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.dropFirst().utf8.allSatisfy(RecordName.isDigit)
            && (UInt16(text.dropFirst()) ?? 0) > 0
    }

    private static func isAddressOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66, 0x2E, 0x3A: true
        default: false
        }
    }
}
