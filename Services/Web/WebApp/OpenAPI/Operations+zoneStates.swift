// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes

extension APIParameter {
    /// The state in which something must be for a change to happen.
    static let ifMatch = APIParameter.header("If-Match", "Tags of the states in which the change may be made.")

    /// The states that the client has already.
    static let ifNoneMatch = APIParameter.header("If-None-Match", "Tags of states that need not be sent again.")
    /// Whether to say only what would be done.
    static let dryRun = APIParameter(
        "dry_run",
        .values(["true", "false", "1", "0"]),
        "Only say what would be done."
    )
}

extension APIResult {
    /// The client has the state already.
    static let notModified = APIResult.empty(304, "The state is the one that If-None-Match names.").tagged
}

extension APIOperation {
    private static let zone = "/x/v1/{account}/zones/{zone}"

    /// Why records are refused that fit the schemas.
    static let badRecords =
        "a name or content that the type does not take, records of the platform or of a secondary zone, and records that "
        + "cannot stand beside others."

    /// RRsets, versions, changes and deleted zones: beyond DNSimple's API, and the name servers, which are of it.
    static let zoneStates: [APIOperation] = recordSets + versions + audit + care

    private static let recordSets: [APIOperation] = [
        APIOperation(
            .put,
            "/v2/{account}/zones/{zone}/ns_records",
            "updateZoneNsRecords",
            "Replace the NS records at the apex of the zone.",
            query: [.ifMatch],
            body: .json(
                .request(
                    .init("ns_names", .list(of: .text(atLeast: 1, atMost: 1_000), atLeast: 1, atMost: 13)),
                    .optional("ns_set_ids", .list(of: .any))
                )
            ),
            .data(.list(of: .named("Record"))),
            refused: "a name that is no host name; \(APIOperation.badRecords)"
        ),
        APIOperation(
            .put,
            zone,
            "putZoneState",
            "Make the records of the zone those of the body, with the fewest changes.",
            query: [.dryRun, .ifMatch],
            body: APIBody(
                schema: .text(atLeast: 1),
                contentTypes: ["text/dns"],
                isRequired: true,
                json: .request(.init("rrsets", .list(of: .named("NewRecordSet"))))
            ),
            .data(.named("ImportReport")),
            refused: "what is no zone file, or not of this zone; \(badRecords)"
        ),
        APIOperation(
            .get,
            zone + "/rrsets",
            "listRecordSets",
            "RRsets of the zone, by name and type.",
            query: [
                .nameLike, APIParameter("name", "Only this name; empty for the apex."),
                APIParameter("type", "Only this type."), .ifNoneMatch,
            ] + APIParameter.page,
            .page(of: .named("RecordSet")).tagged,
            .notModified
        ),
        APIOperation(
            .get,
            zone + "/rrsets/{name}/{type}",
            "getRecordSet",
            "An RRset; `@` is the apex.",
            query: [.ifNoneMatch],
            .data(.named("RecordSet")).tagged,
            .notModified
        ),
        APIOperation(
            .put,
            zone + "/rrsets/{name}/{type}",
            "putRecordSet",
            "Make an RRset as it is in the body; twice the same changes nothing.",
            query: [.dryRun, .ifMatch],
            body: .json(
                .request(
                    .optional("ttl", .ttl),
                    .init("records", .list(of: .either([.text(atLeast: 1), .named("RecordSetMember")])))
                )
            ),
            .data(.named("ImportReport")),
            refused: badRecords
        ),
        APIOperation(
            .delete,
            zone + "/rrsets/{name}/{type}",
            "deleteRecordSet",
            "Remove an RRset.",
            query: [.ifMatch],
            .empty(),
            refused: "an RRset that the platform makes."
        ),
    ]

