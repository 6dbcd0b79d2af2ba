// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which part of a listing a client asked for.
package struct Page: Hashable, Sendable {
    /// From 1.
    package let number: Int
    /// 1 to 100.
    package let size: Int

    package static let defaultSize = 30
    package static let maximumSize = 100

    /// Clamps both: clients ask for 5,000 a page and mean "as many as you give".
    package init(number: Int = 1, size: Int = Page.defaultSize) {
        self.number = min(max(number, 1), Int(Int32.max))
        self.size = min(max(size, 1), Self.maximumSize)
    }

    /// How many items come before this page.
    package var offset: Int {
        (number - 1) * size
    }
}
