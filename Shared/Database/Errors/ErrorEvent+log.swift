// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Logging

extension ErrorEvent {
    /// Metadata that is kept, redacted, beside the reason. Any other may name what belongs to a customer.
    private static let keptTags: Set<String> = [
        "kind", "work", "attempt", "component", "task", "queue", "site", "node",
    ]

    /// What a log line tells; nil for one that is no error.
    package init?(
        _ event: LogEvent,
        metadata: Logger.Metadata,
        service: String,
        release: String,
        at: Timestamp
    ) {
        guard event.level >= .error else { return nil }
        let reason = ["error", "reason"].lazy.compactMap { metadata[$0] }.first.map { "\($0)" } ?? ""
        var tags: [String: String] = [:]
        for (key, value) in metadata where Self.keptTags.contains(key) {
            // A name of ours, unlike one in a sentence, may have dots.
            tags[key] = Self.isPlain("\(value)") ? "\(value)" : ErrorRedaction.redact("\(value)")
        }
        self.init(
            service: service,
            title: event.message.description,
            reason: ErrorRedaction.redact(reason),
            location: "\(event.file):\(event.line)",
            release: release,
            at: at,
            requestID: metadata["request_id"].flatMap { RequestIdentifier("\($0)")?.text },
            account: metadata["account"].flatMap { Int64("\($0)") },
            tags: tags
        )
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 64 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2E || $0 == 0x5F }
    }
}
