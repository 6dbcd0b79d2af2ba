// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A control line from the origin to a follower. `Docs/protocol.md` describes each.
package enum ServerMessage: Sendable, Equatable {
    /// `ZSP/1 ready node= epoch= head= floor= caps=`: the first line of a connection.
    case greeting(node: String, head: OriginHead, capabilities: [String])
    /// `+OK hello node=`: the node name was accepted.
    case helloAccepted(node: String)
    /// `+OK resume epoch= from= head=`: entries after `from` follow.
    case resume(epoch: String, from: UInt64, head: UInt64)
    /// `+OK snapshot epoch= at= zones= [after=]`: all zones follow, then the entries after `at`.
    case snapshot(OriginSnapshot)
    /// `ZONE …` with a body: a zone's state outside of the positions (snapshot, answer to WANT).
    case zone(ZoneHeader, lines: Int)
    /// `GONE zone=`: answer to WANT when no live zone has the name.
    case gone(zone: String)
    /// `+OK manifest epoch= at= zones=`: the sums of all buckets follow.
    case manifest(epoch: String, position: UInt64, zones: Int)
    /// `BUCKET 1f zones= set=`: what a bucket adds up to.
    case bucket(UInt8, ManifestBucket)
    /// `M zone= gen= ver= hash=`: a zone of the buckets that were asked for.
    case member(ManifestEntry)
    /// `LISTED zones=`: all zones of the buckets that a `MANIFEST` asked for were listed.
    case listed(zones: Int)
    /// `FETCHED k done=`: ends the `k`th chunk of zones fetched; of all generations asked for, `done` were dealt with.
    case fetched(chunk: UInt64, done: UInt64)
    /// `CHUNK k after=`: ends the `k`th chunk of a snapshot; all generations up to `after` were given.
    case chunk(number: UInt64, after: UInt64)
    /// `END at=`: ends the snapshot.
    case snapshotEnd(position: UInt64)
    /// `PUT pos …` with a body: the whole zone.
    case put(position: UInt64, ZoneHeader, lines: Int, lane: UInt8)
    /// `DIFF pos …` with a body: what changed since version `base`.
    case diff(position: UInt64, ZoneHeader, base: UInt64, removed: Int, added: Int, lane: UInt8)
    /// `DEL pos zone= gen= ver=`: the zone is no longer served.
    case delete(position: UInt64, zone: String, generation: UInt64, version: UInt64)
    /// `SKIP first last`: these positions carry nothing for this follower.
    case skip(first: UInt64, last: UInt64)
    /// `CKPT pos zones= set=`: the set hash after everything up to `pos`.
    case checkpoint(OriginCheckpoint)
    /// `COUNTED seq run=`: the reports of the run up to this one are kept.
    case counted(CountMark)
    /// `PING time head=`: sent about once a second; `time` is in milliseconds and echoed by PONG.
    case ping(time: UInt64, head: UInt64)
    /// `-CODE text`: the connection ends.
    case failure(ProtocolError)
}
