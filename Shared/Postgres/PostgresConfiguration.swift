// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How to reach a database, and the limits of each session.
package struct PostgresConfiguration: Sendable {
    /// A connection URI or a libpq keyword string; holds the password, so it is never printed.
    let url: String
    /// What `pg_stat_activity` shows.
    package var applicationName: String
    /// Seconds that one attempt to connect may take.
    package var connectTimeout: Int = 5
    /// A statement that takes longer is stopped by the server; nil leaves the role's own setting.
    package var statementTimeout: Duration?
    /// How many prepared statements a connection keeps; 0 prepares none (for poolers in transaction mode).
    package var statementCacheSize: Int = 256

    /// Throws `PostgresError` of the kind `.configuration` when libpq cannot make sense of `url`.
    package init(url: String, applicationName: String) throws(PostgresError) {
        guard let reason = ConnectionHandle.refusal(of: url) else {
            self.url = url
            self.applicationName = applicationName
            return
        }
        throw PostgresError(.configuration, message: "the database URL is not valid: \(reason)")
    }

    /// Keywords and values for `PQconnectdbParams`; later ones win over those in the URL.
    var parameters: [(keyword: String, value: String)] {
        // ISO dates in UTC are what PostgresTimestamp reads.
        var options = "-c TimeZone=UTC -c DateStyle=ISO -c bytea_output=hex"
        if let statementTimeout {
            let milliseconds =
                statementTimeout.components.seconds * 1000
                + statementTimeout.components.attoseconds / 1_000_000_000_000_000
            options += " -c statement_timeout=\(milliseconds)"
        }
        return [
            ("connect_timeout", String(connectTimeout)), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"), ("dbname", url),
            ("application_name", applicationName), ("client_encoding", "UTF8"), ("options", options),
        ]
    }
}
