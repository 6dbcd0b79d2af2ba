// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The fields of a contact that its owner writes: the raw value is the field's name in JSON, in errors and in the
/// table. The order is that of the JSON.
package enum ContactField: String, CaseIterable, Sendable {
    case label
    case firstName = "first_name"
    case lastName = "last_name"
    case jobTitle = "job_title"
    case organizationName = "organization_name"
    case email
    case phone
    case fax
    case address1
    case address2
    case city
    case stateProvince = "state_province"
    case postalCode = "postal_code"
    case country

    /// Whether a contact cannot do without it.
    package var isRequired: Bool {
        switch self {
        case .label, .jobTitle, .organizationName, .fax, .address2: false
        default: true
        }
    }
}
