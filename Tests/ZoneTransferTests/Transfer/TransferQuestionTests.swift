// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ZoneTransfer

@Suite struct TransferQuestionTests {
    private func rcode(_ change: (inout Message) throws -> Void, _ kind: TransferQuestion.Kind = .since(1)) throws
        -> RCode?
    {
        var request = try Collected.request(kind)
        try change(&request)
        do throws(TransferRefusal) {
            _ = try TransferQuestion(request)
            return nil
        } catch {
            return error.rcode
        }
    }

    @Test("A good request says what it wants")
    func good() throws {
        let whole = try TransferQuestion(try Collected.request(.whole))
        #expect(whole.kind == .whole)
        let since = try TransferQuestion(try Collected.request(.since(0xFFFF_FFF0)))
        #expect(since.kind == .since(0xFFFF_FFF0))
        #expect(since.zone == (try Name(text: "EXAMPLE.")))
    }

    @Test("Other requests are refused by the code that says why")
    func refused() throws {
        #expect(try rcode { $0.questions = [] } == .formatError)
        #expect(try rcode { $0.questions += $0.questions } == .formatError)
        #expect(try rcode { $0.authorities = [] } == .formatError)
        #expect(try rcode { $0.authorities += $0.authorities } == .formatError)
        #expect(try rcode { $0.authorities[0].owner = try Name(text: "b.") } == .formatError)
        #expect(try rcode { $0.authorities[0].type = .ns } == .formatError)
        #expect(try rcode { $0.authorities[0].rdata.removeLast() } == .formatError)
        #expect(try rcode { $0.edns = EDNS(version: 1) } == .badVersion)
        #expect(try rcode { $0.questions[0].rrclass = .chaos } == .notAuthoritative)
        #expect(try rcode({ $0.questions[0].type = .soa }, .whole) == .notImplemented)
        #expect(try rcode({ $0.authorities = [] }, .whole) == nil)
    }

    @Test("A refusal repeats question and OPT record")
    func emptyResponse() throws {
        var request = try Collected.request(.whole, edns: EDNS(version: 1))
        request.header.recursionDesired = true
        let response = try Message(wire: TransferResponse.empty(to: request, .badVersion))
        #expect(response.rcode == .badVersion)
        #expect(response.questions == request.questions)
        #expect(response.header.isResponse)
        #expect(response.header.recursionDesired)
        #expect(!response.header.isAuthoritative)
        #expect(response.edns?.version == 0)
    }

    @Test("What cannot be read gets a FORMERR of the header alone, unless it is a response")
    func formatError() throws {
        let response = try #require(
            TransferResponse.formatError(to: [1, 2, 0x21, 0xFF] + Array(repeating: 9, count: 9))
        )
        #expect(response == [1, 2, 0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(TransferResponse.formatError(to: [1, 2, 0x80, 0] + Array(repeating: 0, count: 8)) == nil)
        #expect(TransferResponse.formatError(to: [1, 2, 0]) == nil)
    }
}
