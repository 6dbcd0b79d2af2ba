// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What an origin server streams from: the publisher's PostgreSQL log, a relay's replica, or a test's memory.
///
/// All zone names are lower-case absolute presentation form with the final dot (`example.com.`, the root is `.`),
/// escaped so that they hold no space. All calls may come from any task, at the same time.
///
/// The source is state-based: a zone's body may be newer than the entry or the position that led to reading it, never
/// older. Followers compare versions, so a later entry that is already contained does nothing.
package protocol OriginSource: Sendable {
    /// What this consumer is to be served from, when it differs from what others get; asked for once a connection, before
    /// anything is sent. A thrown error refuses the consumer.
    func view(for node: OriginNode) throws(ProtocolError) -> any OriginSource

    /// The head as consumers of this view are told of it: views whose contents differ have other epochs, so that
    /// positions of one are not taken for positions of the other.
    func seen(_ head: OriginHead) -> OriginHead

    /// An entry, read by whatever view, as consumers of this view get it.
    func seen(_ entry: OriginEntry) -> OriginEntry

    /// The greatest position that consumers of this view may have at this moment; nil: no bound. Cheap. When it has
    /// moved, ``OriginServer/ceilingMoved()`` has to be called.
    var ceiling: UInt64? { get }

    /// Where the stream stands now. Cheap: the server asks at each greeting and about once a second.
    func head() async throws -> OriginHead

    /// The newest position that the source knows to exist anywhere: a relay's, which lags behind its own origin. Asked for
    /// with each PING; nothing is read for it.
    var knownHead: UInt64 { get }

    /// Entries with positions in `after + 1 ... after + limit`, ascending and without gaps; empty at the head.
    ///
    /// Fewer than `limit` may come (a bound on bytes, for instance). Must throw ``OriginSourceError/belowFloor`` when
    /// `after` is less than the floor.
    func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry]

    /// Reads the live zone of this name in one consistent read and hands it to `sink`: `begin`, `lines` any number
    /// of times, `end`. Returns false, with nothing said to the sink, when no live zone has the name.
    func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool

    /// Starts a snapshot: the position was read before anything that ``readZones(after:into:)`` reads from now on.
    func snapshot() async throws -> OriginSnapshot

    /// Hands every live zone with a generation greater than `generation` to `sink`, in ascending order of generation;
    /// each zone in one consistent read (all zones need not be of one read).
    ///
    /// The sink suspends while its consumer is slow, so no transaction should stay open for longer than a page.
    func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws

    /// The set hash over all live zones at a position after which, in the same read, nothing was published or pending;
    /// nil when that does not hold at this moment, or when the source keeps no set hash.
    func checkpoint() async throws -> OriginCheckpoint?

    /// Whether ``manifest()``, ``readManifest(of:into:)`` and ``readZones(generations:into:)`` work: consumers that hold
    /// zones then reconcile instead of taking snapshots.
    var servesManifest: Bool { get }

    /// The sums of all live zones, and a position whose entries are all in them. What was published later may be in them
    /// too. Costs little: asked for by each consumer that comes back after a change of the epoch.
    func manifest() async throws -> OriginManifest

    /// Hands every live zone of some buckets to `sink`, as it is now or was at the manifest that was given last, in any
    /// order and each name once. A name that has been made again meanwhile must be there in its old or its new
    /// life.
    func readManifest(of buckets: Set<UInt8>, into sink: any OriginManifestSink) async throws

    /// Hands the live zones of some generations to `sink`, in ascending order of generation; those that are not live any
    /// more are left out.
    func readZones(generations: [UInt64], into sink: any OriginZoneSink) async throws

    /// A consumer came, acknowledged, refused a zone or went. Called once at a time for each consumer; acknowledgements
    /// of one that is connected here are coalesced to the newest while a call is running. A relay tells of the consumers
    /// behind it (``OriginNode/via``).
    func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async

    /// Whether ``record(_:by:)`` keeps anything: consumers report their counts only then.
    var recordsCounts: Bool { get }

    /// Keeps the reports of a consumer, each once however often it comes; returns when they are durable. Called once at a
    /// time for each connection, with reports in the order in which they came; after an error again with the same ones.
    func record(_ reports: [CountReport], by node: OriginNode) async throws
}

extension OriginSource {
    /// Nothing beyond its own head.
    package var knownHead: UInt64 { 0 }

    /// All consumers get the same.
    package func view(for node: OriginNode) throws(ProtocolError) -> any OriginSource { self }

    /// The head itself.
    package func seen(_ head: OriginHead) -> OriginHead { head }

    /// The entry itself.
    package func seen(_ entry: OriginEntry) -> OriginEntry { entry }

    /// No bound.
    package var ceiling: UInt64? { nil }

    /// No set hash is kept.
    package func checkpoint() async throws -> OriginCheckpoint? { nil }

    /// No manifest is kept.
    package var servesManifest: Bool { false }

    /// There is none.
    package func manifest() async throws -> OriginManifest { throw OriginSourceError.noManifest }

    /// There is none.
    package func readManifest(of buckets: Set<UInt8>, into sink: any OriginManifestSink) async throws {
        throw OriginSourceError.noManifest
    }

    /// There is none.
    package func readZones(generations: [UInt64], into sink: any OriginZoneSink) async throws {
        throw OriginSourceError.noManifest
    }

    /// Counts are not kept.
    package var recordsCounts: Bool { false }

    /// Keeps nothing.
    package func record(_ reports: [CountReport], by node: OriginNode) async throws {}
}

/// Why a source cannot give what was asked for.
package enum OriginSourceError: Error, Equatable {
    /// The entries after the position are no longer kept; the consumer needs a snapshot.
    case belowFloor
    /// The source has no manifest, or none at this moment.
    case noManifest
}

/// Takes zones from an ``OriginSource``, at its own pace: each call may suspend, and throws when the consumer is gone.
package protocol OriginZoneSink: Sendable {
    /// A zone follows.
    func begin(_ zone: OriginZone) async throws
    /// One or more RR lines of the zone begun, each ended by LF; all RRs of an RRset are contiguous over the calls.
    /// Hand over tens of kilobytes at once rather than a line.
    func lines(_ text: String) async throws
    /// All lines of the zone were given.
    func end() async throws
}
