// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Judges a record for a template as a record for a domain that stands for all of them.
package enum TemplateRecordRules {
    /// The record that a client asks for, as a template keeps it: its content stays as sent, the rest is normal.
    ///
    /// - Throws: `ValidationErrors` with every fault of every field.
    package static func validated(
        _ input: RecordInput,
        policy: ZonePolicy
    ) throws(ValidationErrors) -> RecordInput {
        guard let zone = ZoneName(stored: "domain.example") else {
            throw ValidationErrors("base", "is invalid")
        }
        var example = input
        example.content = input.content.map {
            TemplateVariables(domain: zone).expand($0, type: input.type ?? "")
        }
        let draft = try RecordRules(zone: zone, policy: policy).draft(example)
        return RecordInput(
            name: draft.name,
            // As the client wrote it: the rules know types that have no number.
            type: input.type?.uppercased(),
            content: input.content,
            ttl: Int64(draft.ttl),
            priority: draft.priority.map(Int64.init)
        )
    }
}
