// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    /// What goes beyond DNSimple's API, under a prefix of its own.
    static let own: [APIOperation] = [
        APIOperation(
            .post,
            "/x/v1/{account}/zones/{zone}/import",
            "importZone",
            "A zone file into a zone: all of it or nothing.",
            query: [
                APIParameter(
                    "mode",
                    .values(["merge", "replace"]),
                    "Whether records that the file lacks stay (merge) or go."
                ),
                .dryRun, .ifMatch,
            ],
            body: APIBody(
                schema: .text(atLeast: 1),
                contentTypes: ["text/dns"],
                isRequired: true,
                json: .request(.init("zone_file", .text(atLeast: 1)))
            ),
            .data(.named("ImportReport")),
            refused: "what is no zone file, or not of this zone; \(APIOperation.badRecords)"
        )
    ]
}

extension APISchema {
    /// What goes beyond DNSimple's API.
    static let own: [(name: String, schema: APISchema)] = [
        (
            "ImportedRecord",
            .answer(
                .init("name", .string),
                .init("type", .string),
                .init("content", .string),
                .init("ttl", .atLeast(0)),
                .init("priority", .nullable(.integer))
            )
        ),
        (
            "ImportReport",
            .answer(
                .init("zone_id", .string),
                .init("dry_run", .boolean),
                .init(
                    "counts",
                    .answer(
                        .init("creates", .atLeast(0)),
                        .init("updates", .atLeast(0)),
                        .init("deletes", .atLeast(0)),
                        .init("unchanged", .atLeast(0)),
                        .init("skipped", .atLeast(0))
                    )
                ),
                .init("creates", .list(of: .named("ImportedRecord"))),
                .init("updates", .list(of: .named("ImportedRecord"))),
                .init("deletes", .list(of: .named("ImportedRecord")))
            )
        ),
    ]
}
