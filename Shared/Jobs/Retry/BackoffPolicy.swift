// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How long to wait before the next attempt.
package enum BackoffPolicy: Sendable, Equatable {
    /// attempt⁴ times `unit`, at most `cap`, and up to a fifth more at random.
    case polynomial(unit: Duration, cap: Duration)
    /// The given waits, one after each attempt (the last repeats), and up to a tenth less at random, so that the sum
    /// of the waits is a bound.
    case steps([Duration])

    /// attempt⁴ seconds up to a day: 25 attempts take about two weeks.
    package static let standard = BackoffPolicy.polynomial(unit: .seconds(1), cap: .seconds(86_400))

    /// The wait after the given failed attempt (from 1). `random` gives the jitter.
    package func delay(afterAttempt attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let attempt = max(1, attempt)
        switch self {
        case .polynomial(let unit, let cap):
            // Beyond this attempt the fourth power only ever meets the cap.
            let base = min(Int64(attempt), 1_000)
            let wait = min(unit * (base * base * base * base), cap)
            return wait + wait * Double.random(in: 0...0.2, using: &random)
        case .steps(let steps):
            guard let wait = steps.dropFirst(attempt - 1).first ?? steps.last else { return .zero }
            return wait - wait * Double.random(in: 0...0.1, using: &random)
        }
    }
}
