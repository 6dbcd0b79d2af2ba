// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import HTTPTypes

/// An answer that is not a success, in the API's envelope: `{"message":…,"errors":{…}}`.
package struct APIError: Error, Sendable {
    /// What stands under `errors`.
    package enum Details: Sendable {
        case fields(ValidationErrors)
        case batch(BatchErrors)
        case importLines(ZoneImportError)
    }

    package let status: HTTPResponse.Status
    package let message: String
    /// Left out of the body when nil.
    package let details: Details?
    /// Header fields that belong to this answer.
    package let headers: HTTPFields

    package init(
        _ status: HTTPResponse.Status,
        _ message: String,
        details: Details? = nil,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.message = message
        self.details = details
        self.headers = headers
    }
}

extension APIError {
    /// No route, or an account that is not the token's.
    static let notFound = APIError(.notFound, "Not Found")
    /// No valid token.
    static let unauthenticated = APIError(
        .unauthorized,
        "Authentication failed",
        headers: [.wwwAuthenticate: #"Bearer realm="Zonewright""#]
    )

    /// The token may not do this.
    static func forbidden(requiredScope: String) -> APIError {
        APIError(.forbidden, "Permission Denied. Required Scope: \(requiredScope)")
    }

    /// The token is good, but not for where the request comes from.
    static let foreignAddress = APIError(.forbidden, "The token may not be used from this address")

    /// The window of the account or the address is used up.
    static func quotaExceeded(retryAfter seconds: Int64) -> APIError {
        APIError(.tooManyRequests, "quota exceeded", headers: [.retryAfter: String(seconds)])
    }

    /// The body is longer than the endpoint takes.
    static func tooLarge(limit: Int) -> APIError {
        APIError(.contentTooLarge, "The request body is larger than \(limit) bytes")
    }

    /// One or several fields are wrong.
    static func invalid(_ errors: ValidationErrors) -> APIError {
        APIError(.badRequest, "Validation failed", details: .fields(errors))
    }

    /// The database cannot be asked at the moment. Nothing was changed, or the client cannot know: it should look.
    static let unavailable = APIError(
        .serviceUnavailable,
        "The service is temporarily unavailable",
        headers: [.retryAfter: "5"]
    )
    /// A fault of ours. What it was stands in the log under the request's id.
    static let internalError = APIError(.internalServerError, "Internal server error")
}
