// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension HistoryPruner {
    /// How long the numbers of a run's reports are remembered after the last one: a responder that is away for longer
    /// with reports that it could not send has them counted again.
    private static let reporterDays: Int32 = 90
    /// What has ended is kept for as long as clocks may differ.
    private static let grace = "interval '1 hour'"

    /// Deletes what has an end and is past it: sessions, windows of log-ins and rate limits, codes, deleted zones.
    func pruneEnded() async throws -> [String: Int] {
        [
            "app.session": try await ended("app.session", key: "id", end: "expires_at"),
            // A code that was used is remembered until its end: it is a theft when it comes again.
            "app.oauth_code": try await ended("app.oauth_code", key: "code_hash", end: "expires_at"),
            "app.login_failure": try await ended("app.login_failure", key: "subject", end: "ends_at"),
            "app.rate_window": try await repeated {
                """
                DELETE FROM app.rate_window WHERE subject IN (
                    SELECT subject FROM app.rate_window
                    WHERE ends_at < extract(epoch FROM now() - \(unescaped: Self.grace))::bigint
                    ORDER BY ends_at LIMIT \(batch)
                ) AND ends_at < extract(epoch FROM now() - \(unescaped: Self.grace))::bigint
                """
            },
            "app.deleted_zone": try await repeated {
                """
                DELETE FROM app.deleted_zone WHERE zone_id IN (
                    SELECT zone_id FROM app.deleted_zone
                    WHERE deleted_at < now() - make_interval(days => \(Int32(DeletedZoneRepository.days)))
                    ORDER BY deleted_at LIMIT \(batch)
                )
                """
            },
        ]
    }

    /// Deletes counts beyond their retention, and what is remembered of runs that report no more.
    func pruneAnalytics(_ retention: Duration) async throws -> [String: Int] {
        [
            "analytics.zone_day": try await repeated {
                """
                DELETE FROM analytics.zone_day WHERE (account_id, day, zone_name) IN (
                    SELECT account_id, day, zone_name FROM analytics.zone_day
                    WHERE day < ((\(cutoff(retention))) AT TIME ZONE 'UTC')::date
                    ORDER BY day LIMIT \(batch)
                )
                """
            },
            "analytics.reporter": try await repeated {
                """
                DELETE FROM analytics.reporter WHERE (node, run) IN (
                    SELECT node, run FROM analytics.reporter
                    WHERE reported_at < now() - make_interval(days => \(Self.reporterDays))
                    ORDER BY reported_at LIMIT \(batch)
                )
                """
            },
        ]
    }

    /// Deletes groups of errors that were not seen for long, with their occurrences.
    func pruneErrors(_ retention: Duration) async throws -> Int {
        try await repeated {
            """
            DELETE FROM operations.error_group WHERE id IN (
                SELECT id FROM operations.error_group WHERE last_seen < \(cutoff(retention))
                ORDER BY last_seen LIMIT \(batch)
            ) AND last_seen < \(cutoff(retention))
            """
        }
    }

    /// Deletes the rows of a table that ended an hour ago or earlier; one that begins anew meanwhile stays.
    private func ended(_ table: String, key: String, end: String) async throws -> Int {
        try await repeated {
            """
            DELETE FROM \(unescaped: table) WHERE \(unescaped: key) IN (
                SELECT \(unescaped: key) FROM \(unescaped: table)
                WHERE \(unescaped: end) < now() - \(unescaped: Self.grace)
                ORDER BY \(unescaped: end) LIMIT \(batch)
            ) AND \(unescaped: end) < now() - \(unescaped: Self.grace)
            """
        }
    }
}
