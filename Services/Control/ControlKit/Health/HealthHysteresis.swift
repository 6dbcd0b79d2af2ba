// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Turns verdicts into a steady state: `rise` successes in a row make it up, `fall` failures in a row make it down.
struct HealthHysteresis {
    /// Nil until the first decision.
    private(set) var isUp: Bool?
    private let rise: Int
    private let fall: Int
    private var streak = 0
    private var streakIsGood = true

    /// - Parameters:
    ///   - rise: successes in a row that are wanted, at least 1.
    ///   - fall: failures in a row that are wanted, at least 1.
    init(rise: Int, fall: Int) {
        self.rise = rise
        self.fall = fall
    }

    /// Takes a verdict; returns the new state if that changed, and for the first decision.
    ///
    /// A verdict of `unknown` leaves everything as it is.
    mutating func note(_ verdict: HealthVerdict) -> Bool? {
        let isGood: Bool
        switch verdict {
        case .healthy: isGood = true
        case .unhealthy: isGood = false
        case .unknown: return nil
        }
        streak = isGood == streakIsGood ? min(streak + 1, max(rise, fall)) : 1
        streakIsGood = isGood
        guard isUp != isGood, streak >= (isGood ? rise : fall) else { return nil }
        isUp = isGood
        return isGood
    }

    /// Down at once, whatever was found before; up again takes `rise` successes from now. Returns false if that is news.
    mutating func force() -> Bool? {
        streak = 0
        streakIsGood = false
        guard isUp != false else { return nil }
        isUp = false
        return false
    }
}
