// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The release this binary belongs to.
package enum BuildVersion {
    /// Semantic version.
    package static let current = "0.1.0"
}
