// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// A walk over all zones to tell one peer of each, little by little: at the start nobody knows what it has missed.
struct NotifySweep {
    /// How many zones are looked at in one step.
    static let pageSize = 512

    private let only: [Name]?
    private var position = 0
    private var last: Name?
    private var isOver = false

    /// A walk for a peer that hears of `zones`.
    init(_ zones: [ZonePattern]) {
        var names: [Name]? = []
        for pattern in zones {
            if case .only(let name) = pattern { names?.append(name) } else { names = nil }
        }
        only = names
    }

    /// The next zones to tell of, `limit` at most; nil when all were told.
    ///
    /// - Parameter read: the names of so many zones behind a name, in an order that stays.
    mutating func next(limit: Int, _ read: (_ after: Name?, _ limit: Int) -> [Name]) -> [Name]? {
        guard !isOver else { return nil }
        if let only {
            let names = only.dropFirst(position).prefix(limit)
            position += names.count
            isOver = position == only.count
            return Array(names)
        }
        let names = read(last, min(limit, Self.pageSize))
        last = names.last
        isOver = names.isEmpty
        return names
    }
}
