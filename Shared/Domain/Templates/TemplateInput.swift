// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A template's fields as a client sends them; nil for those that were not sent.
package struct TemplateInput: Hashable, Sendable {
    /// Most characters of a name or short name.
    private static let maximumNameLength = 100
    /// Most characters of a description.
    private static let maximumDescriptionLength = 1_000

    package var name: String?
    package var sid: String?
    package var description: String?

    package init(name: String? = nil, sid: String? = nil, description: String? = nil) {
        self.name = name
        self.sid = sid
        self.description = description
    }

    /// The fields where all that are not sent are those of `template`; nil for a new one.
    ///
    /// - Throws: `ValidationErrors` with every fault of every field.
    package func validated(
        replacing template: Template? = nil
    ) throws(ValidationErrors) -> (name: String, sid: String, description: String) {
        var errors = ValidationErrors()
        let name = name ?? template?.name ?? ""
        let sid = sid ?? template?.sid ?? ""
        let description = description ?? template?.description ?? ""
        if name.allSatisfy(\.isWhitespace) {
            errors.add("name", "can't be blank")
        }
        if name.unicodeScalars.count > Self.maximumNameLength {
            errors.add("name", "is too long (maximum is \(Self.maximumNameLength) characters)")
        }
        if sid.allSatisfy(\.isWhitespace) {
            errors.add("sid", "can't be blank")
        } else if let fault = Self.fault(ofSID: sid) {
            errors.add("sid", fault)
        }
        if description.unicodeScalars.count > Self.maximumDescriptionLength {
            errors.add("description", "is too long (maximum is \(Self.maximumDescriptionLength) characters)")
        }
        try errors.throwIfAny()
        return (name, sid, description)
    }

    /// A short name stands in paths, where a number is an id.
    private static func fault(ofSID sid: String) -> String? {
        if sid.utf8.count > maximumNameLength {
            return "is too long (maximum is \(maximumNameLength) characters)"
        }
        guard sid.utf8.allSatisfy({ RecordName.isHostOctet($0) || $0 == UInt8(ascii: "_") }) else {
            return "may only have letters, digits, hyphens and underscores"
        }
        return sid.utf8.allSatisfy(RecordName.isDigit) ? "may not be a number" : nil
    }
}
