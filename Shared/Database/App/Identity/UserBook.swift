// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// Books what users do about themselves, and their log-ins: an audit row in each of the user's accounts, so that its owner
/// sees who can get in. What is about nobody known, or about a user without accounts, has a row of no account.
enum UserBook {
    /// One thing that happened.
    struct Entry: Sendable {
        /// Nil where nobody knows who was meant.
        var user: Int64?
        /// For example `user.password`.
        var action: String
        /// For example `user/12`.
        var subject: String
        /// JSON; nil where there is nothing.
        var before: String?
        var after: String?
        /// As the audit has it, for example `user:12`.
        var actor: String
        var tokenID: Int64?
        var remoteAddress: String?
        var requestID: RequestIdentifier
    }

    /// Writes the rows of `entry`.
    static func record(_ entry: Entry, in database: some PostgresQuerying) async throws {
        try await database.execute(
            """
            INSERT INTO app.audit
                (account_id, actor, token_id, remote_address, request_id, action, subject, before, after)
            SELECT a.account_id, \(entry.actor)::text, \(entry.tokenID)::bigint, \(entry.remoteAddress)::text,
                   \(entry.requestID.text)::uuid, \(entry.action)::text, \(entry.subject)::text,
                   \(entry.before)::text::jsonb, \(entry.after)::text::jsonb
            FROM (
                SELECT account_id FROM app.membership WHERE person_id = \(entry.user)::bigint
                UNION ALL
                SELECT NULL WHERE NOT EXISTS (SELECT FROM app.membership WHERE person_id = \(entry.user)::bigint)
            ) AS a
            """
        )
    }

    /// Writes the rows of a change that a user made.
    static func record(
        _ action: String,
        of user: Int64,
        subject: String? = nil,
        before: String? = nil,
        after: String? = nil,
        context: ChangeContext,
        in database: some PostgresQuerying
    ) async throws {
        let entry = Entry(
            user: user,
            action: action,
            subject: subject ?? "user/\(user)",
            before: before,
            after: after,
            actor: context.actor.description,
            tokenID: context.tokenID,
            remoteAddress: context.remoteAddress,
            requestID: context.requestID
        )
        try await record(entry, in: database)
    }
}
