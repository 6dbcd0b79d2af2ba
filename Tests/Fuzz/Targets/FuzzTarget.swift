// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A part of the product that reads what strangers send, and what must hold whatever they send.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// Whole messages, read and written (`DNSWire`).
    case message
    /// Names on the wire and as text (`DNSWire`, `DNSText`).
    case name
    /// RDATA of every type, on the wire and as text.
    case rdata
    /// Master files (`DNSText`).
    case masterFile = "master-file"
    /// Lines of ZSP/1 and their messages (`ZoneSync`).
    case lines
    /// A follower that is sent anything by its origin (`ZoneSync`).
    case follower
    /// Signed messages and zone transfers (`ZoneTransfer`).
    case transfer
    /// Queries to a responder with a plain zone and zones signed with NSEC and NSEC3 (`ResponderEngine`).
    case respond
    /// EDNS options and cookies (`ResponderEngine`).
    case options

    /// What checks inputs of this target; some open a small replica first.
    package func makeCheck() throws -> any FuzzCheck {
        switch self {
        case .message: MessageCheck()
        case .name: NameCheck()
        case .rdata: RDataCheck()
        case .masterFile: MasterFileCheck()
        case .lines: LinesCheck()
        case .follower: FollowerCheck()
        case .transfer: try TransferCheck()
        case .respond: try RespondCheck()
        case .options: try OptionsCheck()
        }
    }
}

/// Feeds one input after the other to a part of the product.
package protocol FuzzCheck: AnyObject {
    /// Throws when a property does not hold for `input`; traps when the product does.
    func check(_ input: [UInt8]) throws(BrokenPromise)
}
