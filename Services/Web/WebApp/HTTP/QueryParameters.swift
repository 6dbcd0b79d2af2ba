// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
package import HummingbirdCore

/// The query of a request: decoded keys and values in order. Where a key stands twice the last one counts.
package struct QueryParameters: Sendable {
    private let pairs: [(key: String, value: String)]

    /// Parses the part of `uri` after the question mark.
    package init(_ uri: URI) {
        self.init(uri.query ?? "")
    }

    /// Parses `query`, without its question mark. A key without `=` has an empty value.
    init(_ query: String) {
        self.pairs = query.split(separator: "&", omittingEmptySubsequences: true).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = parts[0].percentDecoded(plusIsSpace: true)
            return (key, parts.count == 2 ? parts[1].percentDecoded(plusIsSpace: true) : "")
        }
    }

    /// The value of `key`: empty where the key stands without one, nil where it is absent.
    subscript(key: String) -> String? {
        self.pairs.last { $0.key == key }?.value
    }

    /// The value of `key`, with an empty one taken as absent.
    func nonEmpty(_ key: String) -> String? {
        self[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether the switch `key` is on: `1` or `true`; off where it is absent.
    ///
    /// - Throws: `ValidationErrors` for any other value: who writes `dry_run=yes` must not find the change made.
    func flag(_ key: String) throws(ValidationErrors) -> Bool {
        switch self[key] {
        case "1", "true": true
        case nil, "0", "false": false
        default: throw ValidationErrors(key, "must be true or false")
        }
    }
}
