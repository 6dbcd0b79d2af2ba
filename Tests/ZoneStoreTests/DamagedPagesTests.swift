// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CLMDB
import Glibc
import Testing

@testable import ZoneStore

/// What the reader of pages does with pages that LMDB has not written.
///
/// They lie between two pages of memory that may not be touched: a read outside of them ends the process.
@Suite struct DamagedPagesTests {
    private static let pageSize = 4_096

    /// A file's octets between untouchable pages.
    @safe
    private final class Fenced {
        // SAFETY: mapped in init and unmapped in deinit; the first and the last page may not be touched.
        private let whole: UnsafeMutableRawPointer
        private let length: Int
        let octets: UnsafeMutableRawBufferPointer

        init(_ file: [UInt8]) throws {
            let count = file.count / pageSize * pageSize
            length = count + 2 * pageSize
            let mapped = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            unsafe whole = try #require(mapped)
            unsafe octets = UnsafeMutableRawBufferPointer(start: whole + pageSize, count: count)
            unsafe octets.copyBytes(from: file[..<count])
            #expect(unsafe mprotect(whole, pageSize, PROT_NONE) == 0)
            #expect(unsafe mprotect(whole + pageSize + count, pageSize, PROT_NONE) == 0)
        }

        deinit { unsafe munmap(whole, length) }

        /// All pages, as the reader takes them.
        var pages: SnapshotPages {
            get throws {
                let count = unsafe octets.count / pageSize
                let start = try unsafe #require(octets.baseAddress)
                return unsafe SnapshotPages(base: UnsafeRawPointer(start), size: pageSize, count: UInt64(count))
            }
        }
    }

    private struct Tally {
        var values = 0
        var errors = 0
    }

    /// Where the record says that the tree begins.
    private func root(_ record: [UInt8], _ pages: SnapshotPages) throws -> TreeRange? {
        var record = record
        return try unsafe record.withUnsafeMutableBytes { record in
            try unsafe pages.root(MDB_val(mv_size: record.count, mv_data: record.baseAddress))
        }
    }

    /// Looks a key up in every way there is, and reads all octets of what is found.
    private func read(_ key: [UInt8], _ record: [UInt8], _ pages: SnapshotPages, _ tally: inout Tally) {
        do {
            guard let root = try root(record, pages) else { return }
            let cursor = TreeCursor()
            let place = try cursor.seek(key, in: root, pages)
            if place.isExact { try touch(place, pages, &tally) }
            var next = try cursor.settled(place, pages)
            // Pages that lead in a circle must not lead the test in one.
            for _ in 0..<8 {
                guard var here = next else { break }
                try touch(here, pages, &tally)
                here.index += 1
                next = try cursor.settled(here, pages)
            }
            var inFront = try cursor.previous(cursor.seek(key, in: root, pages), pages)
            for _ in 0..<8 {
                guard let here = inFront else { break }
                try touch(here, pages, &tally)
                inFront = try cursor.previous(here, pages)
            }
            let range = try unsafe key.withUnsafeBytes { key in
                try unsafe cursor.narrow(root, from: key, to: key, pages)
            }
            _ = try cursor.settled(cursor.seek(key, in: range, pages), pages).map { try touch($0, pages, &tally) }
        } catch {
            #expect(error as? ZoneReadError == .damaged)
            tally.errors += 1
        }
    }

    private func touch(_ place: TreeCursor.Place, _ pages: SnapshotPages, _ tally: inout Tally) throws {
        let key = try unsafe place.page.key(place.index)
        let value = try unsafe place.page.value(place.index, of: pages)
        // The copies are only made for every octet to be read.
        #expect(unsafe [UInt8](key).count + [UInt8](value).count >= 0)
        tally.values += 1
    }

    private func tree() throws -> (tree: RandomTree, entries: [RandomTree.Entry]) {
        var generator = SeededGenerator(seed: 9)
        let entries = (0..<2_000).map { index in
            RandomTree.Entry(
                key: (0..<Int.random(in: 1...60, using: &generator)).map { _ in .random(in: 0...9, using: &generator) },
                value: [UInt8](repeating: 5, count: index % 9 == 0 ? 9_000 : index % 100)
            )
        }
        return (try RandomTree(entries), entries)
    }

