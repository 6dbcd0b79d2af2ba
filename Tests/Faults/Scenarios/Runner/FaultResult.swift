// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The outcome of a scenario: a line of `reliability.json`.
package struct FaultResult: Sendable, Codable {
    package let scenario: String
    package let passed: Bool
    package let isQuick: Bool
    package let figures: [Figure]
    /// Why it could not be carried out to its end.
    package let error: String?
    package let seconds: Double
    package let seed: UInt64
    package let at: String

    /// Carries a scenario out. Errors are part of the result.
    package static func of(_ scenario: FaultScenario, _ settings: FaultSettings) async -> FaultResult {
        let start = ContinuousClock.now
        var figures: [Figure] = []
        var failure: String?
        do {
            figures = try await scenario.run(settings)
        } catch {
            failure = "\(error)"
        }
        return FaultResult(
            scenario: scenario.name,
            passed: failure == nil && figures.allSatisfy { $0.passes(isQuick: settings.isQuick) },
            isQuick: settings.isQuick,
            figures: figures,
            error: failure,
            seconds: ((ContinuousClock.now - start) / .milliseconds(1)).rounded() / 1_000,
            seed: settings.seed,
            at: ISO8601DateFormatter().string(from: Date())
        )
    }

    /// The line, without its end.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// The same for people.
    package var text: String {
        let lines = figures.map { figure in
            let value = figure.value.rounded() == figure.value ? "\(Int(figure.value))" : "\(figure.value)"
            let limit = figure.limit.map { " (at most \($0.rounded() == $0 ? "\(Int($0))" : "\($0)"))" } ?? ""
            let mark = figure.passes(isQuick: isQuick) ? " " : "!"
            return "  \(mark) \(figure.name): \(value) \(figure.unit)\(limit)"
        }
        let head = "\(scenario): \(passed ? "passed" : "FAILED") in \(seconds) s"
        return ([head] + lines + (error.map { ["  ! \($0)"] } ?? [])).joined(separator: "\n")
    }
}
