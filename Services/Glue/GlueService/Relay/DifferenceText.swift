// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore

/// The body of a `DIFF` message that says what an update does.
struct DifferenceText {
    /// The lines, each ended by LF.
    let text: String
    /// Number of `-` lines.
    let removed: Int
    /// Number of `+` lines.
    let added: Int

    init(_ update: ZoneUpdate) {
        var text: [UInt8] = []
        for target in update.removed {
            text.append(0x2D)
            target.owner.lowercased().appendText(to: &text)
            text.append(contentsOf: " \(target.type)\n".utf8)
        }
        var added = 0
        for rrset in update.rrsets {
            for rdata in rrset.rdatas {
                text.append(0x2B)
                ResourceRecord(
                    owner: rrset.owner,
                    type: rrset.type,
                    rrclass: .internet,
                    ttl: rrset.ttl,
                    rdata: rdata
                ).appendLine(to: &text)
                text.append(0x0A)
                added += 1
            }
        }
        self.text = String(decoding: text, as: UTF8.self)
        removed = update.removed.count
        self.added = added
    }
}
