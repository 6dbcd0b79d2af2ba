// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Foundation

extension CertificateChain {
    /// When the certificate is to be renewed: in the window that its authority suggests (RFC 9773 section 4.2), or else when
    /// two thirds of its life are over; never after its end.
    ///
    /// - Parameter share: Which moment of the window, from 0 to 1: to be chosen at random, so that not all certificates of one
    ///   day come back together.
    package func renewalTime(suggestion: ACMERenewalInfo?, share: Double) -> Date {
        guard let suggestion else {
            return notBefore.addingTimeInterval(notAfter.timeIntervalSince(notBefore) * 2 / 3)
        }
        let window = suggestion.end.timeIntervalSince(suggestion.start)
        return min(suggestion.start.addingTimeInterval(window * min(max(share, 0), 1)), notAfter)
    }
}
