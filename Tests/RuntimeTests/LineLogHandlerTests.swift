// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Logging
import Synchronization
import Testing

@testable import Runtime

@Suite struct LineLogHandlerTests {
    private final class Lines: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

        func logger(_ format: LogFormat, level: Logger.Level = .info, label: String = "zonewright-test") -> Logger {
            Logger(label: label) { label in
                LineLogHandler(service: "zonewright-test", label: label, format: format, level: level) { line in
                    self.bytes.withLock { $0 += line }
                }
            }
        }
    }

    @Test func `A JSON event is one object on one line`() throws {
        let lines = Lines()
        var logger = lines.logger(.json)
        logger[metadataKey: "request_id"] = "r-1"
        logger.warning("line\nbreak \"quoted\" \u{1} ü", metadata: ["n": "\(5)", "list": ["a", ["k": "v"]]])
        let text = lines.text
        #expect(text.count { $0 == "\n" } == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["level"] as? String == "warning")
        #expect(object["service"] as? String == "zonewright-test")
        #expect(object["msg"] as? String == "line\nbreak \"quoted\" \u{1} ü")
        let metadata = try #require(object["metadata"] as? [String: Any])
        #expect(metadata["request_id"] as? String == "r-1")
        #expect(metadata["n"] as? String == "5")
        let time = try #require(object["ts"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test func `A text event is one line`() {
        let lines = Lines()
        lines.logger(.text, label: "pool").notice("two\r\nlines", metadata: ["b": "2", "a": "1"])
        #expect(lines.text.hasSuffix(" notice zonewright-test: two lines a=1 b=2 component=pool\n"))
    }

    @Test func `Events below the level are dropped`() {
        let lines = Lines()
        lines.logger(.json, level: .warning).info("no")
        #expect(lines.text.isEmpty)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.007Z"), (1_795_412_912, "2026-11-23T05:48:32.007Z"),
            (951_782_400, "2000-02-29T00:00:00.007Z"), (4_107_542_399, "2100-02-28T23:59:59.007Z"),
        ]
    )
    func `Times are RFC 3339 in UTC`(seconds: Int64, text: String) {
        #expect(LogTimestamp.text(seconds: seconds, milliseconds: 7) == text)
    }
}
