// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The labels of a domain or record: keys with values, of which an empty one makes a plain label.
package struct LabelSet: Hashable, Sendable {
    /// Labels of one resource.
    package static let maximumCount = 50
    /// Characters of a key.
    package static let maximumKeyLength = 63
    /// Characters of a value.
    package static let maximumValueLength = 255

    /// In no order; answers are sorted by key.
    package private(set) var values: [String: String]

    /// Labels that are known to be good.
    package init(_ values: [String: String] = [:]) {
        self.values = values
    }

    /// The labels that a client sent.
    ///
    /// - Throws: `ValidationErrors` for `labels`, with every fault.
    package init(customer values: [String: String]) throws(ValidationErrors) {
        var errors = ValidationErrors()
        if values.count > Self.maximumCount {
            errors.add("labels", "is too long (maximum is \(Self.maximumCount) labels)")
        } else {
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                if let fault = Self.fault(key: key, value: value) {
                    errors.add("labels", fault)
                }
            }
        }
        try errors.throwIfAny()
        self.values = values
    }

    package var isEmpty: Bool {
        values.isEmpty
    }

    private static func fault(key: String, value: String) -> String? {
        if !isKey(key) {
            return "`\(key)` is not a key: 1 to \(maximumKeyLength) of a-z, 0-9, `-`, `_`, `.` and `/`, "
                + "a letter or digit first and last"
        }
        guard value.unicodeScalars.count <= maximumValueLength else {
            return "the value of `\(key)` is too long (maximum is \(maximumValueLength) characters)"
        }
        guard isValue(value) else {
            return "the value of `\(key)` may not have commas and control characters"
        }
        return nil
    }

    /// Whether a label may be called so.
    static func isKey(_ text: String) -> Bool {
        guard (1...maximumKeyLength).contains(text.utf8.count) else {
            return false
        }
        func isAlphanumeric(_ octet: UInt8) -> Bool {
            (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet)
        }
        let others = Array("-_./".utf8)
        return text.utf8.allSatisfy { isAlphanumeric($0) || others.contains($0) }
            && text.utf8.first.map(isAlphanumeric) == true && text.utf8.last.map(isAlphanumeric) == true
    }

    private static func isValue(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 != "," && $0.properties.generalCategory != .control }
    }
}

extension LabelSet: JSONWritable {
    /// An object, sorted by key.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                json.member(key, value)
            }
        }
    }
}
