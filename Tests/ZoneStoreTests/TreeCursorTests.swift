// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CLMDB
import Foundation
import Testing

@testable import ZoneStore

/// The reader of LMDB's pages against LMDB itself.
@Suite struct TreeCursorTests {
    /// How the keys of a tree are made.
    enum Keys: CaseIterable {
        /// Of few different octets, so that many begin alike.
        case alike
        /// Short ones of any octets.
        case short
        /// As long as LMDB takes them, with a common beginning: few fit a page.
        case long
        /// Of all lengths.
        case mixed

        func next(_ generator: inout SeededGenerator) -> [UInt8] {
            switch self {
            case .alike: Self.octets(1...24, among: 0...2, &generator)
            case .short: Self.octets(1...3, among: 0...255, &generator)
            case .long: [UInt8](repeating: 7, count: 480) + Self.octets(1...31, among: 0...255, &generator)
            case .mixed: Self.octets(1...511, among: 0...255, &generator)
            }
        }

        private static func octets(
            _ count: ClosedRange<Int>,
            among: ClosedRange<UInt8>,
            _ generator: inout SeededGenerator
        ) -> [UInt8] {
            (0..<Int.random(in: count, using: &generator)).map { _ in .random(in: among, using: &generator) }
        }
    }

    /// Entries of which one in forty has a value with pages of its own.
    private static func entries(_ count: Int, _ keys: Keys, _ generator: inout SeededGenerator) -> [RandomTree.Entry] {
        (0..<count).map { _ in
            let length =
                Int.random(in: 0..<40, using: &generator) == 0
                ? Int.random(in: 1_900...20_000, using: &generator) : Int.random(in: 0...120, using: &generator)
            return RandomTree.Entry(
                key: keys.next(&generator),
                value: [UInt8](repeating: .random(in: 0...255, using: &generator), count: length)
            )
        }
    }

    /// Keys that are there, that nearly are, and others.
    private static func probes(
        _ held: [RandomTree.Entry],
        _ keys: Keys,
        _ generator: inout SeededGenerator
    ) -> [[UInt8]] {
        var probes = (0..<100).map { _ in keys.next(&generator) } + [[0], [UInt8](repeating: 255, count: 511)]
        for entry in held.count <= 100 ? held[...] : held.shuffled(using: &generator).prefix(100) {
            probes.append(entry.key)
            probes.append(entry.key + [0])
            if entry.key.count > 1 { probes.append(entry.key.dropLast()) }
            probes.append(entry.key.dropLast() + [entry.key[entry.key.count - 1] &+ 1])
        }
        return probes.filter { !$0.isEmpty && $0.count <= 511 }
    }

    @Test("seeks give what LMDB's give: the key itself, the next one and the one in front", arguments: Keys.allCases)
    func seeks(keys: Keys) throws {
        var generator = SeededGenerator(seed: 1)
        var depths: Set<Int> = []
        var large = 0
        for count in [1, 2, 3, 10, 60, 400, 3_000] {
            for removal in [Int.max, 3] {
                let tree = try RandomTree(Self.entries(count, keys, &generator), removal: removal)
                let held = try tree.all()
                let root = try #require(tree.root)
                depths.insert(try tree.statistics.depth)
                large += try tree.statistics.large
                let cursor = TreeCursor()
                for probe in Self.probes(held, keys, &generator) {
                    let expected = try tree.neighbors(of: probe)
                    let place = try cursor.seek(probe, in: root, tree.pages)
                    #expect(place.isExact == (expected.behind?.key == probe))
                    #expect(try cursor.settled(place, tree.pages)?.entry(of: tree.pages) == expected.behind)
                    // The search for the entry behind may have moved on: begin again.
                    let again = try cursor.seek(probe, in: root, tree.pages)
                    #expect(try cursor.previous(again, tree.pages)?.entry(of: tree.pages) == expected.inFront)
                }
            }
        }
        // The trees have branches over branches, and values with pages of their own, or this shows less than it says.
        #expect(depths.contains(1) && depths.max() ?? 0 >= (keys == .long ? 3 : 2))
        #expect(large > 100)
    }