    private static let care: [APIOperation] = [
        APIOperation(
            .get,
            zone + "/delegation_check",
            "getDelegationCheck",
            "What the parent of a zone says about it, as last found.",
            .data(.named("DelegationCheck"))
        ),
        APIOperation(
            .post,
            zone + "/delegation_check",
            "requestDelegationCheck",
            "Have the parent of a zone asked now; answers what was known before.",
            .data(.named("DelegationCheck"), status: 202)
        ),
        APIOperation(
            .get,
            zone + "/challenge_expiry",
            "getChallengeExpiry",
            "The age from which on challenge records of ACME are removed.",
            .data(.named("ChallengeExpiry"))
        ),
        APIOperation(
            .put,
            zone + "/challenge_expiry",
            "updateChallengeExpiry",
            "Have old challenge records of ACME removed, or not.",
            body: .json(.request(.init("hours", .nullable(.within(ChallengeExpiry.bounds))))),
            .data(.named("ChallengeExpiry"))
        ),
    ]

    private static let auditFilter: [APIParameter] = [
        APIParameter("subject", .text(), "Only about this, such as a zone's name."),
        APIParameter("action", .text(), "Only this, such as zone_record.create."),
        APIParameter("actor", .text(), "Only by this, such as account:1."),
        APIParameter("token_id", .id, "Only with the token of this id."),
        APIParameter("remote_address", .text(), "Only from this address."),
        APIParameter("since", .dayOrTime, "Only from this ISO 8601 time on."),
        APIParameter("until", .dayOrTime, "Only before this ISO 8601 time."),
    ]

    private static let audit: [APIOperation] = [
        APIOperation(
            .get,
            "/x/v1/{account}/audit",
            "listAudit",
            "Who changed what, the newest first.",
            query: auditFilter + [
                APIParameter("before", .id, "The next of the page before."), APIParameter.page[1],
            ],
            .json(
                .answer(
                    .init("data", .list(of: .named("AuditEntry"))),
                    .init("next", .nullable(.id))
                )
            )
        ),
        APIOperation(
            .get,
            "/x/v1/{account}/audit/export",
            "exportAudit",
            "All of it, one JSON object a line.",
            query: auditFilter,
            .other("application/x-ndjson", "The entries as lines.")
        ),
    ]

    private static let versions: [APIOperation] = [
        APIOperation(
            .get,
            zone + "/versions",
            "listZoneVersions",
            "Versions of the zone, the newest first.",
            query: APIParameter.page,
            .page(of: .named("ZoneVersion"))
        ),
        APIOperation(
            .get,
            zone + "/versions/{version}",
            "getZoneVersion",
            "A version with its difference from the one before.",
            .data(.object(APISchema.versionMembers + [.init("diff", .named("VersionDiff"))], isClosed: true))
        ),
        APIOperation(
            .get,
            zone + "/versions/{version}/diff/{other}",
            "diffZoneVersions",
            "What turns one version into the other.",
            .data(
                .answer(
                    .init("from", .atLeast(1)),
                    .init("to", .atLeast(1)),
                    .init("diff", .named("VersionDiff"))
                )
            )
        ),
        APIOperation(
            .post,
            zone + "/versions/{version}/rollback",
            "rollBackZone",
            "A new version with the records of an older one.",
            query: [.dryRun, .ifMatch],
            .data(
                .answer(
                    .init("zone_id", .string),
                    .init("restored_version", .atLeast(1)),
                    .init("version", .atLeast(1)),
                    .init("dry_run", .boolean),
                    .init("diff", .named("VersionDiff"))
                )
            ).tagged,
            refused:
                "a version that is older than the history, or lies before an import of a zone that was signed elsewhere."
        ),
        APIOperation(
            .get,
            zone + "/changes/{change}",
            "getChange",
            "How far a change has come: by its version, or the id of its request.",
            query: [APIParameter("wait", .within(0...30), "Seconds to wait until all have it.")],
            .data(.named("ChangeStatus"))
        ),
        APIOperation(
            .get,
            "/x/v1/{account}/deleted_zones",
            "listDeletedZones",
            "Zones that can be restored.",
            query: APIParameter.page,
            .page(of: .named("DeletedZone"))
        ),
        APIOperation(
            .post,
            "/x/v1/{account}/deleted_zones/{deleted}/restore",
            "restoreZone",
            "Make a deleted domain and its zone again, with the records that it had.",
            .data(.named("Zone"), status: 201).tagged,
            failures: [406],
            refused: "a name that has been taken meanwhile, and a zone whose records are not kept any more."
        ),
    ]
}

