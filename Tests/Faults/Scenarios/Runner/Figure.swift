// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a scenario found, beside what it demands.
package struct Figure: Sendable, Codable {
    /// What was measured or counted.
    package let name: String
    package let value: Double
    package let unit: String
    /// The greatest value that passes; nil where the figure is only told.
    package let limit: Double?
    /// Whether the limit is one of time or memory: a quick run does not fail by those, since it shares its machine.
    package let isMeasurement: Bool

    /// Something that must not be more than `limit`, by default not happen at all.
    static func count(_ name: String, _ value: Int, limit: Int? = 0) -> Figure {
        Figure(name: name, value: Double(value), unit: "", limit: limit.map(Double.init), isMeasurement: false)
    }

    /// Something that is only told.
    static func told(_ name: String, _ value: Double, _ unit: String = "") -> Figure {
        Figure(name: name, value: value, unit: unit, limit: nil, isMeasurement: true)
    }

    /// A time in milliseconds.
    static func time(_ name: String, _ value: Duration, limit: Duration? = nil) -> Figure {
        Figure(
            name: name,
            value: value / .milliseconds(1),
            unit: "ms",
            limit: limit.map { $0 / .milliseconds(1) },
            isMeasurement: true
        )
    }

    /// Some other figure that depends on the machine.
    static func measured(_ name: String, _ value: Double, _ unit: String, limit: Double) -> Figure {
        Figure(name: name, value: value, unit: unit, limit: limit, isMeasurement: true)
    }

    /// Whether it is within its limit, if that counts.
    func passes(isQuick: Bool) -> Bool {
        guard let limit, !(isQuick && isMeasurement) else { return true }
        return value <= limit
    }
}
