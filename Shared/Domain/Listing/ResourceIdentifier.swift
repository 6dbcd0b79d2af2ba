// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a path gives for a domain or zone: a number is an id, anything else a name.
package enum ResourceIdentifier: Hashable, Sendable, CustomStringConvertible {
    case id(Int64)
    /// As sent; lookups compare it lower case and without the final dot.
    case name(String)

    package init(_ text: some StringProtocol) {
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = Int64(text) {
            self = .id(id)
        } else {
            self = .name(String(text))
        }
    }

    package var description: String {
        switch self {
        case .id(let id): String(id)
        case .name(let name): name
        }
    }
}
