// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Gets one certificate from its authority.
package struct IssueCertificate: JobParameters, Equatable {
    /// Never changes: jobs of earlier releases bear it.
    package static let kind = "certificate.issue"
    /// Two days together, most of them in the last attempts.
    package static let maximumAttempts = 20
    package static let backoff = BackoffPolicy.steps(
        [
            2, 5, 10, 20, 40, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 21_600, 21_600,
            21_600,
        ]
        .map { .seconds($0) }
    )
    /// More than the waits for name servers and the authority together.
    package static let timeLimit = Duration.seconds(300)

    /// The certificate.
    package let certificateID: Int64

    package init(certificateID: Int64) {
        self.certificateID = certificateID
    }

    enum CodingKeys: String, CodingKey {
        case certificateID = "certificate_id"
    }
}
