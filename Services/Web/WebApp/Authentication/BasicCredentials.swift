// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import HTTPTypes
import Hummingbird
import Identity

/// The user name and password of an `Authorization: Basic …` field (RFC 7617).
struct BasicCredentials: Sendable {
    let name: String
    let password: Secret<String>

    /// nil where the field is absent, of another scheme or not well-formed.
    init?(_ headers: HTTPFields) {
        guard let value = headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let data = Data(base64Encoded: String(parts[1].drop { $0 == " " })),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        self.name = String(text[..<colon])
        self.password = Secret(String(text[text.index(after: colon)...]))
    }
}
