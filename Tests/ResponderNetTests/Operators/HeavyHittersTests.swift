// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import ResponderNet

@Suite struct HeavyHittersTests {
    @Test("while there is room for all keys counts are exact")
    func exact() {
        var counter = HeavyHitters<Int>(capacity: 8)
        for key in 0..<8 { for _ in 0...key { counter.add(key) } }
        #expect(counter.error == 0)
        #expect(counter.total == 36)
        #expect(counter.top(2).map(\.key) == [7, 6])
        #expect(counter.top(1).first?.count == 8)
    }

    @Test("among a hundred thousand keys the frequent ones are found, and no count is off by more than the error")
    func bounded() {
        var counter = HeavyHitters<Int>(capacity: 64)
        var truth: [Int: Int] = [:]
        for round in 0..<100_000 {
            // Every third of one key, every fifth of another, the rest once each.
            let key = round.isMultiple(of: 3) ? -1 : round.isMultiple(of: 5) ? -2 : round
            counter.add(key)
            truth[key, default: 0] += 1
        }
        let top = counter.top(2)
        #expect(top.map(\.key) == [-1, -2])
        for entry in counter.top(200) {
            let real = truth[entry.key] ?? 0
            #expect(entry.count <= real)
            #expect(entry.count + counter.error >= real)
        }
        #expect(counter.error <= counter.total / 64)
        #expect(counter.top(.max).count <= 128)
    }
}
