// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension PostgresConnection {
    /// Runs what is in `queue`, a batch in one round trip, until it is empty; false when the connection is lost before.
    func serve(_ queue: LookupQueue) -> Bool {
        defer { noteState() }
        while let batch = queue.next() {
            var left = batch[...]
            var mayRetry = true
            while !left.isEmpty {
                left = left.dropFirst(run(left, &mayRetry))
                guard handle?.isOpen == true else {
                    queue.putBack(left)
                    return false
                }
            }
        }
        return true
    }

    /// Runs `entries` up to the first that fails, and answers those; returns how many.
    ///
    /// - Parameter mayRetry: whether one that failed because its prepared statement has gone may be left to be run once
    ///   more.
    private func run(_ entries: ArraySlice<LookupQueue.Entry>, _ mayRetry: inout Bool) -> Int {
        guard let handle else {
            for entry in entries { entry.continuation.resume(throwing: Self.closed) }
            return entries.count
        }
        var plan = PipelinePlan()
        // A batch is one transaction of the server's: what a failure leaves undone is read again.
        let places = entries.map { plan.append($0.query, &statements) }
        let outcome = handle.run(pipeline: plan.steps)
        evicted += plan.settle(&statements, succeeded: outcome.results.count, outcome.error)
        var answered = 0
        for (entry, place) in zip(entries, places) {
            if place < outcome.results.count {
                entry.continuation.resume(returning: outcome.results[place].rows)
            } else if let error = outcome.error {
                if error.isAboutPreparation, mayRetry {
                    mayRetry = false
                    return answered
                }
                entry.continuation.resume(throwing: error)
                return answered + 1
            }
            answered += 1
        }
        return answered
    }
}
