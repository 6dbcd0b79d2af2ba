// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Postgres
import ZoneStore
import ZoneSync

/// What a replica holds, or should.
struct ReplicaState: Equatable, CustomStringConvertible {
    let zones: Int
    let setHash: Hash256

    var description: String { "\(zones) zones \(setHash)" }

    /// What the replica in a folder holds now, by its own sums; nil when it cannot be read at this moment.
    init?(folder: String) {
        guard
            let store = try? ZoneStore(path: folder, readOnly: true, isShared: true, digest: ZoneDigest.sha256),
            let zones = try? store.count(), let setHash = try? store.setHash()
        else { return nil }
        self.zones = zones
        self.setHash = setHash
    }

    /// The position of the replica in a folder; nil when it cannot be read at this moment.
    static func position(folder: String) -> UInt64? {
        let store = try? ZoneStore(path: folder, readOnly: true, isShared: true, digest: ZoneDigest.sha256)
        return (try? store?.position())?.position
    }

    /// What the database says that everybody should hold.
    init(published stack: FaultStack) async throws {
        let pool = try stack.cluster.pool()
        defer { pool.close() }
        let rows = try await pool.query("SELECT name, zone_id, version, hash FROM distribution.zone WHERE live")
        var sum = Hash256.zero
        for row in rows {
            let name: String = try row.decode("name")
            let generation: Int64 = try row.decode("zone_id")
            let version: Int64 = try row.decode("version")
            let octets: [UInt8] = try row.decode("hash")
            guard let hash = Hash256(bytes: octets) else { throw FaultError("the hash of \(name) is none") }
            let zone = ZoneSummary(
                name: try Name(text: name + "."),
                generation: UInt64(generation),
                version: UInt64(version),
                serial: 0,
                hash: hash
            )
            sum = sum &+ zone.setMember(digest: ZoneDigest.sha256)
        }
        zones = rows.count
        setHash = sum
    }
}

extension FaultStack {
    /// Waits until nothing is left to publish.
    func waitUntilPublished() async throws {
        let pool = try cluster.pool()
        defer { pool.close() }
        try await waitUntil("everything is published") {
            let rows = try await pool.query(
                """
                SELECT (SELECT count(*) FROM distribution.outbox) + (SELECT count(*) FROM distribution.log WHERE pos IS NULL)
                """
            )
            let left: Int64 = try rows.first?.decode(0) ?? 1
            return left == 0
        }
    }

    /// Waits until replicas hold exactly what is published; how long that took.
    @discardableResult
    func waitForEqualSets(_ names: [String], limit: Duration = .seconds(120)) async throws -> Duration {
        let expected = try await ReplicaState(published: self)
        let start = ContinuousClock.now
        for name in names {
            let folder = replica(name)
            try await waitUntil("\(name) holds \(expected)", limit: limit, every: .milliseconds(10)) {
                ReplicaState(folder: folder) == expected
            }
        }
        return ContinuousClock.now - start
    }
}
