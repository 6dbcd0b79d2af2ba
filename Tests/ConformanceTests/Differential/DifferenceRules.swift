// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why answers differ: Docs/conformance.md says the same in words.
enum DifferenceRules {
    /// All rules, in the order in which they are applied: whole messages, chains, sections.
    static let all: [DifferenceRule] = messages + chains + sections + proofs
}
