// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    /// Whom the token speaks for, and the document itself.
    static let identity: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/openapi.json",
            "getDocument",
            "This document.",
            access: .open,
            query: [.header("If-None-Match", "An entity tag of the document that the client has.")],
            .json(.map(of: .any)).tagged,
            .empty(304, "The client has it.").tagged
        ),
        APIOperation(.get, "/v2/whoami", "whoami", "Whom the token speaks for.", .data(.named("Whoami"))),
        APIOperation(
            .get,
            "/v2/accounts",
            "listAccounts",
            "The accounts that the token may use.",
            .data(.list(of: .named("Account")))
        ),
    ]
}

extension APISchema {
    /// What all areas share.
    static let common: [(name: String, schema: APISchema)] = [
        (
            "Pagination",
            .answer(
                .init("current_page", .atLeast(1)),
                .init("per_page", .atLeast(1)),
                .init("total_entries", .atLeast(0)),
                .init("total_pages", .atLeast(1))
            )
        ),
        ("Error", .answer(.init("message", .string), .optional("errors", .map(of: .any)))),
    ]

    /// Accounts.
    static let identity: [(name: String, schema: APISchema)] = [
        (
            "Account",
            .answer(
                .init("id", .id),
                .init("email", .string),
                .init("name", .string),
                .init("plan_identifier", .string),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "User",
            .answer(
                .init("id", .id),
                .init("email", .string),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "Whoami",
            .answer(.init("user", .nullable(.named("User"))), .init("account", .nullable(.named("Account"))))
        ),
    ]
}
