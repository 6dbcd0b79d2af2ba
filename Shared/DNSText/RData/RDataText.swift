// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// RDATA in presentation form, for every type: by its layout where it has one, else as RFC 3597 has it.
package enum RDataText {
    /// The longest RDATA, in octets.
    package static let maximumLength = 65_535
}
