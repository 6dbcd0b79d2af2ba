// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOSSL

/// Why TLS did not come about, in words.
struct StreamTLSError: Error, CustomStringConvertible {
    let reason: String

    init(reason: String) {
        self.reason = reason
    }

    /// The reason that TLS gave; nil when it is another's error.
    init?(_ error: any Error) {
        switch error {
        case let error as NIOSSLError:
            switch error {
            case .handshakeFailed(.sslError(let stack)):
                reason = "TLS: the handshake failed: \(Self.text(of: "\(stack)"))"
            case .handshakeFailed(let cause):
                reason = "TLS: the handshake failed: \(cause)"
            case .uncleanShutdown:
                reason = "TLS: the other side closed without saying so"
            default:
                reason = "TLS: \(error)"
            }
        case BoringSSLError.sslError(let stack):
            reason = "TLS: \(Self.text(of: "\(stack)"))"
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            reason = "TLS: the certificate is of another host: \(error)"
        default:
            return nil
        }
    }

    var description: String { reason }

    /// `CERTIFICATE_VERIFY_FAILED` of `[Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:
    /// CERTIFICATE_VERIFY_FAILED at /…:352]`: file names of a library say nothing to an operator.
    private static func text(of stack: String) -> String {
        let words = stack.split(separator: " ").compactMap { word -> String? in
            let parts = word.split(separator: ":")
            guard parts.count >= 2, parts[parts.count - 2] == "OPENSSL_internal" else { return nil }
            return String(parts[parts.count - 1])
        }
        return words.isEmpty ? stack : words.joined(separator: ", ")
    }
}
