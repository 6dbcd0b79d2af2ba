// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    private static let label = APIParameter(
        "label",
        .labelSelector,
        "Labels that must be there: `key` or `key=value`, with commas."
    )

    /// Notes and labels of domains and records.
    static let annotations: [APIOperation] =
        [
            APIOperation(
                .get,
                "/x/v1/{account}/domains",
                "listLabelledDomains",
                "Domains with their notes and labels.",
                query: [.nameLike, label] + APIParameter.list(sortedBy: "id, name, expiration"),
                .page(of: .named("LabelledDomain")),
                refused: "two values of one label."
            ),
            APIOperation(
                .get,
                "/x/v1/{account}/zones/{zone}/records",
                "listLabelledRecords",
                "Records of a zone with their notes and labels.",
                query: [
                    .nameLike, APIParameter("name", "Only this name; empty for the apex."),
                    APIParameter("type", "Only this type."), label, .ifNoneMatch,
                ] + APIParameter.list(sortedBy: "id, name, content, type"),
                .page(of: .named("LabelledRecord")).tagged,
                .notModified,
                refused: "two values of one label."
            ),
        ] + operations(of: "/x/v1/{account}/domains/{domain}", "Domain")
        + operations(of: "/x/v1/{account}/zones/{zone}/records/{record}", "Record")

    private static func operations(of path: String, _ kind: String) -> [APIOperation] {
        let what = kind.lowercased()
        return [
            APIOperation(
                .get,
                path + "/note",
                "get\(kind)Note",
                "The note of a \(what); null where there is none.",
                query: [.ifNoneMatch],
                .data(.named("Note")).tagged,
                .notModified
            ),
            APIOperation(
                .put,
                path + "/note",
                "put\(kind)Note",
                "Set the note of a \(what).",
                query: [.ifMatch],
                body: .json(.request(.init("note", .note))),
                .data(.named("Note")).tagged
            ),
            APIOperation(
                .delete,
                path + "/note",
                "delete\(kind)Note",
                "Remove the note of a \(what).",
                query: [.ifMatch],
                .empty()
            ),
            APIOperation(
                .get,
                path + "/labels",
                "get\(kind)Labels",
                "The labels of a \(what).",
                query: [.ifNoneMatch],
                .data(.named("Labels")).tagged,
                .notModified
            ),
            APIOperation(
                .put,
                path + "/labels",
                "put\(kind)Labels",
                "Make the labels of a \(what) those of the body, and no others.",
                query: [.ifMatch],
                body: .json(.request(.init("labels", .labels))),
                .data(.named("Labels")).tagged
            ),
            APIOperation(
                .delete,
                path + "/labels",
                "delete\(kind)Labels",
                "Remove all labels of a \(what).",
                query: [.ifMatch],
                .empty()
            ),
        ]
    }
}

extension APISchema {
    /// Notes and labels.
    static let annotations: [(name: String, schema: APISchema)] = [
        ("Note", .answer(.init("note", .nullable(.string)))),
        ("Labels", .answer(.init("labels", .map(of: .string)))),
        ("LabelledDomain", labelled("Domain", in: domains)),
        ("LabelledRecord", labelled("Record", in: zones)),
    ]

    /// The members of a schema, and those of notes and labels behind them.
    private static func labelled(_ name: String, in schemas: [(name: String, schema: APISchema)]) -> APISchema {
        guard case .object(let members, _)? = schemas.first(where: { $0.name == name })?.schema else {
            preconditionFailure("the schema has another place")
        }
        return .object(
            members + [.init("note", .nullable(.string)), .init("labels", .map(of: .string))],
            isClosed: true
        )
    }
}
