// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import TestSupport
import Testing

extension SystemTests {
    @Suite("The main path") struct MainPathTests {
        @Test("a record made through the API is answered over UDP and TCP, changed, and gone after its deletion")
        func recordLifeCycle() async throws {
            let stack = try LocalStack.current
            #expect(try stack.api("POST", "/domains", #"{"name":"path.example"}"#).status == 201)
            let made = try stack.api(
                "POST",
                "/zones/path.example/records",
                #"{"name":"www","type":"A","content":"192.0.2.1","ttl":300}"#
            )
            #expect(made.status == 201)
            let first = try await stack.ask("www.path.example.", .a) { $0.answers.count == 1 }
            #expect(first.answers.first?.rdata == [192, 0, 2, 1])
            #expect(first.answers.first?.ttl == 300)
            #expect(first.header.isAuthoritative)
            let tcp = try #require(try DNSQuestion(stack).tcp("www.path.example.", .a))
            #expect(tcp.answers == first.answers)

            let id = try #require(JSONText(made.text).integer("id"))
            let changed = try stack.api("PATCH", "/zones/path.example/records/\(id)", #"{"content":"192.0.2.2"}"#)
            #expect(changed.status == 200)
            _ = try await stack.ask("www.path.example.", .a) { $0.answers.first?.rdata == [192, 0, 2, 2] }

            #expect(try stack.api("DELETE", "/zones/path.example/records/\(id)").status == 204)
            let gone = try await stack.ask("www.path.example.", .a) { $0.answers.isEmpty }
            #expect(gone.rcode == .nameError)
            #expect(gone.authorities.map(\.type) == [.soa])
        }

        @Test("a batch shows as a whole, and distribution says when every responder has it")
        func batch() async throws {
            let stack = try LocalStack.current
            _ = try stack.api("POST", "/domains", #"{"name":"batch.example"}"#)
            let body =
                #"{"creates":[{"name":"a","type":"A","content":"192.0.2.7"},{"name":"b","type":"TXT","content":"hello"}]}"#
            #expect(try stack.api("POST", "/zones/batch.example/batch", body).status == 200)
            _ = try await stack.ask("a.batch.example.", .a) { $0.answers.count == 1 }
            let text = try #require(try stack.ask("b.batch.example.", .txt))
            #expect(text.answers.first?.rdata == [5] + Array("hello".utf8))
            #expect(try await stack.zonewright("status", "--wait", "60").status == 0)
            #expect(try stack.api("GET", "/zones/batch.example/distribution").text == #"{"data":{"distributed":true}}"#)
        }

        @Test("a deactivated zone is refused, an activated one is answered again, a deleted one is refused")
        func activation() async throws {
            let stack = try LocalStack.current
            _ = try stack.api("POST", "/domains", #"{"name":"switch.example"}"#)
            _ = try await stack.ask("switch.example.", .soa) { $0.rcode == .noError && $0.answers.count == 1 }
            #expect(try stack.api("DELETE", "/zones/switch.example/activation").status == 200)
            _ = try await stack.ask("switch.example.", .soa) { $0.rcode == .refused }
            #expect(try stack.api("PUT", "/zones/switch.example/activation").status == 200)
            _ = try await stack.ask("switch.example.", .soa) { $0.rcode == .noError }
            #expect(try stack.api("DELETE", "/domains/switch.example").status == 204)
            _ = try await stack.ask("switch.example.", .soa) { $0.rcode == .refused }
            #expect(try stack.api("POST", "/domains", #"{"name":"switch.example"}"#).status == 201)
            _ = try await stack.ask("switch.example.", .soa) { $0.rcode == .noError }
        }

        @Test("the example zones are answered")
        func examples() async throws {
            let stack = try LocalStack.current
            let listed = try stack.api("GET", "/zones").text
            let names = JSONText(listed).strings("name").filter { $0.hasSuffix(".example") }
            #expect(names.count >= 3)
            for name in names.prefix(3) {
                let answer = try await stack.ask("\(name).", .soa) { $0.answers.count == 1 }
                #expect(answer.header.isAuthoritative)
            }
        }
    }
}
