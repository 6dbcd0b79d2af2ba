// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A zone that was deleted and can be made again as it was.
package struct DeletedZone: Hashable, Sendable {
    /// The id that the zone had.
    package var id: Int64
    package var accountID: Int64
    package var name: String
    /// Who deleted it, for example `account:1`.
    package var deletedBy: String
    package var deletedAt: Timestamp
    /// How many days after its deletion it can be restored.
    package var restorableDays: Int

    package init(
        id: Int64,
        accountID: Int64,
        name: String,
        deletedBy: String,
        deletedAt: Timestamp,
        restorableDays: Int
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.deletedBy = deletedBy
        self.deletedAt = deletedAt
        self.restorableDays = restorableDays
    }
}

extension DeletedZone: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", accountID)
            json.member("name", name)
            json.member("deleted_by", deletedBy)
            json.member("deleted_at", deletedAt)
            json.member(
                "restorable_until",
                Timestamp(microseconds: deletedAt.microseconds + Int64(restorableDays) * 86_400 * 1_000_000)
            )
        }
    }
}
