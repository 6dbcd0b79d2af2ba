// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension PostgresPool {
    /// Runs one statement that reads a few rows by a key, together with those of other callers: under load one round
    /// trip serves many of them, which costs both sides a fraction of what one each does.
    ///
    /// Only for statements that are quick and change nothing: the others of a batch wait for each, and one that was
    /// not reached is run again. A look-up that has begun is not stopped by its task's cancellation.
    ///
    /// - Throws: `PostgresError`, `PoolError`, or `CancellationError` before it has begun.
    package func lookup(_ query: PostgresQuery) async throws -> PostgresRow? {
        try Task.checkCancellation()
        let deadline = ContinuousClock.now + acquireTimeout
        return try await withCheckedThrowingContinuation { continuation in
            if lookups.append(LookupQueue.Entry(query: query, deadline: deadline, continuation: continuation)) {
                // Nobody's child: it serves whoever comes, and ends when nobody does.
                Task { await self.serveLookups() }
            }
        }.first
    }

    private func serveLookups() async {
        var isDone = false
        while !isDone {
            do {
                let connection = try await acquire()
                isDone = await connection.serve(lookups)
                await release(connection)
            } catch PoolError.timeout {
                isDone = !lookups.expire(with: PoolError.timeout, at: .now)
            } catch {
                lookups.fail(with: error)
                isDone = true
            }
        }
    }
}
