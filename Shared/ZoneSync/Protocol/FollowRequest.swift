// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ZoneStore

/// What a follower asks for in `FOLLOW`.
package struct FollowRequest: Sendable, Equatable {
    /// The last complete chunk of a snapshot that was cut off.
    package typealias SnapshotMark = StreamPosition.Snapshot

    /// The history that `from` and `snapshot` belong to; `-` when nothing is held.
    package var epoch: String
    /// Everything up to this position is durable at the follower; 0 asks for a snapshot or a manifest.
    package var from: UInt64
    /// Octets that may be sent ahead of acknowledgements.
    package var window: Int
    /// Zones held, by a follower that can reconcile; nil asks for snapshots only.
    package var zones: Int?
    /// What is held is not what `from` says: it is to be reconciled.
    package var mends: Bool
    /// Where a snapshot was cut off.
    package var snapshot: SnapshotMark?

    /// A request of these values.
    package init(
        epoch: String,
        from: UInt64,
        window: Int,
        zones: Int? = nil,
        mends: Bool = false,
        snapshot: SnapshotMark? = nil
    ) {
        self.epoch = epoch
        self.from = from
        self.window = window
        self.zones = zones
        self.mends = mends
        self.snapshot = snapshot
    }

    init(_ line: ControlLine) throws(ProtocolError) {
        epoch = String(try line.required("epoch"))
        from = try line.number("from")
        window = try line.optionalNumber("window") ?? ProtocolLimits.defaultWindow
        zones = try line.optionalNumber("zones")
        mends = try line.optionalNumber("mend", as: UInt8.self) == 1
        if let position: UInt64 = try line.optionalNumber("snap") {
            snapshot = SnapshotMark(position: position, after: try line.number("after"))
        }
    }

    /// The control line, without its LF.
    var line: String {
        "FOLLOW epoch=\(epoch) from=\(from) window=\(window)"
            + (zones.map { " zones=\($0)" } ?? "")
            + (mends ? " mend=1" : "")
            + (snapshot.map { " snap=\($0.position) after=\($0.after)" } ?? "")
    }
}
