// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// What a token may do, and from where. The limits all hold together.
package struct TokenGrant: Hashable, Sendable {
    package var access: TokenAccess
    /// What it may do; nil for everything that `access` has.
    package var scopes: [TokenScope]?
    /// Which records it may change; nil for all.
    package var recordPolicy: RecordPolicy?
    /// Where it may be used; nil for anywhere.
    package var networks: [IPNetwork]?

    package init(
        access: TokenAccess = .full,
        scopes: [TokenScope]? = nil,
        recordPolicy: RecordPolicy? = nil,
        networks: [IPNetwork]? = nil
    ) {
        self.access = access
        self.scopes = scopes
        self.recordPolicy = recordPolicy
        self.networks = networks
    }

    /// Everything the account can do, from anywhere.
    package static let unlimited = TokenGrant()

    /// Whether nothing but the place of use and the time is limited.
    package var isFull: Bool {
        access == .full && scopes == nil && recordPolicy == nil
    }

    /// Whether `operation` may be done to `name` of `resource`; a nil name stands for all of them.
    package func allows(_ resource: String, _ name: String?, _ operation: TokenScope.Operation) -> Bool {
        guard access == .full || operation == .read else {
            return false
        }
        guard let scopes else {
            return true
        }
        return scopes.contains { $0.allows(resource, name, operation) }
    }

    /// The names of `resource` that may be read; nil for all, empty for none.
    package func readableNames(_ resource: String) -> [String]? {
        guard let scopes, !allows(resource, nil, .read) else {
            return nil
        }
        return scopes.filter { $0.covers(resource, .read) }.compactMap(\.name)
    }

    /// Whether the token may be used from `address`; nil is an address that is not known.
    package func permits(address: String?) -> Bool {
        guard let networks else {
            return true
        }
        guard let address = address.flatMap({ IPNetwork($0) }) else {
            return false
        }
        return networks.contains { $0.contains(address) }
    }
}
