// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A product of somebody else that a domain can be pointed at with one request: the records it needs, and what it asks for.
package struct Service: Hashable, Sendable {
    /// A record of the service. Name and content may have the variables of `TemplateVariables`, among them the settings.
    package struct Record: Hashable, Sendable {
        package let name: String
        package let type: String
        package let content: String
        /// Seconds.
        package let ttl: Int64
        package let priority: Int64?

        package init(_ name: String, _ type: String, _ content: String, ttl: Int64 = 3_600, priority: Int64? = nil) {
            self.name = name
            self.type = type
            self.content = content
            self.ttl = ttl
            self.priority = priority
        }
    }

    /// Never changes, and is never given to another service.
    package let id: Int64
    package let name: String
    /// Short name, unique.
    package let sid: String
    package let description: String
    /// What to do at the service itself; nil where there is nothing to do.
    package let setupDescription: String?
    /// The name below the domain that the service is for; nil where it is for the domain itself.
    package let defaultSubdomain: String?
    package let settings: [ServiceSetting]
    package let records: [Record]
    /// When its records were last edited.
    package let updatedAt: Timestamp

    package init(
        id: Int64,
        name: String,
        sid: String,
        description: String,
        setupDescription: String? = nil,
        defaultSubdomain: String? = nil,
        settings: [ServiceSetting] = [],
        records: [Record],
        updatedAt: Timestamp = ServiceCatalogue.writtenAt
    ) {
        self.id = id
        self.name = name
        self.sid = sid
        self.description = description
        self.setupDescription = setupDescription
        self.defaultSubdomain = defaultSubdomain
        self.settings = settings
        self.records = records
        self.updatedAt = updatedAt
    }

    /// Whether it cannot be applied without settings.
    package var requiresSetup: Bool {
        settings.contains(where: \.isRequired)
    }

    /// The records for a domain. One whose content needs a setting that was left out is not made.
    ///
    /// - Throws: `ValidationErrors` by setting.
    package func records(for domain: ZoneName, settings given: [String: String]) throws(ValidationErrors)
        -> [RecordInput]
    {
        var values: [String: String] = [:]
        var errors = ValidationErrors()
        for setting in settings {
            do throws(ValidationErrors) {
                values[setting.name] = try setting.value(from: given[setting.name])
            } catch {
                errors.merge(error)
            }
        }
        try errors.throwIfAny()
        let variables = TemplateVariables(domain: domain, values: values)
        return records.compactMap { record in
            let name = variables.replaceVariables(in: record.name[...])
            let content = variables.replaceVariables(in: record.content[...])
            guard !name.contains("{{"), !content.contains("{{") else { return nil }
            return RecordInput(
                name: name,
                type: record.type,
                content: content,
                ttl: record.ttl,
                priority: record.priority
            )
        }
    }
}

extension Service: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("sid", sid)
            json.member("description", description)
            json.member("setup_description", setupDescription)
            json.member("requires_setup", requiresSetup)
            json.member("default_subdomain", defaultSubdomain)
            json.member("created_at", ServiceCatalogue.madeAt)
            json.member("updated_at", updatedAt)
            json.member("settings", settings)
        }
    }
}
