// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// The rules that one record must keep whatever else is in its zone.
package struct RecordRules: Sendable {
    package let zone: ZoneName
    package let policy: ZonePolicy

    package init(zone: ZoneName, policy: ZonePolicy) {
        self.zone = zone
        self.policy = policy
    }

    /// The record that a client asks for.
    ///
    /// - Throws: `ValidationErrors` with every fault of every field.
    package func draft(_ input: RecordInput) throws(ValidationErrors) -> RecordDraft {
        var errors = ValidationErrors()
        let type = Self.collect(&errors) { () throws(ValidationErrors) in try self.type(input.type) }
        let name = Self.collect(&errors) { () throws(ValidationErrors) in
            try RecordName.validated(input.name ?? "", in: zone)
        }
        let ttl = Self.collect(&errors) { () throws(ValidationErrors) in try self.ttl(input.ttl ?? policy.defaultTTL) }
        let regions = Self.collect(&errors) { () throws(ValidationErrors) in
            try RecordRegion.validated(input.regions, others: policy.regions)
        }
        let content = try contentOrErrors(type: type, input.content, input.priority, &errors)
        guard let type, let name, let ttl, let regions, let content else {
            throw errors
        }
        try Self.checkApex(name: name, type: type)
        return RecordDraft(
            name: name,
            type: type,
            content: content.content,
            ttl: ttl,
            priority: content.priority,
            regions: regions,
            rdata: content.rdata
        )
    }

    /// `record` with the fields that a client wants to replace.
    ///
    /// - Throws: `ValidationErrors` with every fault of every field.
    package func draft(_ record: StoredRecord, replacing fields: RecordInput) throws(ValidationErrors) -> RecordDraft {
        try Self.checkEditable(record)
        if let type = fields.type, RRType(apiName: type) != record.type {
            throw ValidationErrors("record_type", "cannot be changed")
        }
        var input = fields
        input.type = record.type.apiName
        input.name = fields.name ?? record.name
        input.content = fields.content ?? record.content
        input.ttl = fields.ttl ?? Int64(record.ttl)
        input.priority = fields.priority ?? record.priority.map(Int64.init)
        input.regions = fields.regions ?? record.regions
        return try draft(input)
    }

    /// The NS record of a name server of the zone itself, at its apex.
    ///
    /// - Throws: `ValidationErrors` for `content`.
    package func nameServer(_ host: String) throws(ValidationErrors) -> RecordDraft {
        let content = try RecordContent(type: .ns, content: host, priority: nil, zone: zone, maximumLength: 255)
        guard content.content != "." else {
            throw ValidationErrors("content", "is not a valid host name")
        }
        return RecordDraft(
            name: "",
            type: .ns,
            content: content.content,
            ttl: Int32(clamping: policy.defaultTTL),
            priority: nil,
            regions: RecordRegion.everywhere,
            rdata: content.rdata
        )
    }

    /// Refuses to touch what the platform owns.
    ///
    /// - Throws: `ValidationErrors` for `base`.
    package static func checkEditable(_ record: StoredRecord) throws(ValidationErrors) {
        if record.isSystem {
            throw ValidationErrors("base", "System records cannot be changed")
        }
    }

    private static func checkApex(name: String, type: RRType) throws(ValidationErrors) {
        guard name.isEmpty else {
            return
        }
        switch type {
        case .cname: throw ValidationErrors("base", "CNAME records are not allowed at the apex of a zone")
        case .ns: throw ValidationErrors("base", "NS records at the apex of a zone are managed by the platform")
        case .pool: throw ValidationErrors("base", "POOL records are not allowed at the apex of a zone")
        case .ds: throw ValidationErrors("base", "DS records belong to the parent zone, not to the apex")
        default: break
        }
    }

    private func type(_ text: String?) throws(ValidationErrors) -> RRType {
        guard let text, !text.isEmpty else {
            throw ValidationErrors("record_type", "can't be blank")
        }
        guard let type = RecordTypePolicy.customerType(text) else {
            throw ValidationErrors("record_type", "unsupported")
        }
        return type
    }

    private func ttl(_ ttl: Int64) throws(ValidationErrors) -> Int32 {
        guard ttl >= policy.minimumTTL else {
            throw ValidationErrors("ttl", "must be greater than or equal to \(policy.minimumTTL)")
        }
        guard ttl <= policy.maximumTTL, let value = Int32(exactly: ttl) else {
            throw ValidationErrors("ttl", "must be less than or equal to \(policy.maximumTTL)")
        }
        return value
    }

    /// The content, judged as far as that goes when the type itself is in fault.
    private func contentOrErrors(
        type: RRType?,
        _ content: String?,
        _ priority: Int64?,
        _ errors: inout ValidationErrors
    ) throws(ValidationErrors) -> RecordContent? {
        guard let content, !content.isEmpty else {
            errors.add("content", "can't be blank")
            return nil
        }
        guard let type else {
            return nil
        }
        return Self.collect(&errors) { () throws(ValidationErrors) in
            try RecordContent(
                type: type,
                content: content,
                priority: priority,
                zone: zone,
                maximumLength: policy.maximumContentLength
            )
        }
    }

    private static func collect<Value>(
        _ errors: inout ValidationErrors,
        _ body: () throws(ValidationErrors) -> Value
    ) -> Value? {
        do {
            return try body()
        } catch {
            errors.merge(error)
            return nil
        }
    }
}
