// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One page of a listing, with what the pagination object says.
package struct PageResult<Item: Sendable>: Sendable {
    package var items: [Item]
    package var page: Page
    /// Items on all pages.
    package var totalEntries: Int

    package init(items: [Item], page: Page, totalEntries: Int) {
        self.items = items
        self.page = page
        self.totalEntries = totalEntries
    }

    /// At least 1, so that no client divides by zero.
    package var totalPages: Int {
        max(1, (totalEntries + page.size - 1) / page.size)
    }
}
