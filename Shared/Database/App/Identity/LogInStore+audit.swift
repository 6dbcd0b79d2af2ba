// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// An attempt to log in, as the audit tells of it.
package struct LogInAttempt: Hashable, Sendable {
    /// What the password was sent for.
    package enum Way: String, Hashable, Sendable {
        /// A browser's session.
        case session
        /// A session to let an application in.
        case oauth
        /// One request of the API.
        case request
        /// A change of the log-in itself, by somebody who is logged in.
        case confirmation
    }

    package var way: Way
    package var remoteAddress: String?
    package var requestID: RequestIdentifier

    package init(_ way: Way, remoteAddress: String?, requestID: RequestIdentifier) {
        self.way = way
        self.remoteAddress = remoteAddress
        self.requestID = requestID
    }
}

extension LogInStore {
    /// Books a log-in of the user, good or failed; nil is nobody who is known. What was typed stands nowhere: it may be a
    /// password in the wrong field.
    package func book(_ attempt: LogInAttempt, of user: Int64?, isGood: Bool) async throws {
        var json = JSONWriter()
        json.object { $0.member("way", attempt.way.rawValue) }
        let entry = UserBook.Entry(
            user: user,
            action: isGood ? "user.log_in" : "user.log_in_failed",
            subject: user.map { "user/\($0)" } ?? "user",
            before: nil,
            after: json.text,
            actor: isGood ? user.map { "user:\($0)" } ?? "nobody" : "nobody",
            tokenID: nil,
            remoteAddress: attempt.remoteAddress,
            requestID: attempt.requestID
        )
        try await UserBook.record(entry, in: pool)
    }
}
