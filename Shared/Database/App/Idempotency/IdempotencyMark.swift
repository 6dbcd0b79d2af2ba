// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// Ties the change of a request that carries an Idempotency-Key to the key, in the change's own transaction.
enum IdempotencyMark {
    /// Notes that the change is carried out; nothing for requests without a key.
    ///
    /// - Throws: `StaleReservation` when the key was given to another attempt meanwhile. The row's lock is held until the
    ///   transaction ends, so that no attempt can get the key in between.
    static func set(_ context: ChangeContext, in transaction: PostgresTransaction) async throws {
        guard let reservation = context.reservation else {
            return
        }
        let marked = try await transaction.execute(
            """
            UPDATE app.idempotency_key SET executed = true
            WHERE id = \(reservation.id) AND request_id = \(reservation.requestID.text)::uuid
            """
        )
        guard marked == 1 else {
            throw StaleReservation()
        }
    }
}

/// An attempt took so long that another one of the same request was given its key.
package struct StaleReservation: Error, Sendable {}
