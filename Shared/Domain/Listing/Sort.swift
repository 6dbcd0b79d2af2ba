// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One term of a listing's order.
package struct Sort<Field: Hashable & Sendable>: Hashable, Sendable {
    package var field: Field
    package var ascending: Bool

    package init(_ field: Field, ascending: Bool = true) {
        self.field = field
        self.ascending = ascending
    }
}

/// A field a listing can be sorted by: its raw value is its name in the query.
package protocol SortField: RawRepresentable<String>, Hashable, Sendable {}

extension Sort where Field: SortField {
    /// The terms of a `sort` query value such as `expiration:asc,id:desc`; a field alone is ascending.
    /// Terms of unknown fields or directions are left out: sorting is a wish, not part of the answer's meaning.
    package static func parse(_ text: String) -> [Sort] {
        text.split(separator: ",").compactMap { term in
            let parts = term.split(separator: ":", maxSplits: 1).map { String($0) }
            guard let name = parts.first, let field = Field(rawValue: name) else {
                return nil
            }
            switch parts.dropFirst().first {
            case nil, "asc": return Sort(field)
            case "desc": return Sort(field, ascending: false)
            default: return nil
            }
        }
    }
}

/// What domains can be sorted by. The order of expiry is the order of names while no domain expires.
package enum DomainSortField: String, SortField {
    case id, name, expiration
}

/// What zones can be sorted by.
package enum ZoneSortField: String, SortField {
    case id, name
}

/// What records can be sorted by.
package enum RecordSortField: String, SortField {
    case id, name, content, type
}
