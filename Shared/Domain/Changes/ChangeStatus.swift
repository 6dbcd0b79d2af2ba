// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How far one committed change of a zone has come on its way to the responders.
package struct ChangeStatus: Hashable, Sendable {
    package var zoneName: String
    /// The version that the change made.
    package var version: Int64
    package var requestID: String
    /// Whether the version, or a later one, is in the published stream.
    package var isPublished: Bool
    /// Connected responders that answer with it.
    package var acknowledged: Int64
    /// Connected responders.
    package var nodes: Int64
    package var createdAt: Timestamp

    package init(
        zoneName: String,
        version: Int64,
        requestID: String,
        isPublished: Bool,
        acknowledged: Int64,
        nodes: Int64,
        createdAt: Timestamp
    ) {
        self.zoneName = zoneName
        self.version = version
        self.requestID = requestID
        self.isPublished = isPublished
        self.acknowledged = acknowledged
        self.nodes = nodes
        self.createdAt = createdAt
    }

    /// Every connected responder answers with the change; false while none is connected.
    package var isInSync: Bool {
        isPublished && nodes > 0 && acknowledged == nodes
    }
}

extension ChangeStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("zone_id", zoneName)
            json.member("version", version)
            json.member("request_id", requestID)
            json.member("status", isInSync ? "in_sync" : "pending")
            json.member("published", isPublished)
            json.object("responders") { json in
                json.member("in_sync", acknowledged)
                json.member("total", nodes)
            }
            json.member("created_at", createdAt)
        }
    }
}
