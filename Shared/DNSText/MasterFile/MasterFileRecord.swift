// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A record as a master file holds it.
package struct MasterFileRecord: Sendable, Hashable {
    /// The record, with absolute names and its TTL made out.
    package let record: ResourceRecord
    /// The line at which the entry begins, counted from 1.
    package let line: Int
    /// The included file that holds it; nil for the one that was fed.
    package let file: String?
}
