// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// Which zones an entry is about.
enum ZonePattern: Sendable, Hashable {
    /// Every zone.
    case all
    /// The one zone.
    case only(Name)
    /// All zones below a name, without the zone of that name itself.
    case below(Name)

    /// `all`, a zone's name, or `*.` in front of one.
    init?(_ text: String) {
        guard text != "all" else {
            self = .all
            return
        }
        guard let name = try? Name(text: text, origin: .root), !text.isEmpty else { return nil }
        guard name.isWildcard, let parent = name.parent else {
            self = .only(name)
            return
        }
        self = .below(parent)
    }

    /// Whether a zone is one of these.
    func matches(_ zone: Name) -> Bool {
        switch self {
        case .all: true
        case .only(let name): zone == name
        case .below(let name): zone != name && zone.isSubdomain(of: name)
        }
    }
}
