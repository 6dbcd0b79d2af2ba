// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Hummingbird

/// What a client asks for with a certificate or its renewal.
struct CertificateOrder: Sendable {
    private static let algorithms = ["ECDSA", "RSA"]

    let autoRenew: Bool?
    let name: String?
    let alternateNames: [String]
    /// `ECDSA` or `RSA`.
    let algorithm: String?

    /// Reads a body; without one nothing is asked for in particular.
    ///
    /// - Throws: an ``APIError`` for what is no JSON object, `ValidationErrors`.
    static func read(from request: Request) async throws -> CertificateOrder {
        let order = try await request.jsonObject().read { reader in
            CertificateOrder(
                autoRenew: reader.boolean("auto_renew"),
                name: reader.string("name"),
                alternateNames: reader.strings("alternate_names") ?? [],
                algorithm: reader.string("signature_algorithm")
            )
        }
        if let algorithm = order.algorithm, !Self.algorithms.contains(algorithm) {
            throw ValidationErrors("signature_algorithm", "is not included in the list")
        }
        return order
    }
}