    @Test("a walk in either direction meets all entries once, in order", arguments: Keys.allCases)
    func walks(keys: Keys) throws {
        var generator = SeededGenerator(seed: 2)
        for count in [1, 7, 100, 2_000] {
            let tree = try RandomTree(Self.entries(count, keys, &generator), removal: 5)
            let root = try #require(tree.root)
            let held = try tree.all()
            let cursor = TreeCursor()
            var forwards: [RandomTree.Entry] = []
            var next: TreeCursor.Place? = try cursor.seek([0], in: root, tree.pages)
            while let place = next, let settled = try cursor.settled(place, tree.pages) {
                forwards.append(try settled.entry(of: tree.pages))
                var following = settled
                following.index += 1
                next = following
            }
            #expect(forwards == held)
            var backwards: [RandomTree.Entry] = []
            next = try cursor.seek([UInt8](repeating: 255, count: 511), in: root, tree.pages)
            while let place = next {
                next = try cursor.previous(place, tree.pages)
                if let next { backwards.append(try next.entry(of: tree.pages)) }
            }
            #expect(backwards == held.reversed())
        }
    }

    @Test("a narrowed range answers for its keys what the whole tree answers", arguments: Keys.allCases)
    func narrowing(keys: Keys) throws {
        var generator = SeededGenerator(seed: 3)
        for count in [1, 30, 500, 3_000] {
            let tree = try RandomTree(Self.entries(count, keys, &generator))
            let root = try #require(tree.root)
            let held = try tree.all()
            let cursor = TreeCursor()
            for _ in 0..<30 {
                let bounds = [keys.next(&generator), keys.next(&generator)]
                    .sorted { $0.lexicographicallyPrecedes($1) }
                let range = try unsafe bounds[0].withUnsafeBytes { first in
                    try unsafe bounds[1].withUnsafeBytes { end in
                        try unsafe cursor.narrow(root, from: first, to: end, tree.pages)
                    }
                }
                let isWithin = { (key: [UInt8]) in
                    !key.lexicographicallyPrecedes(bounds[0]) && key.lexicographicallyPrecedes(bounds[1])
                }
                let candidates = held.map(\.key).shuffled(using: &generator).prefix(40)
                for probe in candidates + (0..<40).map({ _ in keys.next(&generator) }) where isWithin(probe) {
                    let expected = try tree.neighbors(of: probe)
                    let place = try cursor.seek(probe, in: range, tree.pages)
                    #expect(place.isExact == (expected.behind?.key == probe))
                    let behind = try cursor.settled(place, tree.pages)?.entry(of: tree.pages)
                    // Beyond its edges a range may end where the tree goes on.
                    if behind != nil || expected.behind.map({ isWithin($0.key) }) ?? false {
                        #expect(behind == expected.behind)
                    }
                    let again = try cursor.seek(probe, in: range, tree.pages)
                    let inFront = try cursor.previous(again, tree.pages)?.entry(of: tree.pages)
                    if inFront != nil || expected.inFront.map({ isWithin($0.key) }) ?? false {
                        #expect(inFront == expected.inFront)
                    }
                }
            }
        }
    }

    @Test("an empty tree has no root, nor has one that was emptied")
    func empty() throws {
        #expect(try RandomTree([]).root == nil)
        let entries = (0..<500).map { RandomTree.Entry(key: [UInt8($0 / 250), UInt8($0 % 250)], value: [1]) }
        #expect(try RandomTree(entries, removal: 1).root == nil)
    }

    @Test("pages within pages are not taken for values, and keys are found beside them")
    func manyValues() throws {
        var entries: [RandomTree.Entry] = []
        for key in 0..<40 as Range<UInt8> {
            // One value stands alone; several make a page within the page; many a tree of their own.
            for value in 0..<(key % 3 == 0 ? 1 : key % 3 == 1 ? 5 : 900) {
                entries.append(RandomTree.Entry(key: [key], value: [UInt8(value >> 8), UInt8(value & 255), key]))
            }
        }
        let tree = try RandomTree(entries, kind: .manyValues)
        let root = try #require(tree.root)
        let cursor = TreeCursor()
        for key in 0..<40 as Range<UInt8> {
            let place = try cursor.seek([key], in: root, tree.pages)
            #expect(place.isExact)
            if key % 3 == 0 {
                #expect(try place.entry(of: tree.pages).value == [0, 0, key])
            } else {
                #expect(throws: ZoneReadError.damaged) { try place.entry(of: tree.pages) }
            }
        }
    }
}
