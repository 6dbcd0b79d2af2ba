// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// An e-mail forward that a client asks for.
package struct EmailForwardDraft: Hashable, Sendable {
    /// What stands before the `@`, or a pattern for it; or the whole alias at the domain.
    package var aliasName: String?
    package var destinationEmail: String?

    package init(aliasName: String?, destinationEmail: String?) {
        self.aliasName = aliasName
        self.destinationEmail = destinationEmail
    }

    /// The alias's address at `domain`, and the destination.
    ///
    /// - Parameter domain: lower case without the final dot.
    /// - Throws: `ValidationErrors` with every fault.
    package func validated(domain: String) throws(ValidationErrors) -> (alias: String, destination: String) {
        var errors = ValidationErrors()
        let alias = aliasName ?? ""
        let local = alias.lowercased().hasSuffix("@" + domain) ? String(alias.dropLast(domain.count + 1)) : alias
        if alias.isEmpty {
            errors.add("alias_name", "can't be blank")
        } else if !EmailAddress.isLocalPart(local), !Self.isPattern(local) {
            errors.add("alias_name", "is invalid")
        }
        let destination = destinationEmail ?? ""
        if destination.isEmpty {
            errors.add("destination_email", "can't be blank")
        } else if !EmailAddress.isValid(destination) {
            errors.add("destination_email", "is an invalid email address")
        } else if destination.lowercased() == "\(local)@\(domain)".lowercased() {
            errors.add("destination_email", "is the alias itself")
        }
        try errors.throwIfAny()
        return ("\(local)@\(domain)", destination)
    }

    /// Whether `text` is a regular expression that the mail system can take: printable ASCII without `@` that
    /// compiles.
    private static func isPattern(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x40 })
        else {
            return false
        }
        return (try? Regex(text)) != nil
    }
}