    @Test("flipped bits anywhere give a value or an error, and no read outside of the file")
    func flips() throws {
        let (tree, entries) = try tree()
        let file = try tree.file
        let fenced = try Fenced(file)
        let pages = try fenced.pages
        var generator = SeededGenerator(seed: 10)
        var tally = Tally()
        let count = unsafe fenced.octets.count
        // The headers and tables, where a flip does most, get half of them.
        let starts = Array(stride(from: 2 * Self.pageSize, to: count, by: Self.pageSize))
        for _ in 0..<8_000 {
            var changed: [Int] = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let start = try #require(starts.randomElement(using: &generator))
                let reach = Bool.random(using: &generator) ? 64 : Self.pageSize
                changed.append(start + .random(in: 0..<reach, using: &generator))
            }
            for place in changed {
                let bit: UInt8 = .random(in: 0..<8, using: &generator)
                unsafe fenced.octets[place] ^= 1 << bit
            }
            for _ in 0..<4 {
                let key = try #require(entries.randomElement(using: &generator)).key
                read(key, tree.record, pages, &tally)
            }
            for place in changed { unsafe fenced.octets[place] = file[place] }
        }
        #expect(tally.values > 1_000 && tally.errors > 20, "\(tally)")
    }

    @Test("pages of any octets whose headers make sense give a value or an error, and no read outside of the file")
    func noise() throws {
        let (tree, entries) = try tree()
        let count = 40
        let fenced = try Fenced([UInt8](repeating: 0, count: count * Self.pageSize))
        let pages = try fenced.pages
        var generator = SeededGenerator(seed: 11)
        var tally = Tally()
        for _ in 0..<60 {
            for page in 0..<count {
                let start = page * Self.pageSize
                for offset in stride(from: 0, to: Self.pageSize, by: 8) {
                    unsafe fenced.octets.storeBytes(
                        of: .random(in: .min ... .max, using: &generator),
                        toByteOffset: start + offset,
                        as: UInt64.self
                    )
                }
                // A branch or a leaf whose table may be anything, up to all of the page.
                let end = try #require(([17, 18, 20, 400, 4_095, 4_096] as [UInt16]).randomElement(using: &generator))
                let flags: UInt16 = .random(in: 1...2, using: &generator)
                unsafe fenced.octets.storeBytes(of: flags, toByteOffset: start + 10, as: UInt16.self)
                unsafe fenced.octets.storeBytes(of: end, toByteOffset: start + 12, as: UInt16.self)
                // Entries at the very end, and pages that are there: what is read then is most.
                for index in 0..<200 {
                    let place: UInt16 = .random(in: 0...4_100, using: &generator)
                    unsafe fenced.octets.storeBytes(of: place, toByteOffset: start + 16 + 2 * index, as: UInt16.self)
                }
                for offset in stride(from: 416, to: Self.pageSize - 8, by: 8) where Bool.random(using: &generator) {
                    let number = UInt32.random(in: 0..<UInt32(count), using: &generator)
                    unsafe fenced.octets.storeBytes(of: number, toByteOffset: start + offset, as: UInt32.self)
                    let flags: UInt32 = .random(in: 0...1, using: &generator)
                    unsafe fenced.octets.storeBytes(of: flags, toByteOffset: start + offset + 4, as: UInt32.self)
                }
            }
            for _ in 0..<200 {
                let key = try #require(entries.randomElement(using: &generator)).key
                var record = tree.record
                record[40] = .random(in: 0...UInt8(clamping: count), using: &generator)
                for index in 41..<48 { record[index] = 0 }
                read(key, record, pages, &tally)
            }
        }
        #expect(tally.values > 20 && tally.errors > 1_000, "\(tally)")
    }

    @Test("a record of another length, or of a page beyond the file, is an error")
    func records() throws {
        let (tree, _) = try tree()
        let fenced = try Fenced(tree.file)
        let pages = try fenced.pages
        #expect(throws: ZoneReadError.damaged) { try root(tree.record.dropLast(), pages) }
        #expect(throws: ZoneReadError.damaged) { try root(tree.record + [0], pages) }
        var beyond = tree.record
        for index in 40..<48 { beyond[index] = 0x7F }
        #expect(throws: ZoneReadError.damaged) { try root(beyond, pages) }
        // A meta page is none of a tree.
        for index in 40..<48 { beyond[index] = 0 }
        #expect(throws: ZoneReadError.damaged) { try root(beyond, pages) }
        for index in 40..<48 { beyond[index] = 0xFF }
        #expect(try root(beyond, pages) == nil)
    }

    @Test("a tree deeper than LMDB makes them is an error, and so is one that leads in a circle")
    func circles() throws {
        let (tree, entries) = try tree()
        let fenced = try Fenced(tree.file)
        let pages = try fenced.pages
        // The root, a branch, becomes the page below all of its own entries.
        let number = unsafe tree.record.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: 40, as: UInt64.self) }
        let root = try pages.page(number)
        #expect(!root.isLeaf)
        let start = Int(number) * Self.pageSize
        for index in 0..<root.count {
            let offset = unsafe fenced.octets.load(fromByteOffset: start + 16 + 2 * index, as: UInt16.self)
            unsafe fenced.octets.storeBytes(of: UInt32(number), toByteOffset: start + Int(offset), as: UInt32.self)
            unsafe fenced.octets.storeBytes(of: UInt16(0), toByteOffset: start + Int(offset) + 4, as: UInt16.self)
        }
        var tally = Tally()
        for entry in entries.prefix(50) { read(entry.key, tree.record, pages, &tally) }
        #expect(tally.errors == 50 && tally.values == 0)
    }
}
