// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// Why answers differ: Docs/conformance.md says the same in words.
enum DifferenceRules {
    /// All rules, the narrowest first.
    static let all: [DifferenceRule] = []
}
