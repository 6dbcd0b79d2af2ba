// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A name server of the platform under a name of a customer's domain.
package struct VanityNameServer: Hashable, Sendable {
    package var id: Int64
    /// Lower case without the final dot.
    package var name: String
    package var addresses: HostAddresses
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(id: Int64, name: String, addresses: HostAddresses, createdAt: Timestamp, updatedAt: Timestamp) {
        self.id = id
        self.name = name
        self.addresses = addresses
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension VanityNameServer: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("ipv4", addresses.ipv4)
            json.member("ipv6", addresses.ipv6)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}
