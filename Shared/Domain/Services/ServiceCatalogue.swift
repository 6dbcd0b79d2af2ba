// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// All services that domains can be given.
package enum ServiceCatalogue {
    /// When the catalogue began: 2026-11-23.
    package static let madeAt = Timestamp(seconds: 1_795_392_000)
    /// When the records were written down. Which of them were compared with the providers' pages: `Docs/api/catalog.md`.
    package static let writtenAt = madeAt

    /// By id.
    package static let all: [Service] = (mail + hosting).sorted { $0.id < $1.id }

    /// The service with the id or short name, or nil.
    package static func service(_ identifier: ResourceIdentifier) -> Service? {
        switch identifier {
        case .id(let id): all.first { $0.id == id }
        case .name(let sid): all.first { $0.sid == sid }
        }
    }
}

/// What services can be sorted by.
package enum ServiceSortField: String, SortField {
    case id, sid
}

extension [Service] {
    /// One page of the services; by id unless `sort` says otherwise.
    package func page(_ page: Page, sort: [Sort<ServiceSortField>]) -> PageResult<Service> {
        // Both fields are unique: the first term decides.
        let term = sort.first ?? Sort(.id)
        let sorted = self.sorted { left, right in
            let (left, right) = term.ascending ? (left, right) : (right, left)
            return term.field == .id ? left.id < right.id : left.sid < right.sid
        }
        return PageResult(
            items: Array(sorted.dropFirst(page.offset).prefix(page.size)),
            page: page,
            totalEntries: sorted.count
        )
    }
}
