// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

/// Brings one installation up for a suite and takes it down afterwards, also when a test fails.
struct LocalStackTrait: SuiteTrait, TestScoping {
    /// The installation of the suite that runs now.
    @TaskLocal static var current: LocalStack?

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let stack = try await LocalStack.up()
        do {
            try await Self.$current.withValue(stack) { try await function() }
        } catch {
            await stack.down()
            throw error
        }
        await stack.down()
    }
}

extension Trait where Self == LocalStackTrait {
    /// A real installation around the suite: `LocalStack.current`.
    static var localStack: LocalStackTrait { LocalStackTrait() }
}

extension LocalStack {
    /// The installation that `.localStack` made for this suite.
    static var current: LocalStack {
        get throws { try #require(LocalStackTrait.current) }
    }
}
