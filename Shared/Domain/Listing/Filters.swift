// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which domains or zones of an account a client wants.
package struct NameFilter: Hashable, Sendable {
    /// Part of the name, without case; nil takes all.
    package var nameLike: String?
    /// The names that the client may see, lower case; nil for all.
    package var names: [String]?

    package init(nameLike: String? = nil, names: [String]? = nil) {
        self.nameLike = nameLike
        self.names = names
    }

    /// Whether it takes all.
    package var isEmpty: Bool { names == nil && nameLike?.isEmpty ?? true }
}

/// Which records of a zone a client wants; all given conditions hold.
package struct RecordFilter: Hashable, Sendable {
    /// Part of the name, without case.
    package var nameLike: String?
    /// The exact name; empty means the apex.
    package var name: String?
    /// The record type, without case.
    package var type: String?

    package init(nameLike: String? = nil, name: String? = nil, type: String? = nil) {
        self.nameLike = nameLike
        self.name = name
        self.type = type
    }
}
