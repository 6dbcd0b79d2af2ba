// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The words of `caps=` in the greeting.
enum OriginCapability {
    /// Differences are sent where a follower holds the version before.
    static let diff = "diff"
    /// Reports of counts are kept.
    static let count = "count"
    /// Followers that hold zones reconcile by their manifest.
    static let manifest = "manifest"
    /// Relays may tell of the nodes behind them.
    static let nodes = "nodes"
}
