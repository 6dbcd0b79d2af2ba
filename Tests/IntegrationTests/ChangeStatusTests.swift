// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Glibc
import TestSupport
import Testing

extension SystemTests {
    @Suite("The status of changes") struct ChangeStatusTests {
        @Test("a change is in sync when the responder has acknowledged it, and is answered then")
        func inSync() async throws {
            let stack = try LocalStack.current
            #expect(try stack.api("POST", "/domains", #"{"name":"status.example"}"#).status == 201)
            for number in 1...5 {
                let made = try stack.api(
                    "POST",
                    "/zones/status.example/records",
                    #"{"name":"r\#(number)","type":"A","content":"192.0.2.\#(number)"}"#
                )
                let change = try #require(made.header("x-request-id"))
                let status = try stack.own("GET", "/zones/status.example/changes/\(change)?wait=30")
                #expect(status.status == 200)
                #expect(
                    status.text.contains(
                        #""status":"in_sync","published":true,"responders":{"in_sync":1,"total":1}"#
                    ),
                    "\(status.text)"
                )
                // No second question: what is said to be in sync is answered.
                let answer = try #require(try stack.ask("r\(number).status.example.", .a))
                #expect(answer.answers.first?.rdata == [192, 0, 2, UInt8(number)])
            }
        }

        @Test("a change that waits for a responder is pending until that one is back")
        func pending() async throws {
            let stack = try LocalStack.current
            #expect(try stack.api("POST", "/domains", #"{"name":"waits.example"}"#).status == 201)
            #expect(try await stack.zonewright("status", "--wait", "60").status == 0)
            let responder = try stack.processID("zonewright-dns")
            #expect(kill(responder, SIGSTOP) == 0)
            defer { kill(responder, SIGCONT) }
            let made = try stack.api(
                "POST",
                "/zones/waits.example/records",
                #"{"name":"a","type":"A","content":"192.0.2.1"}"#
            )
            let change = try #require(made.header("x-request-id"))
            let pending = try stack.own("GET", "/zones/waits.example/changes/\(change)?wait=1")
            #expect(pending.text.contains(#""status":"pending""#), "\(pending.text)")
            #expect(kill(responder, SIGCONT) == 0)
            let status = try stack.own("GET", "/zones/waits.example/changes/\(change)?wait=30")
            #expect(status.text.contains(#""status":"in_sync""#), "\(status.text)")
            #expect(try stack.ask("a.waits.example.", .a)?.answers.count == 1)
        }
    }
}

extension LocalStack {
    /// A request to our own part of the API below the account, with the account's token.
    fileprivate func own(_ method: String, _ path: String) throws -> HTTPAnswer {
        try HTTPClient(port: portBase, timeout: .seconds(60)).send(
            method,
            "/x/v1/\(variables["ZONEWRIGHT_ACCOUNT"] ?? "")\(path)",
            headers: [("Authorization", "Bearer \(variables["ZONEWRIGHT_TOKEN"] ?? "")")]
        )
    }
}
