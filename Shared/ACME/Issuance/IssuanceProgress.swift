// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How far the way to one certificate has come: all that is needed to go on elsewhere.
package struct IssuanceProgress: Sendable, Equatable {
    /// In ASCII; wildcards begin with `*.`. The first is the common name.
    package let names: [String]
    /// The kind of the certificate's key.
    package let algorithm: CertificateKey.Algorithm
    /// The ``CertificateChain/renewalIdentifier`` of the certificate that it takes the place of.
    package let replaces: String?
    /// The certificate's key in PEM, made before anything is ordered: to be kept sealed.
    package internal(set) var key: String?
    /// The order's URL.
    package internal(set) var order: String?

    package init(
        names: [String],
        algorithm: CertificateKey.Algorithm,
        replaces: String? = nil,
        key: String? = nil,
        order: String? = nil
    ) {
        self.names = names
        self.algorithm = algorithm
        self.replaces = replaces
        self.key = key
        self.order = order
    }
}
