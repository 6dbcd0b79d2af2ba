// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// What the supervisor keeps running, in starting order.
struct SupervisorPlan: Codable {
    /// One program.
    struct Program: Codable {
        /// Names the pid file and the log.
        var name: String
        /// The program's absolute path and its arguments.
        var arguments: [String]
        /// The signal that asks it to end.
        var stopSignal: Int32
    }

    var programs: [Program]

    /// Reads a plan written by `write(to:)`.
    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ControlError("there is no supervisor plan at \(path); run 'zonewright up'")
        }
        self = try JSONDecoder().decode(SupervisorPlan.self, from: data)
    }

    init(programs: [Program]) {
        self.programs = programs
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try StateFolder.writePrivate(String(decoding: encoder.encode(self), as: UTF8.self) + "\n", to: path)
    }
}
