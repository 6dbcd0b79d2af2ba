// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Logging
import Postgres

/// Says what a client gets for an error.
struct ErrorRenderer: Sendable {
    /// The response for `error`. What is not meant for clients becomes a bare 500, and a log line.
    func response(to error: any Error, context: APIRequestContext) -> Response {
        self.apiError(for: error, context: context).response
    }

    private func apiError(for error: any Error, context: APIRequestContext) -> APIError {
        switch error {
        case let error as APIError:
            return error
        case let error as NotFound:
            return APIError(.notFound, error.message)
        case let error as PreconditionFailed:
            return APIError(.preconditionFailed, error.message)
        case let error as PermissionDenied:
            return APIError(.forbidden, error.message)
        case let error as VerificationRequired:
            return APIError(.notAcceptable, error.message)
        case let error as ValidationErrors:
            return .invalid(error)
        case let error as BatchErrors:
            return APIError(.badRequest, "Validation failed", details: .batch(error))
        case let error as ZoneImportError:
            return APIError(.badRequest, "Validation failed", details: .importLines(error))
        case let error as PostgresError where error.isTransient:
            return self.unavailable(error, context: context)
        case is PoolError, is PasswordWorker.Busy:
            return self.unavailable(error, context: context)
        case let error as FeatureUnavailable:
            return APIError(.preconditionFailed, error.message)
        case let error as any HTTPResponseError:
            return APIError(error.status, error.status == .notFound ? "Not Found" : error.status.reasonPhrase)
        default:
            var metadata: Logger.Metadata = ["request_id": "\(context.requestID)", "error": "\(error)"]
            if let account = context.principal?.account.id { metadata["account"] = "\(account)" }
            context.logger.error("Request failed", metadata: metadata)
            return .internalError
        }
    }

    private func unavailable(_ error: any Error, context: APIRequestContext) -> APIError {
        context.logger.warning(
            "Database unavailable",
            metadata: ["request_id": "\(context.requestID)", "error": "\(error)"]
        )
        return .unavailable
    }
}

extension PostgresError {
    /// The same request may succeed a moment later: the connection was lost, the transaction lost a race, a lock or
    /// the statement took too long (55P03, 57014), or the server is out of resources (class 53).
    fileprivate var isTransient: Bool {
        self.isConnectionFailure || self.isSerializationFailure || self.isLockTimeout || self.sqlState == "57014"
            || self.sqlState?.hasPrefix("53") == true
    }
}
