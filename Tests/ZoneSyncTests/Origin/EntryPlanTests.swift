// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing
import ZoneStore
import ZoneSync

@Suite
struct EntryPlanTests {
    private func entry(_ position: UInt64, _ zone: String, _ kind: Character) -> OriginEntry {
        OriginEntry(
            position: position,
            operation: kind == "x" ? .delete : .publish,
            zone: zone,
            generation: 1,
            baseVersion: kind == "d" ? position - 1 : nil,
            version: position,
            serial: 1,
            hash: .zero,
            diff: kind == "d" ? "-www.\(zone) A\n" : nil
        )
    }

    /// `d` difference, `w` whole, `x` deletion.
    private func plan(_ entries: [(String, Character)]) -> [String] {
        let entries = entries.enumerated().map { entry(UInt64($0.offset) + 1, $0.element.0, $0.element.1) }
        return EntryPlan.plan(entries).map { plan in
            switch plan {
            case .skip(let first, let last): "skip \(first)-\(last)"
            case .difference(let entry, _, _): "diff \(entry.position)"
            case .whole(let entry): "whole \(entry.position)"
            case .delete(let entry): "delete \(entry.position)"
            }
        }
    }

    @Test("Differences are all sent, in order")
    func differences() {
        #expect(plan([("a.", "d"), ("b.", "d"), ("a.", "d")]) == ["diff 1", "diff 2", "diff 3"])
    }

    @Test("What a later whole zone or deletion replaces is not sent")
    func replaced() {
        #expect(
            plan([("a.", "d"), ("a.", "w"), ("b.", "d"), ("a.", "w"), ("b.", "x")])
                == ["skip 1-3", "whole 4", "delete 5"]
        )
    }

    @Test("A difference after a whole zone is sent, for the zone may have been read before it")
    func afterWhole() {
        #expect(plan([("a.", "w"), ("a.", "d")]) == ["whole 1", "diff 2"])
    }

    @Test("Every position is accounted for once, whatever the entries are")
    func dense() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let entries = (1...UInt64.random(in: 1...40, using: &generator)).map { position in
                entry(
                    position,
                    ["a.", "b.", "c."].randomElement(using: &generator) ?? "a.",
                    ["d", "w", "x"].randomElement(using: &generator) ?? "d"
                )
            }
            var next: UInt64 = 1
            for plan in EntryPlan.plan(entries) {
                if case .skip(let first, _) = plan {
                    #expect(first == next)
                } else {
                    #expect(plan.lastPosition == next)
                }
                next = plan.lastPosition + 1
            }
            #expect(next == UInt64(entries.count) + 1)
        }
    }
}
