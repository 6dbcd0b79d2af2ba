// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a contact says. A field that was never given is empty.
package struct ContactFields: Hashable, Sendable {
    /// Characters of one field at most.
    package static let maximumLength = 255

    private var values: [ContactField: String] = [:]

    package init() {}

    /// The text of a field.
    package subscript(field: ContactField) -> String {
        get { values[field] ?? "" }
        set { values[field] = newValue }
    }

    /// These fields with those that `other` has in their place.
    package func replacing(with other: ContactFields) -> ContactFields {
        var fields = self
        fields.values.merge(other.values) { $1 }
        return fields
    }

    /// The fields as they are kept: without white space around them, the country in capitals.
    ///
    /// - Throws: `ValidationErrors` with every fault of every field.
    package func validated() throws(ValidationErrors) -> ContactFields {
        var fields = ContactFields()
        var errors = ValidationErrors()
        for field in ContactField.allCases {
            fields[field] = Self.trimmed(self[field])
        }
        fields[.country] = fields[.country].uppercased()
        for field in ContactField.allCases {
            let isRequired = field.isRequired || field == .jobTitle && !fields[.organizationName].isEmpty
            if let fault = Self.fault(of: fields[field], self[field], field, isRequired: isRequired) {
                errors.add(field.rawValue, fault)
            }
        }
        try errors.throwIfAny()
        return fields
    }

    private static func fault(
        of text: String,
        _ sent: String,
        _ field: ContactField,
        isRequired: Bool
    ) -> String? {
        guard !text.isEmpty else {
            return isRequired ? "can't be blank" : nil
        }
        guard sent.unicodeScalars.count <= maximumLength else {
            return "is too long (maximum is \(maximumLength) characters)"
        }
        switch field {
        case .email where !EmailAddress.isValid(text): return "is an invalid email address"
        case .phone where !isPhoneNumber(text), .fax where !isPhoneNumber(text): return "is probably not a phone number"
        case .country where text.unicodeScalars.count != 2: return "is the wrong length (should be 2 characters)"
        case .country where !CountryCode.isAssigned(text): return "is not a valid country"
        default: return nil
        }
    }

    /// Five to fifteen digits (E.164 has no more) and what people put between them; an extension may follow an `x`.
    private static func isPhoneNumber(_ text: String) -> Bool {
        let parts = text.lowercased().split(separator: "x", maxSplits: 1, omittingEmptySubsequences: false)
        let number = parts[0].utf8
        let digits = number.count { (0x30...0x39).contains($0) }
        let isExtension =
            parts.count == 1 || !parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        return (5...15).contains(digits) && isExtension
            && number.allSatisfy { (0x30...0x39).contains($0) || " +-.()/".utf8.contains($0) }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
