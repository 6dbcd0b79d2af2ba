// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct JobResolutionTests {
    private struct Broken: Error {}

    private func resolve(_ error: (any Error)?, attempt: Int = 1) -> JobResolution {
        var random = SystemRandomNumberGenerator()
        return JobResolution(
            error: error,
            attempt: attempt,
            maximumAttempts: 3,
            backoff: .steps([.zero]),
            using: &random
        )
    }

    @Test func `A handler that returns completes its job`() {
        #expect(resolve(nil) == .complete)
    }

    @Test func `Any error is tried again until the last attempt`() {
        #expect(resolve(Broken()) == .retry(after: .zero, error: "Broken()"))
        #expect(resolve(JobFailure.retry("down"), attempt: 2) == .retry(after: .zero, error: "down"))
        #expect(resolve(JobFailure.retry("down"), attempt: 3) == .discard(error: "down"))
        #expect(resolve(Broken(), attempt: 4) == .discard(error: "Broken()"))
    }

    @Test func `A handler may give up, cancel or wait`() {
        #expect(resolve(JobFailure.discard("bad")) == .discard(error: "bad"))
        #expect(resolve(JobFailure.cancel("gone"), attempt: 3) == .cancel(reason: "gone"))
        #expect(resolve(JobFailure.snooze(.seconds(5)), attempt: 3) == .release(after: .seconds(5)))
    }

    @Test func `Error texts are bounded and hold no zero octets`() {
        let text = String(repeating: "x", count: 5_000) + "\0"
        #expect(resolve(JobFailure.discard("\0" + text)) == .discard(error: String(repeating: "x", count: 1_000)))
    }
}
