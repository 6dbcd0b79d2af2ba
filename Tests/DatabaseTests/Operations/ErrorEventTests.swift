// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Logging
import Testing

@testable import Database

@Suite struct ErrorEventTests {
    private func event(
        _ message: String,
        _ metadata: Logger.Metadata = [:],
        level: Logger.Level = .error,
        line: UInt = 7
    ) throws -> ErrorEvent? {
        let event = LogEvent(
            level: level,
            message: "\(message)",
            metadata: metadata,
            source: "Tests",
            file: "Tests/File.swift",
            function: "f",
            line: line
        )
        return ErrorEvent(
            event,
            metadata: metadata,
            service: "zonewright-web",
            release: "1.2.3",
            at: Timestamp(seconds: 1_000)
        )
    }

    @Test(
        arguments: [
            (
                "PostgreSQL server error 42P01: relation \"customer_secret\" is gone",
                "PostgreSQL server error <id>: relation <text> is gone"
            ),
            ("no A at www.example.com. for 192.0.2.1:53", "no A at <name>. for <id>"),
            ("postgresql://web:hunter@db.internal/main refused", "<address> refused"),
            ("password=hunter is wrong", "<name> is wrong"),
            ("token dnsimple_a_Jx9qLk2 of owner@example.com", "token <id> of <address>"),
            ("key QWERTYUIOPASDFGHJKLZXCVBNMqwertyuiop ended", "key <id> ended"),
            ("v=spf1 include:_spf.example.net -all", "<id> <name> -all"),
            ("it's the owner's 'secret value' again", "it's the owner's <text> again"),
            ("bücher\n\n\tis odd", "<id> is odd"),
            ("2001:db8::1 at /var/lib/x, 12 times", "<id> at <name>, <id> times"),
            ("open \"quote and www.example.org", "open \"quote and <name>"),
        ]
    )
    func whatBelongsToCustomersOrIsSecretIsTakenOut(_ text: String, _ expected: String) {
        #expect(ErrorRedaction.redact(text) == expected)
    }

    @Test func whatIsKeptIsBounded() {
        #expect(ErrorRedaction.redact(String(repeating: "word ", count: 100_000)).count <= ErrorRedaction.maximumLength)
        #expect(ErrorRedaction.redact(String(repeating: "\"", count: 100_000)).count <= ErrorRedaction.maximumLength)
    }

    @Test func onlyErrorsAreEventsAndOnlyKnownMetadataIsKept() throws {
        #expect(try event("fine", level: .warning) == nil)
        let found = try #require(
            try event(
                "job not completed",
                [
                    "error": "no route to mail.example.com", "kind": "webhook.deliver", "zone": "example.com",
                    "token": "dnsimple_a_Jx9qLk2", "request_id": "11111111-2222-4333-8444-555555555555",
                    "account": "7", "node": "ns1.fra.example.net",
                ]
            )
        )
        #expect(found.reason == "no route to <name>")
        #expect(found.tags == ["kind": "webhook.deliver", "node": "<id>"])
        #expect(found.requestID == "11111111-2222-4333-8444-555555555555")
        #expect(found.account == 7)
        #expect(found.location == "Tests/File.swift:7")
        #expect(!"\(found)".contains("example"))
    }

    @Test func oneGroupIsOnePlaceAndOneReasonWhateverTheNumbers() throws {
        let first = try event("failed", ["error": "row 17 of zone a.example is bad"])
        let second = try event("failed", ["error": "row 9000 of zone b.example is bad"], line: 90)
        #expect(first?.fingerprint == second?.fingerprint)
        #expect(try event("failed", ["error": "row is missing"])?.fingerprint != first?.fingerprint)
        #expect(try event("other", ["error": "row 17 of zone a.example is bad"])?.fingerprint != first?.fingerprint)
    }

    @Test func aFloodIsCountedAndHeldWithinBounds() throws {
        let collector = ErrorCollector()
        for number in 0..<1_000 {
            // A hundred places are told apart by the words of their reasons.
            for group in 0..<3 {
                let word = String(repeating: "x", count: group + 1)
                let event = try #require(try event("flood", ["error": "\(word)"], line: UInt(number + 1)))
                collector.add(event)
            }
        }
        let held = collector.take()
        #expect(held.groups.map(\.count) == [1_000, 1_000, 1_000])
        #expect(held.groups.allSatisfy { $0.samples.count == ErrorCollector.maximumSamples })
        #expect(held.groups.allSatisfy { $0.last.location == "Tests/File.swift:1000" })
        #expect(held.dropped == 0)
        #expect(collector.take().groups.isEmpty)
        for number in 0..<(ErrorCollector.maximumGroups + 50) {
            let title = "title \(number)"
            collector.add(try #require(try event(title)))
        }
        let many = collector.take()
        #expect(many.groups.count == ErrorCollector.maximumGroups)
        #expect(many.dropped == 50)
    }

    @Test func whatIsPutBackIsAddedToWhatCameSince() throws {
        let collector = ErrorCollector()
        collector.add(try #require(try event("failed", line: 1)))
        let taken = collector.take().groups
        collector.add(try #require(try event("failed", line: 2)))
        collector.putBack(taken)
        let group = try #require(collector.take().groups.first)
        #expect(group.count == 2)
        #expect(group.first.location.hasSuffix(":1") && group.last.location.hasSuffix(":2"))
    }
}
