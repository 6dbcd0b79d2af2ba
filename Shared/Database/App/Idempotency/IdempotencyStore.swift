// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// What was answered to requests that carry an Idempotency-Key, for a day.
package struct IdempotencyStore: Sendable {
    /// How a key stands when a request comes with it.
    package enum Standing: Sendable, Hashable {
        /// It is this request's: to be carried out, then `keep` or `release`.
        case reserved(ChangeContext.Reservation)
        /// The same request was answered so.
        case answered(status: Int, sealedBody: [UInt8]?)
        /// The same request was carried out, but its answer got lost: the service died, or lost the database.
        case answerLost
        /// The same request is being worked on.
        case inFlight
        /// The key belongs to another request.
        case taken
    }

    /// How long a key is kept.
    static let retention: PostgresQuery = "interval '24 hours'"
    /// After this time without an answer another attempt may have the key; the first can then commit nothing any more.
    static let lease: PostgresQuery = "interval '60 seconds'"

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Gives `key` to the request `requestID` if it is free.
    ///
    /// - Parameters:
    ///   - scope: Whose key it is, 32 octets.
    ///   - fingerprint: What tells one request from another, 32 octets.
    package func reserve(
        _ key: String,
        scope: [UInt8],
        fingerprint: [UInt8],
        requestID: RequestIdentifier
    ) async throws -> Standing {
        // The row that is in the way may be gone before it is looked at; three times in a row that is no accident.
        for _ in 0..<3 {
            let reserved = try await pool.first(
                """
                INSERT INTO app.idempotency_key AS k (scope, key, fingerprint, request_id)
                VALUES (\(scope), \(key), \(fingerprint), \(requestID.text)::uuid)
                ON CONFLICT (scope, key) DO UPDATE
                SET fingerprint = excluded.fingerprint, request_id = excluded.request_id, executed = false,
                    status = NULL, answer = NULL, created_at = now()
                WHERE k.created_at < now() - \(Self.retention)
                   OR k.status IS NULL AND NOT k.executed AND k.fingerprint = excluded.fingerprint
                      AND k.created_at < now() - \(Self.lease)
                RETURNING id
                """
            )
            if let reserved {
                return .reserved(ChangeContext.Reservation(id: try reserved.decode(0), requestID: requestID))
            }
            if let standing = try await standing(of: key, scope: scope, fingerprint: fingerprint) {
                return standing
            }
        }
        return .inFlight
    }

    private func standing(of key: String, scope: [UInt8], fingerprint: [UInt8]) async throws -> Standing? {
        let row = try await pool.first(
            """
            SELECT fingerprint = \(fingerprint), executed AND created_at < now() - \(Self.lease), status, answer
            FROM app.idempotency_key WHERE scope = \(scope) AND key = \(key)
            """
        )
        guard let row else {
            return nil
        }
        guard try row.decode(0) else {
            return .taken
        }
        guard let status = try row.decode(2, as: Int32?.self) else {
            return try row.decode(1) ? .answerLost : .inFlight
        }
        return .answered(status: Int(status), sealedBody: try row.decode(3))
    }

    /// Keeps the answer for later requests with the key.
    package func keep(status: Int, sealedBody: [UInt8]?, for reservation: ChangeContext.Reservation) async throws {
        try await pool.execute(
            """
            UPDATE app.idempotency_key SET status = \(Int32(status)), answer = \(sealedBody)
            WHERE id = \(reservation.id) AND request_id = \(reservation.requestID.text)::uuid
            """
        )
    }

    /// Frees the key of a request that came to nothing, unless its change was committed.
    package func release(_ reservation: ChangeContext.Reservation) async throws {
        try await pool.execute(
            """
            DELETE FROM app.idempotency_key
            WHERE id = \(reservation.id) AND request_id = \(reservation.requestID.text)::uuid AND NOT executed
            """
        )
    }
}