extension APISchema {
    private static let counts = APISchema.answer(
        .init("creates", .atLeast(0)),
        .init("updates", .atLeast(0)),
        .init("deletes", .atLeast(0))
    )

    static let versionMembers: [Member] = [
        .init("version", .atLeast(1)), .init("zone_id", .string), .init("request_id", .string),
        .init("action", .nullable(.string)), .init("actor", .nullable(.string)),
        .init("token_id", .nullable(.id)), .init("remote_address", .nullable(.string)), .init("counts", counts),
        .init("created_at", .time),
    ]

    /// RRsets, versions, changes and deleted zones.
    static let zoneStates: [(name: String, schema: APISchema)] = [
        (
            "RecordSetMember",
            .request(
                .init("content", .text(atLeast: 1)),
                .optional("priority", .int64),
                .optional("regions", .regions)
            )
        ),
        (
            "NewRecordSet",
            .request(
                .init("name", .text()),
                .init("type", .recordType),
                .optional("ttl", .ttl),
                .init("records", .list(of: .either([.text(atLeast: 1), .named("RecordSetMember")])))
            )
        ),
        (
            "RecordSet",
            .answer(
                .init("name", .string),
                .init("type", .string),
                .init("ttl", .atLeast(0)),
                .init(
                    "records",
                    .list(
                        of: .answer(
                            .init("id", .id),
                            .init("content", .string),
                            .init("priority", .nullable(.integer)),
                            .init("regions", .list(of: .string))
                        )
                    )
                ),
                .init("system_record", .boolean)
            )
        ),
        ("ZoneVersion", .object(versionMembers, isClosed: true)),
        (
            "HistoricRecord",
            .answer(
                .init("id", .id),
                .init("name", .string),
                .init("content", .string),
                .init("ttl", .atLeast(0)),
                .init("priority", .nullable(.integer)),
                .init("type", .string),
                .init("regions", .list(of: .string)),
                .init("system_record", .boolean)
            )
        ),
        (
            "VersionDiff",
            .answer(
                .init("creates", .list(of: .named("HistoricRecord"))),
                .init(
                    "updates",
                    .list(
                        of: .answer(
                            .init("before", .named("HistoricRecord")),
                            .init("after", .named("HistoricRecord"))
                        )
                    )
                ),
                .init("deletes", .list(of: .named("HistoricRecord")))
            )
        ),
        (
            "ChangeStatus",
            .answer(
                .init("zone_id", .string),
                .init("version", .atLeast(1)),
                .init("request_id", .string),
                .init("status", .values(["pending", "in_sync"])),
                .init("published", .boolean),
                .init("responders", .answer(.init("in_sync", .atLeast(0)), .init("total", .atLeast(0)))),
                .init("created_at", .time)
            )
        ),
        (
            "AuditEntry",
            .answer(
                .init("id", .id),
                .init("actor", .string),
                .init("token_id", .nullable(.id)),
                .init("remote_address", .nullable(.string)),
                .init("request_id", .string),
                .init("action", .string),
                .init("subject", .string),
                .init("before", .any),
                .init("after", .any),
                .init("created_at", .time)
            )
        ),
        ("ChallengeExpiry", .answer(.init("hours", .nullable(.atLeast(1))))),
        (
            "DelegationCheck",
            .answer(
                .init(
                    "state",
                    .values([
                        "pending", "delegated", "partial", "elsewhere", "undelegated", "unregistered", "unknown",
                    ])
                ),
                .init("parent_name_servers", .list(of: .string)),
                .init("zone_name_servers", .list(of: .string)),
                .init("lame_name_servers", .list(of: .string)),
                .init("ds_without_key", .boolean),
                .init("reason", .nullable(.string)),
                .init("checked_at", .nullable(.time)),
                .init("changed_at", .nullable(.time))
            )
        ),
        (
            "DeletedZone",
            .answer(
                .init("id", .id),
                .init("account_id", .id),
                .init("name", .string),
                .init("deleted_by", .string),
                .init("deleted_at", .time),
                .init("restorable_until", .time)
            )
        ),
    ]
}
