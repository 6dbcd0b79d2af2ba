// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ResponderNet

@Suite struct ControlRequestTests {
    private func request(_ line: String) -> Result<ControlRequest, ControlFailure> {
        do throws(ControlFailure) {
            return .success(try ControlRequest(line: line))
        } catch {
            return .failure(error)
        }
    }

    @Test func requestsAreRead() throws {
        let name = try Name(text: "www.example.")
        #expect(request("status") == .success(.status))
        #expect(request("zones") == .success(.zones(below: nil)))
        #expect(request("zones www.example") == .success(.zones(below: name)))
        #expect(request("zone www.example.") == .success(.zone(name)))
        #expect(request("purge www.example") == .success(.purge(name)))
        #expect(request("explain www.example AAAA") == .success(.explain(name, .aaaa, wantsSignatures: false)))
        #expect(request("explain www.example TYPE1 do") == .success(.explain(name, .a, wantsSignatures: true)))
        #expect(request("top clients 5") == .success(.top(.clients, seconds: 5)))
        #expect(request("verify") == .success(.verify))
    }

    @Test(
        "what is no request is refused with a reason",
        arguments: [
            "", "   ", "statu", "status now", "zone", "zone a..b", "explain a.example", "explain a.example NONE",
            "explain a.example A ad", "top zones", "top zones 0", "top zones 301", "top zones x", "top hosts 5",
            "purge \(String(repeating: "a", count: 64)).example", "\u{0}\u{1}", "zone \\300.example",
        ]
    )
    func others(line: String) {
        guard case .failure(let failure) = request(line) else {
            Issue.record("\(line) was taken")
            return
        }
        #expect(failure.code == .usage)
        #expect(!failure.text.isEmpty && !failure.text.contains("\n"))
    }
}
