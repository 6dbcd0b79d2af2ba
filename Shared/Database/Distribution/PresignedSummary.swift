// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// How the zones that were signed elsewhere stand: nobody here renews their signatures.
package struct PresignedSummary: Sendable, Hashable {
    /// Active zones that are served as they were signed.
    package let zones: Int64
    /// Seconds until the first RRset of them loses its last valid signature, below zero when it has; nil without zones.
    package let secondsLeft: Double?

    /// Reads it.
    package static func read(_ database: some PostgresQuerying) async throws -> PresignedSummary {
        let rows = try await database.query(
            """
            SELECT count(*), extract(epoch FROM min(signatures_expire_at) - clock_timestamp())::double precision
            FROM app.zone WHERE presigned_at IS NOT NULL AND active
            """
        )
        let row = try rows.only()
        return PresignedSummary(zones: try row.decode(0), secondsLeft: try row.decode(1))
    }
}
