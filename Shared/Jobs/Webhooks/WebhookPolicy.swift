// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// When a delivery counts, and when a webhook is given up; the rules of DNSimple's API v2.
package enum WebhookPolicy {
    /// Only this status is success.
    package static let successStatus = 200
    /// After so many failing attempts in a row, over all messages, the webhook is suppressed.
    package static let suppressionThreshold = 15
    /// How long one attempt may take.
    package static let timeout = Duration.seconds(10)

    /// Why an answer is no success; `nil` if it is one.
    package static func failure(status: Int) -> String? {
        switch status {
        case successStatus: nil
        case 300..<400: "answered \(status); redirects are not followed"
        default: "answered \(status) instead of \(successStatus)"
        }
    }
}
