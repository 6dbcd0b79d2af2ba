// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The name servers that a domain is, or is to be, delegated to.
package enum NameServerList {
    /// Hosts of one delegation at most: what registries take.
    package static let maximumCount = 13

    /// The host names in lower case without the final dot, in their order.
    ///
    /// - Throws: `ValidationErrors` for `name_servers`.
    package static func validated(_ names: [String]) throws(ValidationErrors) -> [String] {
        var errors = ValidationErrors()
        var hosts: [String] = []
        for name in names {
            do throws(ValidationErrors) {
                let host = try ZoneName(customer: name).text
                if hosts.contains(host) {
                    errors.add("name_servers", "`\(host)` is listed twice")
                }
                hosts.append(host)
            } catch {
                errors.add("name_servers", "`\(name)` \(error["name"].first ?? "is invalid")")
            }
        }
        if names.count > maximumCount {
            errors.add("name_servers", "can be at most \(maximumCount)")
        }
        try errors.throwIfAny()
        return hosts
    }
}
