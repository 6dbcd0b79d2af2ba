// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import WebApp

@Suite struct QueryParametersTests {
    @Test func `keys and values are decoded`() {
        let query = QueryParameters("name_like=a%2eb&q=x+y&empty=&bare&sort=id:desc")
        #expect(query["name_like"] == "a.b")
        #expect(query["q"] == "x y")
        #expect(query["empty"] == "")
        #expect(query["bare"] == "")
        #expect(query["sort"] == "id:desc")
        #expect(query["absent"] == nil)
        #expect(query.nonEmpty("empty") == nil)
    }

    @Test func `the last of two counts`() {
        #expect(QueryParameters("page=1&page=2")["page"] == "2")
    }

    @Test func `broken escapes stand as they are`() {
        #expect(QueryParameters("a=%zz&b=%ff&c=%4")["a"] == "%zz")
        #expect(QueryParameters("a=%zz&b=%ff&c=%4")["b"] == "%ff")
        #expect(QueryParameters("a=%zz&b=%ff&c=%4")["c"] == "%4")
    }
}
