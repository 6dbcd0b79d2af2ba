// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What every query of a load has beside its question.
struct QueryShape: Sendable {
    /// An OPT record; nil asks without EDNS.
    var edns: EDNS?

    /// A query in wire form with identifier 0.
    ///
    /// - Throws: `ControlError` when it is longer than a burst's packets may be.
    func query(_ question: Question) throws -> [UInt8] {
        let octets = try Message.query(id: 0, question, edns: edns).encoded()
        guard octets.count <= Burst.packetSize else {
            throw ControlError("a query has \(octets.count) octets, more than \(Burst.packetSize)")
        }
        return octets
    }
}
