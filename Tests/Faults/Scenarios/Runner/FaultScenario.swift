// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One thing that may go wrong, made to happen.
package struct FaultScenario: Sendable {
    /// What `ONLY=` names it by.
    package let name: String
    /// What it does, in a line.
    package let summary: String
    /// Whether it is part of the quick run.
    package let hasQuickForm: Bool
    let run: @Sendable (FaultSettings) async throws -> [Figure]

    init(
        _ name: String,
        _ summary: String,
        quick hasQuickForm: Bool = true,
        run: @escaping @Sendable (FaultSettings) async throws -> [Figure]
    ) {
        self.name = name
        self.summary = summary
        self.hasQuickForm = hasQuickForm
        self.run = run
    }
}
