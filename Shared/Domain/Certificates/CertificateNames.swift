// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The names that a certificate of a domain is asked for: hosts of the domain and wildcards directly below them.
package struct CertificateNames: Hashable, Sendable {
    /// Most names of one certificate: what certificate authorities allow.
    package static let maximum = 100
    /// With `_acme-challenge.` in front, where control is proven, a name has to be one still (RFC 8555 section 8.4).
    static let longest = 253 - "_acme-challenge.".utf8.count

    /// The common name: lower case with A-labels; a wildcard begins with `*.`.
    package let common: String
    /// The others, each once and without the common name.
    package let alternate: [String]

    /// All names, the common name first.
    package var all: [String] { [common] + alternate }

    /// The names that a customer asks for. Each is relative to the domain, or ends with the domain's name; empty or `@` is the
    /// domain itself.
    ///
    /// - Parameter name: `www` when it is missing.
    /// - Throws: `ValidationErrors` with every fault, for `name` and `alternate_names`.
    package init(name: String?, alternateNames: [String], domain: ZoneName) throws(ValidationErrors) {
        var errors = ValidationErrors()
        guard !domain.isReverse else { throw ValidationErrors("base", "Reverse zones get no certificates") }
        guard alternateNames.count < Self.maximum else {
            throw ValidationErrors("alternate_names", "has too many entries (maximum is \(Self.maximum - 1))")
        }
        var found: [String] = []
        for (field, text) in [("name", name ?? "www")] + alternateNames.map({ ("alternate_names", $0) }) {
            do throws(ValidationErrors) {
                let host = try Self.host(text, in: domain, field)
                if !found.contains(host) { found.append(host) }
            } catch {
                errors.merge(error)
            }
        }
        try errors.throwIfAny()
        // Certificate authorities refuse an order with such names.
        for host in found {
            if let wildcard = Self.wildcard(over: host), found.contains(wildcard) {
                errors.add(host == found.first ? "name" : "alternate_names", "\(host) is covered by \(wildcard)")
            }
        }
        try errors.throwIfAny()
        common = found[0]
        alternate = Array(found.dropFirst())
    }

    private static func host(
        _ text: String,
        in domain: ZoneName,
        _ field: String
    ) throws(ValidationErrors) -> String {
        let isWildcard = text == "*" || text.hasPrefix("*.")
        let rest = isWildcard ? String(text.dropFirst(2)) : text
        let key = ZoneName.key(rest)
        let full: String
        if rest.isEmpty || rest == "@" {
            full = domain.text
        } else if key == domain.text || key.hasSuffix("." + domain.text) {
            full = key
        } else if rest.hasSuffix(".") {
            throw ValidationErrors(field, "\(text) is not in the domain")
        } else {
            full = "\(key).\(domain.text)"
        }
        // The challenge for a wildcard is that of the name it stands below.
        guard full.utf8.count <= longest else {
            throw ValidationErrors(field, "is too long (maximum is \(longest) characters with the domain's name)")
        }
        do {
            return (isWildcard ? "*." : "") + (try ZoneName(customer: full)).text
        } catch {
            throw ValidationErrors(field, "\(text) is not a name that certificates are issued for")
        }
    }

    /// The wildcard that covers a host: one label only (RFC 6125 section 6.4.3).
    private static func wildcard(over host: String) -> String? {
        guard !host.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return nil }
        return "*" + host[dot...]
    }
}
