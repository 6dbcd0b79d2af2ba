// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One version of a zone: a committed change, with who made it.
package struct ZoneVersion: Hashable, Sendable {
    package var version: Int64
    package var zoneName: String
    package var requestID: String
    /// What was done, for example `zone_record.create`; nil for versions older than this being kept.
    package var action: String?
    /// Who did it, for example `account:1`.
    package var actor: String?
    package var tokenID: Int64?
    package var remoteAddress: String?
    package var createdAt: Timestamp
    /// How many records came, changed and went.
    package var createCount: Int
    package var updateCount: Int
    package var deleteCount: Int

    package init(
        version: Int64,
        zoneName: String,
        requestID: String,
        action: String?,
        actor: String?,
        tokenID: Int64?,
        remoteAddress: String?,
        createdAt: Timestamp,
        createCount: Int,
        updateCount: Int,
        deleteCount: Int
    ) {
        self.version = version
        self.zoneName = zoneName
        self.requestID = requestID
        self.action = action
        self.actor = actor
        self.tokenID = tokenID
        self.remoteAddress = remoteAddress
        self.createdAt = createdAt
        self.createCount = createCount
        self.updateCount = updateCount
        self.deleteCount = deleteCount
    }

    /// Writes the members of the version, to which more may be added.
    package func writeMembers(to json: inout JSONWriter) {
        json.member("version", version)
        json.member("zone_id", zoneName)
        json.member("request_id", requestID)
        json.member("action", action)
        json.member("actor", actor)
        json.member("token_id", tokenID)
        json.member("remote_address", remoteAddress)
        json.object("counts") { json in
            json.member("creates", createCount)
            json.member("updates", updateCount)
            json.member("deletes", deleteCount)
        }
        json.member("created_at", createdAt)
    }
}

extension ZoneVersion: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }
}
