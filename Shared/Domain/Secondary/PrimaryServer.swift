// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A name server of a customer that secondary zones are transferred from.
package struct PrimaryServer: Hashable, Sendable {
    package var id: Int64
    package var accountID: Int64
    package var name: String
    /// An IPv4 or IPv6 address in its usual text form.
    package var ip: String
    package var port: Int32
    /// The names of the zones that are transferred from it, sorted.
    package var linkedSecondaryZones: [String]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        accountID: Int64,
        name: String,
        ip: String,
        port: Int32,
        linkedSecondaryZones: [String],
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.ip = ip
        self.port = port
        self.linkedSecondaryZones = linkedSecondaryZones
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension PrimaryServer: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", accountID)
            json.member("name", name)
            json.member("ip", ip)
            json.member("port", port)
            json.member("linked_secondary_zones", linkedSecondaryZones)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

/// What primary servers can be sorted by.
package enum PrimaryServerSortField: String, SortField {
    case id, name
}
