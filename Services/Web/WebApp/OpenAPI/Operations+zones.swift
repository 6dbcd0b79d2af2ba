// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    private static let zone = "/v2/{account}/zones/{zone}"

    /// Zones.
    static let zones: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/zones",
            "listZones",
            "Zones of the account.",
            query: [.nameLike] + APIParameter.list(sortedBy: "id, name"),
            .page(of: .named("Zone"))
        ),
        APIOperation(
            .get,
            zone,
            "getZone",
            "A zone, by name or id.",
            query: [.ifNoneMatch],
            .data(.named("Zone")).tagged,
            .notModified
        ),
        APIOperation(
            .get,
            zone + "/file",
            "getZoneFile",
            "The zone as a zone file.",
            .data(.answer(.init("zone", .string)))
        ),
        APIOperation(
            .get,
            zone + "/distribution",
            "checkZoneDistribution",
            "Whether all name servers have the zone as it is.",
            .data(.named("Distribution"))
        ),
        APIOperation(
            .put,
            zone + "/activation",
            "activateZone",
            "Answer for the zone.",
            query: [.ifMatch],
            .data(.named("Zone")).tagged
        ),
        APIOperation(
            .delete,
            zone + "/activation",
            "deactivateZone",
            "Answer for the zone no longer.",
            query: [.ifMatch],
            .data(.named("Zone")).tagged
        ),
    ]

    /// Records of a zone.
    static let records: [APIOperation] = [
        APIOperation(
            .get,
            zone + "/records",
            "listZoneRecords",
            "Records of the zone.",
            query: [
                .nameLike, APIParameter("name", "Only this name; empty for the apex."),
                APIParameter("type", "Only this type."), .ifNoneMatch,
            ] + APIParameter.list(sortedBy: "id, name, content, type"),
            .page(of: .named("Record")).tagged,
            .notModified
        ),
        APIOperation(
            .post,
            zone + "/records",
            "createZoneRecord",
            "Make a record.",
            query: [.ifMatch],
            body: .json(.named("NewRecord")),
            .data(.named("Record"), status: 201).tagged,
            refused: badRecords
        ),
        APIOperation(
            .get,
            zone + "/records/{record}",
            "getZoneRecord",
            "A record.",
            query: [.ifNoneMatch],
            .data(.named("Record")).tagged,
            .notModified
        ),
        APIOperation(
            .patch,
            zone + "/records/{record}",
            "updateZoneRecord",
            "Change a record.",
            query: [.ifMatch],
            body: .json(.named("RecordChange"), isRequired: false),
            .data(.named("Record")).tagged,
            refused: badRecords
        ),
        APIOperation(
            .delete,
            zone + "/records/{record}",
            "deleteZoneRecord",
            "Remove a record.",
            query: [.ifMatch],
            .empty(),
            refused: "a record of the platform or of a secondary zone."
        ),
        APIOperation(
            .get,
            zone + "/records/{record}/distribution",
            "checkZoneRecordDistribution",
            "Whether all name servers have the record as it is.",
            .data(.named("Distribution"))
        ),
        APIOperation(
            .post,
            zone + "/batch",
            "batchChangeZoneRecords",
            "Remove, change and make records: all of it in this order, or nothing.",
            query: [.ifMatch],
            body: .json(
                .request(
                    .optional("creates", .list(of: .named("NewRecord"))),
                    .optional("updates", .list(of: .named("RecordUpdate"))),
                    .optional("deletes", .list(of: .request(.init("id", .int64))))
                ),
                isRequired: false
            ),
            .data(.named("BatchResult")),
            refused: "an id that the zone does not have, over 10,000 items, \(badRecords)"
        ),
    ]
}

extension APISchema {
    private static let fields: [Member] = [
        .optional("ttl", .ttl), .optional("priority", .int64), .optional("regions", .regions),
    ]

    /// Zones and records.
    static let zones: [(name: String, schema: APISchema)] = [
        (
            "Zone",
            .answer(
                .init("id", .id),
                .init("account_id", .id),
                .init("name", .string),
                .init("reverse", .boolean),
                .init("secondary", .boolean),
                .init("last_transferred_at", .nullable(.time)),
                .init("active", .boolean),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        ("Distribution", .answer(.init("distributed", .boolean))),
        (
            "Record",
            .answer(
                .init("id", .id),
                .init("zone_id", .string),
                .init("parent_id", .null),
                .init("name", .string),
                .init("content", .string),
                .init("ttl", .atLeast(0)),
                .init("priority", .nullable(.integer)),
                .init("type", .string),
                .init("regions", .list(of: .string)),
                .init("system_record", .boolean),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "NewRecord",
            .object(
                [.optional("name", .text()), .init("type", .recordType), .init("content", .text(atLeast: 1))] + fields,
                isClosed: false
            )
        ),
        (
            "RecordChange",
            .object([.optional("name", .text()), .optional("content", .text(atLeast: 1))] + fields, isClosed: false)
        ),
        (
            "RecordUpdate",
            .object(
                [.init("id", .int64), .optional("name", .text()), .optional("content", .text(atLeast: 1))] + fields,
                isClosed: false
            )
        ),
        (
            "BatchResult",
            .answer(
                .init("creates", .list(of: .named("Record"))),
                .init("updates", .list(of: .named("Record"))),
                .init("deletes", .list(of: .answer(.init("id", .id))))
            )
        ),
    ]
}
