// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// One thing a token may do, in the form `resource:name:operation`, such as `zones:*:read` or `domains:a.example:write`.
///
/// Who may write may read, too. A name is a domain's or zone's own; `*` stands for all of them.
package struct TokenScope: Hashable, Sendable, CustomStringConvertible {
    /// What is done to a resource.
    package enum Operation: String, Hashable, Sendable {
        case read
        case write
    }

    /// Everything that a scope can be about.
    package static let resources: Set<String> = [
        "account", "analytics", "audit", "billing", "certificates", "contacts", "domains", "email_forwards",
        "oauth_applications", "pushes", "registrar", "secondary_dns", "services", "templates", "tokens", "vanity",
        "webhooks", "zones",
    ]
    /// The resources whose scopes may name one of them.
    package static let namedResources: Set<String> = ["certificates", "domains", "registrar", "zones"]

    package let resource: String
    /// Lower case without the final dot; nil stands for every name.
    package let name: String?
    package let operation: Operation

    package init(resource: String, name: String?, operation: Operation) {
        self.resource = resource
        self.name = name
        self.operation = operation
    }

    /// The scope that `text` writes, or nil when that is none.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let operation = Operation(rawValue: String(parts[2])) else {
            return nil
        }
        let resource = String(parts[0])
        guard resource == "*" || Self.resources.contains(resource) else {
            return nil
        }
        let name = ZoneName.key(parts[1])
        guard !name.isEmpty, name != ".", name.utf8.count <= 253, name == "*" || Self.namedResources.contains(resource)
        else {
            return nil
        }
        self.init(resource: resource, name: name == "*" ? nil : name, operation: operation)
    }

    /// Whether this scope is enough to do `operation` to `name` of `resource`; a nil name stands for all of them.
    package func allows(_ resource: String, _ name: String?, _ operation: Operation) -> Bool {
        covers(resource, operation) && (self.name == nil || self.name == name)
    }

    /// Whether this scope is enough for at least one name of `resource`.
    package func covers(_ resource: String, _ operation: Operation) -> Bool {
        (self.resource == "*" || self.resource == resource) && (self.operation == .write || operation == .read)
    }

    package var description: String {
        "\(resource):\(name ?? "*"):\(operation.rawValue)"
    }
}
