// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport

/// What is done to the lines of the stream, and what must come of it.
struct DamagedLine: Sendable {
    let name: String
    /// Given the position that the responder has.
    let strikes: @Sendable (_ position: UInt64) -> [FaultStrike]
    /// The code with which the connection ends, `any` for whichever, nil where it goes on.
    let says: String?

    init(
        _ name: String,
        says: String?,
        _ strikes: @escaping @Sendable (_ position: UInt64) -> [FaultStrike]
    ) {
        self.name = name
        self.says = says
        self.strikes = strikes
    }

    private static func toFollower(_ name: String, says: String?, _ prefix: String, _ action: FaultStrike.Action)
        -> Self
    {
        DamagedLine(name, says: says) { _ in [FaultStrike(.toClient, prefix: prefix, action)] }
    }

    private static func toOrigin(_ name: String, says: String?, _ prefix: String, _ action: FaultStrike.Action) -> Self
    {
        DamagedLine(name, says: says) { _ in [FaultStrike(.toServer, prefix: prefix, action)] }
    }

    private static func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// All of them.
    static let all: [DamagedLine] = [
        toFollower("octets that are no line", says: "400", "DIFF ", .precede([0x00, 0xFF, 0x07, 0x0A])),
        toFollower("a field that is none", says: "400", "DIFF ", .precede(octets("PUT 1 zone=x. gen=one\n"))),
        toFollower("a verb that is not known", says: nil, "DIFF ", .precede(octets("XYZZY 1 a=b\n"))),
        toFollower("a verb that must be known", says: "505", "DIFF ", .precede(octets("!XYZZY 1 a=b\n"))),
        toFollower(
            "a control line that is too long",
            says: "413",
            "DIFF ",
            .precede(
                octets("PING " + String(repeating: "1", count: 5_000) + "\n")
            )
        ),
        toFollower(
            "a zone at a position that leaves a gap",
            says: "409",
            "DIFF ",
            .precede(
                octets(
                    "DEL 99999999 zone=damage.example. gen=99999999 ver=1\n"
                )
            )
        ),
        toFollower("a difference that comes twice", says: nil, "DIFF ", .duplicate),
        toFollower("a difference that is missing", says: "409", "DIFF ", .drop),
        DamagedLine("two entries the other way round", says: "409") { _ in
            [FaultStrike(.toClient, prefix: "DIFF ", .swap)]
        },
        toFollower("a difference that is cut off", says: "any", "DIFF ", .cut),
        toFollower(
            "another address than the one of the hash",
            says: nil,
            "DIFF ",
            .substitute(" IN A 10.", " IN A 11.")
        ),
        toFollower("a record that cannot be read", says: nil, "DIFF ", .substitute(" IN A 10.", " IN A x.")),
        toFollower(
            "a record that is too long",
            says: nil,
            "DIFF ",
            .substitute(
                " IN A 10.",
                " IN TXT " + String(repeating: "x", count: 310_000)
            )
        ),
        toFollower("a body that does not end", says: nil, "DIFF ", .substitute("\n.\n", "\n")),
        // No rule is broken by it: the set hash tells.
        DamagedLine("an entry that is passed off as nothing", says: "409") { position in
            [FaultStrike(.toClient, prefix: "DIFF ", .replace(octets("SKIP \(position + 1) \(position + 1)\n")))]
        },
        toOrigin("octets that are no line, to the origin", says: "400", "ACK ", .precede([0x00, 0xFF, 0x07, 0x0A])),
        toOrigin(
            "a line that is too long, to the origin",
            says: "413",
            "ACK ",
            .precede(
                octets("ACK " + String(repeating: "1", count: 5_000) + "\n")
            )
        ),
        toOrigin("an acknowledgement of what was never sent", says: "409", "ACK ", .replace(octets("ACK 99999999\n"))),
        toOrigin("an acknowledgement that comes twice", says: nil, "ACK ", .duplicate),
        toOrigin("an acknowledgement that is missing", says: nil, "ACK ", .drop),
        toOrigin("a second FOLLOW", says: "400", "ACK ", .precede(octets("FOLLOW epoch=- from=0 window=65536\n"))),
        toOrigin("a verb that must be known, to the origin", says: "505", "ACK ", .precede(octets("!XYZZY\n"))),
    ]
}
