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
        APIOperation(.get, zone, "getZone", "A zone, by name or id.", .data(.named("Zone"))),
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
        APIOperation(.put, zone + "/activation", "activateZone", "Answer for the zone.", .data(.named("Zone"))),
        APIOperation(
            .delete,
            zone + "/activation",
            "deactivateZone",
            "Answer for the zone no longer.",
            .data(.named("Zone"))
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
                APIParameter("type", "Only this type."),
            ] + APIParameter.list(sortedBy: "id, name, content, type"),
            .page(of: .named("Record"))
        ),
        APIOperation(
            .post,
            zone + "/records",
            "createZoneRecord",
            "Make a record.",
            body: .json(.named("NewRecord")),
            .data(.named("Record"), status: 201)
        ),
        APIOperation(.get, zone + "/records/{record}", "getZoneRecord", "A record.", .data(.named("Record"))),
        APIOperation(
            .patch,
            zone + "/records/{record}",
            "updateZoneRecord",
            "Change a record.",
            body: .json(.named("RecordChange"), isRequired: false),
            .data(.named("Record"))
        ),
        APIOperation(.delete, zone + "/records/{record}", "deleteZoneRecord", "Remove a record.", .empty()),
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
            body: .json(
                .request(
                    .optional("creates", .list(of: .named("NewRecord"))),
                    .optional("updates", .list(of: .named("RecordUpdate"))),
                    .optional("deletes", .list(of: .request(.init("id", .id))))
                ),
                isRequired: false
            ),
            .data(.named("BatchResult"))
        ),
    ]
}

extension APISchema {
    private static let fields: [Member] = [
        .optional("ttl", .integer), .optional("priority", .nullable(.integer)),
        .optional("regions", .list(of: .string)),
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
                [.init("name", .string), .init("type", .string), .init("content", .string)] + fields,
                isClosed: false
            )
        ),
        (
            "RecordChange",
            .object([.optional("name", .string), .optional("content", .string)] + fields, isClosed: false)
        ),
        (
            "RecordUpdate",
            .object(
                [.init("id", .id), .optional("name", .string), .optional("content", .string)] + fields,
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
