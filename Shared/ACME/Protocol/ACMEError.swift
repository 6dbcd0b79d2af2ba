// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a step with an ACME server failed.
package enum ACMEError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The server refused, and will again.
    case refused(ACMEProblem)
    /// Too many requests or certificates (RFC 8555 section 6.6), and when to come back, if the server says so.
    case rateLimited(ACMEProblem, retryAfter: Duration?)
    /// No answer, or one of the server's own failures (500 and above).
    case unavailable(String, retryAfter: Duration?)
    /// An answer that RFC 8555 does not allow, or a bigger one than is read.
    case invalidAnswer(String)

    /// Whether trying again later may help.
    package var isTransient: Bool {
        switch self {
        case .refused(let problem): ["badNonce", "serverInternal"].contains(problem.kind)
        case .rateLimited, .unavailable: true
        case .invalidAnswer: false
        }
    }

    /// When the server wants to be asked again.
    package var retryAfter: Duration? {
        switch self {
        case .rateLimited(_, let delay), .unavailable(_, let delay): delay
        case .refused, .invalidAnswer: nil
        }
    }

    package var description: String {
        switch self {
        case .refused(let problem): problem.summary
        case .rateLimited(let problem, _): problem.summary
        case .unavailable(let reason, _): "the certificate authority is not available: \(reason)"
        case .invalidAnswer(let reason): "the certificate authority's answer is not valid: \(reason)"
        }
    }
}
