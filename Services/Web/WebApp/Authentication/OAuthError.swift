// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// What an application is told by the token endpoint (RFC 6749 section 5.2), or through the browser (section 4.1.2.1).
struct OAuthError: Error, Sendable {
    enum Code: String, Sendable {
        case accessDenied = "access_denied"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case invalidRequest = "invalid_request"
        case invalidScope = "invalid_scope"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
    }

    let code: Code
    let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The answer of the token endpoint.
    var response: Response {
        var json = JSONWriter()
        json.object { json in
            json.member("error", self.code.rawValue)
            json.member("error_description", self.description)
        }
        var headers: HTTPFields = [.cacheControl: "no-store"]
        if self.code == .invalidClient {
            headers[.wwwAuthenticate] = #"Basic realm="Zonewright""#
        }
        return Response(self.code == .invalidClient ? .unauthorized : .badRequest, json: json, headers: headers)
    }
}
