// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIError {
    /// The password is good, and a one-time code is needed beside it.
    static let codeNeeded = APIError(
        .unauthorized,
        "Authentication failed",
        headers: [.wwwAuthenticate: #"Bearer realm="Zonewright""#, .oneTimeCode: "required"]
    )
    /// A session's request that changes something comes without the proof that it was meant.
    static let csrfTokenNeeded = APIError(.forbidden, "The X-CSRF-Token header is missing or wrong")
    /// One-time codes cannot be used in this installation.
    static let noSealingKey = APIError(
        .preconditionFailed,
        "One-time codes need the option sealing-key, which this installation does not have"
    )

    /// Too many log-ins of this address or user have failed.
    static func tooManyLogIns(retryAfter seconds: Int64) -> APIError {
        APIError(.tooManyRequests, "Too many failed log-ins", headers: [.retryAfter: String(seconds)])
    }
}
