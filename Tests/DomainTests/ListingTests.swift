// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Domain

@Suite("Pages, orders and identifiers")
struct ListingTests {
    @Test(
        "Pages are clamped, never refused",
        arguments: [(0, 0, 1, 1), (-5, 5_000, 1, 100), (3, 30, 3, 30), (.max, .max, Int(Int32.max), 100)]
    )
    func clamping(number: Int, size: Int, clampedNumber: Int, clampedSize: Int) {
        let page = Page(number: number, size: size)
        #expect(page.number == clampedNumber)
        #expect(page.size == clampedSize)
        #expect(page.offset == (clampedNumber - 1) * clampedSize)
    }

    @Test("There is always one page at least", arguments: [(0, 1), (1, 1), (30, 1), (31, 2), (61, 3)])
    func pages(entries: Int, pages: Int) {
        let result = PageResult<Int>(items: [], page: Page(), totalEntries: entries)
        #expect(result.totalPages == pages)
    }

    @Test("An order is read term by term, and unknown terms are left out")
    func sorts() {
        let sorts = Sort<RecordSortField>.parse("name:desc,id,bogus:asc,type:up,content:asc")
        #expect(sorts == [Sort(.name, ascending: false), Sort(.id), Sort(.content)])
    }

    @Test("A number is an id, anything else a name")
    func identifiers() {
        #expect(ResourceIdentifier("42") == .id(42))
        #expect(ResourceIdentifier("example.com") == .name("example.com"))
        #expect(ResourceIdentifier("99999999999999999999") == .name("99999999999999999999"))
        #expect(ResourceIdentifier("-1") == .name("-1"))
        #expect(ResourceIdentifier("") == .name(""))
    }

    @Test("Request identifiers are UUIDs of version 4")
    func requestIdentifiers() throws {
        let identifier = RequestIdentifier()
        let text = Array(identifier.text)
        #expect(text.count == 36)
        #expect(text[14] == "4")
        #expect(["8", "9", "a", "b"].contains(text[19]))
        #expect(RequestIdentifier(identifier.text) == identifier)
        #expect(RequestIdentifier() != identifier)
        for bad in ["", "0190b7f4", "0190b7f4-0000-4000-8000-0123456789ag", "0190b7f400004000-8000-0123-456789abcdef"] {
            #expect(RequestIdentifier(bad) == nil)
        }
    }

    @Test("A zone is distributed once every connected responder has its newest version")
    func distribution() {
        let done = ZoneDistribution(version: 3, publishedVersion: 3, position: 9, acknowledged: 2, nodes: 2)
        #expect(done.isDistributed)
        for other in [
            ZoneDistribution(version: 4, publishedVersion: 3, position: 9, acknowledged: 2, nodes: 2),
            ZoneDistribution(version: 3, publishedVersion: nil, position: nil, acknowledged: 2, nodes: 2),
            ZoneDistribution(version: 3, publishedVersion: 3, position: nil, acknowledged: 2, nodes: 2),
            ZoneDistribution(version: 3, publishedVersion: 3, position: 9, acknowledged: 1, nodes: 2),
            ZoneDistribution(version: 3, publishedVersion: 3, position: 9, acknowledged: 0, nodes: 0),
        ] {
            #expect(!other.isDistributed)
        }
    }
}
