// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

extension Note {
    /// The note in a body: `{"note":"…"}`.
    ///
    /// - Throws: `ValidationErrors` for `note`.
    init(_ object: JSONObject) throws(ValidationErrors) {
        switch object["note"] {
        case .string(let text): try self.init(customer: text)
        case nil, .null: throw ValidationErrors("note", "can't be blank")
        default: throw ValidationErrors("note", "must be a string")
        }
    }
}

extension LabelSet {
    /// The labels in a body: `{"labels":{"env":"prod","critical":""}}`.
    ///
    /// - Throws: `ValidationErrors` for `labels`.
    init(_ object: JSONObject) throws(ValidationErrors) {
        let members: JSONObject
        switch object["labels"] {
        case .object(let labels): members = labels
        case nil, .null: throw ValidationErrors("labels", "can't be blank")
        default: throw ValidationErrors("labels", "must be an object")
        }
        var values: [String: String] = [:]
        for member in members.members {
            guard case .string(let text) = member.value else {
                throw ValidationErrors("labels", "the value of `\(member.key)` must be a string")
            }
            values[member.key] = text
        }
        try self.init(customer: values)
    }
}

extension QueryParameters {
    /// What `label` asks for; nil where it is absent or empty.
    ///
    /// - Throws: `ValidationErrors` for `label`.
    func labelSelector() throws(ValidationErrors) -> LabelSelector? {
        guard let text = self.nonEmpty("label") else { return nil }
        return try LabelSelector(text)
    }
}
