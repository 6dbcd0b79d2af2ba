// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Epochs as followers of regions are told of them: `7312:1:0/AMS`.
///
/// What a position stands for differs from region to region, so that a follower that comes to another region must not
/// go on from its position: its epoch is another, and it gets what differs.
enum RegionalEpoch {
    /// The token of an epoch in a region; that of no region is the epoch itself.
    static func token(_ epoch: String, region: String) -> String {
        region.isEmpty ? epoch : "\(epoch)/\(region)"
    }

    /// The epoch of a token.
    static func base(of token: String) -> String {
        String(token.prefix { $0 != "/" })
    }
}
