// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The loopback ports of a local installation, all counted from one base.
struct Ports: Sendable, Codable, Equatable {
    /// How many consecutive ports an installation has.
    static let count = 9

    /// The first of them.
    let base: Int

    /// Takes `PORT_BASE` from the environment; 8050 when it is not set.
    ///
    /// - Throws: `ControlError` when the value is no number or leaves no room for so many unprivileged ports.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let text = environment["PORT_BASE"] ?? "8050"
        let last = 65_536 - Self.count
        guard let base = Int(text), (1024...last).contains(base) else {
            throw ControlError("PORT_BASE is '\(text)'; it must be a number from 1024 to \(last)")
        }
        self.base = base
    }

    var web: Int { base }
    var webOperations: Int { base + 1 }
    var glue: Int { base + 2 }
    var glueOperations: Int { base + 3 }
    var dns: Int { base + 4 }
    var dnsOperations: Int { base + 5 }
    var workerOperations: Int { base + 6 }
    var postgres: Int { base + 7 }
    var redirector: Int { base + 8 }
}
