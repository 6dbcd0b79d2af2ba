// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What names an RRset within its zone.
package struct PublishedRRsetKey: Sendable, Hashable {
    /// Absolute and lower case, with the final dot.
    package let owner: String
    /// The type's number.
    package let type: Int32

    package init(owner: String, type: Int32) {
        self.owner = owner
        self.type = type
    }
}

/// What is known of a published RRset without its records.
package struct PublishedRRset: Sendable, Hashable {
    package let recordCount: Int32
    /// The RRset's digest, 32 octets.
    package let hash: [UInt8]

    package init(recordCount: Int32, hash: [UInt8]) {
        self.recordCount = recordCount
        self.hash = hash
    }
}
