// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One row of the audit: a change, with who made it and what it changed.
package struct AuditEntry: Hashable, Sendable {
    package var id: Int64
    package var actor: String
    package var tokenID: Int64?
    package var remoteAddress: String?
    package var requestID: String
    package var action: String
    package var subject: String
    /// JSON text, as the change wrote it.
    package var before: String?
    /// JSON text, as the change wrote it.
    package var after: String?
    package var createdAt: Timestamp

    package init(
        id: Int64,
        actor: String,
        tokenID: Int64?,
        remoteAddress: String?,
        requestID: String,
        action: String,
        subject: String,
        before: String?,
        after: String?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.actor = actor
        self.tokenID = tokenID
        self.remoteAddress = remoteAddress
        self.requestID = requestID
        self.action = action
        self.subject = subject
        self.before = before
        self.after = after
        self.createdAt = createdAt
    }
}

extension AuditEntry: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("actor", actor)
            json.member("token_id", tokenID)
            json.member("remote_address", remoteAddress)
            json.member("request_id", requestID)
            json.member("action", action)
            json.member("subject", subject)
            for (key, text) in [("before", before), ("after", after)] {
                json.key(key)
                json.rawValue((text ?? "null").utf8)
            }
            json.member("created_at", createdAt)
        }
    }
}

/// Which rows of the audit a client wants; all given conditions hold.
package struct AuditFilter: Hashable, Sendable {
    package var subject: String?
    package var action: String?
    package var actor: String?
    /// The id of the token that was used.
    package var tokenID: Int64?
    /// The address that the request came from, as entries show it.
    package var remoteAddress: String?
    /// ISO 8601 text, inclusive.
    package var since: String?
    /// ISO 8601 text, exclusive.
    package var until: String?

    package init(
        subject: String? = nil,
        action: String? = nil,
        actor: String? = nil,
        tokenID: Int64? = nil,
        remoteAddress: String? = nil,
        since: String? = nil,
        until: String? = nil
    ) {
        self.subject = subject
        self.action = action
        self.actor = actor
        self.tokenID = tokenID
        self.remoteAddress = remoteAddress
        self.since = since
        self.until = until
    }

    /// Refuses times that are none: `2026-11-23` or `2026-11-23T12:00:00Z`, year 1970 to 9999.
    ///
    /// - Throws: `ValidationErrors` by field.
    package func validate() throws(ValidationErrors) {
        var errors = ValidationErrors()
        for (field, text) in [("since", since), ("until", until)] {
            if let text, !Self.isTime(text) {
                errors.add(field, "must be an ISO 8601 time in UTC")
            }
        }
        try errors.throwIfAny()
    }

    private static func isTime(_ text: String) -> Bool {
        guard let match = text.wholeMatch(of: #/(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)Z)?/#),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3)
        else {
            return false
        }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard year >= 1970, (1...12).contains(month), (1...days[month - 1]).contains(day) else {
            return false
        }
        let clock = [match.4, match.5, match.6].compactMap { $0 }.compactMap { Int($0) }
        return clock.isEmpty || clock.count == 3 && clock[0] < 24 && clock[1] < 60 && clock[2] < 60
    }
}
