// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CLibPQ

extension ConnectionHandle {
    /// What a pipeline does, in order.
    enum Step {
        case prepare(name: String, sql: String, values: [PostgresValue])
        case prepared(name: String, values: [PostgresValue])
        case text(String)
    }

    /// What came of a pipeline: the results of the steps that succeeded, and the error of the first that did not.
    struct Outcome {
        var results: [PostgresResult] = []
        var error: PostgresError?
    }

    /// Sends all steps before it waits for the first result: one round trip for all of them.
    ///
    /// The server skips what follows a step that failed. Meant for statements with small results: nothing is read
    /// before all is sent.
    func run(pipeline steps: [Step]) -> Outcome {
        var outcome = Outcome()
        guard unsafe PQenterPipelineMode(pointer) == 1 else {
            outcome.error = lastError(sqlState: nil)
            return outcome
        }
        for step in steps where outcome.error == nil {
            if !send(step) { outcome.error = lastError(sqlState: nil) }
        }
        // What was sent has to be answered, even when a later step could not be sent.
        if unsafe PQpipelineSync(pointer) == 1 {
            receive(&outcome)
        } else if outcome.error == nil {
            outcome.error = lastError(sqlState: nil)
        }
        if unsafe PQexitPipelineMode(pointer) != 1, outcome.error == nil {
            outcome.error = lastError(sqlState: nil)
        }
        return outcome
    }

    private func send(_ step: Step) -> Bool {
        switch step {
        case .prepare(let name, let sql, let values):
            let types = values.map(\.type)
            // SAFETY: libpq reads `types.count` identifiers during the call.
            return unsafe PQsendPrepare(pointer, name, sql, CInt(types.count), types) == 1
        case .prepared(let name, let values):
            return unsafe withParameters(values) { parameters, lengths, formats in
                unsafe PQsendQueryPrepared(pointer, name, CInt(values.count), parameters, lengths, formats, 0) == 1
            }
        case .text(let sql):
            return unsafe PQsendQueryParams(pointer, sql, 0, nil, nil, nil, nil, 0) == 1
        }
    }

    /// Reads until the synchronisation point. libpq gives NULL after each step's result, and for ever once the
    /// connection is lost.
    private func receive(_ outcome: inout Outcome) {
        var isBetweenSteps = false
        while true {
            // SAFETY: libpq hands each result over to the caller.
            guard let pointer = unsafe PQgetResult(pointer) else {
                if isBetweenSteps || !isOpen { break }
                isBetweenSteps = true
                continue
            }
            isBetweenSteps = false
            let result = unsafe PostgresResult(pointer)
            if result.status == PGRES_PIPELINE_SYNC { return }
            guard outcome.error == nil else { continue }
            do throws(PostgresError) {
                try check(result)
                outcome.results.append(result)
            } catch {
                outcome.error = error
            }
        }
        if outcome.error == nil { outcome.error = lastError(sqlState: nil) }
    }
}
