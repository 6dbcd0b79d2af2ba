// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Has the certificates renewed whose time has come, and the forgotten ones gone on with.
package struct RenewCertificates: JobParameters, Equatable {
    /// Never changes: jobs of earlier releases bear it.
    package static let kind = "certificate.renew"
    /// Apart from what customers wait for.
    package static let queue = "maintenance"
    /// One: the next slot does what was left.
    package static let maximumAttempts = 1

    /// No arguments: the certificates are those that are due.
    package init() {}
}
