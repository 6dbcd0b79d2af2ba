// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Synchronization
import Testing
import ZoneStore
import ZoneSync

/// Replicas that are not what they were, and what their followers do about it.
@Suite(.timeLimit(.minutes(5)))
struct MendingTests {
    /// Flips a bit of every place in the replica's file where `pattern` stands.
    private func flip(_ pattern: String, in store: ZoneStore) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: store.path + "/data.mdb"))
        defer { try? file.close() }
        let octets = try #require(try file.readToEnd())
        var start = octets.startIndex
        while let range = octets.range(of: Data(pattern.utf8), in: start..<octets.endIndex) {
            try file.seek(toOffset: UInt64(range.lowerBound))
            try file.write(contentsOf: [octets[range.lowerBound] ^ 0x04])
            start = range.upperBound
        }
        #expect(start > octets.startIndex)
    }

    private func publish(_ source: MemorySource) throws {
        for number in 1...20 {
            try source.publish(
                ZoneFixture("z\(number).example.", generation: UInt64(number), hosts: [("www", "192.0.2.\(number)")])
            )
        }
    }

    @Test(
        "A zone whose data is damaged is found, asked for in the same version, and sound again",
        arguments: [false, true]
    )
    func zone(isRestarted: Bool) async throws {
        let folder = try TemporaryFolder()
        var store = try folder.store()
        let source = MemorySource()
        try publish(source)
        var sick = ZoneFixture("sick.example.", generation: 77, hosts: [("www", "192.0.2.1")])
        sick.lines.append("text.sick.example. 60 IN TXT \"nowhere else but here\"")
        try source.publish(sick)
        let name = try Name(text: "sick.example.")
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 21 && client.status.isLive }
                if !isRestarted {
                    try flip("nowhere else", in: store)
                    #expect(try store.verify(after: nil, octets: .max).damaged == [name])
                    try await eventually { store.damagedZones.isEmpty }
                    #expect(client.status.refused == 0)
                }
            }
            if isRestarted {
                try flip("nowhere else", in: store)
                store = try ZoneStore(path: store.path, digest: ZoneDigest.sha256)
                #expect(store.damagedZones == [name])
                try await withFollower(store, [upstream]) { client in
                    let store = store
                    try await eventually { store.damagedZones.isEmpty && client.status.isLive }
                }
            }
        }
        #expect(try store.verify(after: nil, octets: .max).damaged == [])
        #expect(try store.contents(of: name)?.hash == sick.hash)
        #expect(try store.setHash() == source.setHash)
        #expect(source.state.withLock { $0.snapshots } == 1)
    }

    @Test("A verifier goes on its rounds, marks what is damaged, and writes a file that was removed again")
    func verifier() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try publish(source)
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 20 && client.status.isLive }
                var configuration = ReplicaVerifier.Configuration()
                configuration.minimumRound = .zero
                configuration.firstShare = 1
                configuration.share = 1
                configuration.fileInterval = .milliseconds(5)
                let verifier = ReplicaVerifier(
                    store: store,
                    configuration: configuration,
                    logger: .silent,
                    mend: { client.mend() },
                    cutShort: {}
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await verifier.run() }
                    try await eventually { verifier.status.rounds >= 2 }
                    #expect(verifier.status.damaged == 0 && verifier.status.failures == 0)
                    try FileManager.default.removeItem(atPath: store.path)
                    try await eventually { verifier.status.file == .replaced }
                    let restarted = try ZoneStore(path: store.path, readOnly: true, digest: ZoneDigest.sha256)
                    #expect(try restarted.setHash() == source.setHash)
                    group.cancelAll()
                }
            }
        }
    }

    @Test("A full disk stops nothing but the changes, is told, and the follower goes on by itself when there is room")
    func diskFull() async throws {
        guard geteuid() == 0 else {
            // Only the superuser may mount a small file system.
            try Test.cancel("needs the superuser")
        }
        let folder = try TemporaryFolder()
        let disk = folder.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try run("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk])
        defer { try? run("/bin/umount", ["-l", disk]) }
        let store = try ZoneStore(path: disk + "/replica", digest: ZoneDigest.sha256)
        let source = MemorySource()
        try publish(source)
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 20 }
                var large = ZoneFixture("large.example.", generation: 50)
                let text = String(repeating: "x", count: 200)
                large.lines += (0..<6_000).map { "h\($0).large.example. 60 IN TXT \"\(text)\"" }
                try source.publish(large)
                server.wake()
                try await eventually { client.status.storeFailures >= 2 }
                #expect(client.status.position == 20)
                #expect(try store.contents(of: Name(text: "z7.example."))?.version == 1)
                #expect(throws: ZoneStoreError.diskFull(path: store.path)) {
                    try store.apply([.replace(ZoneFixture.contents(large))], position: nil)
                }
                try run("/bin/mount", ["-o", "remount,size=32m", disk])
                try await eventually { client.status.position == 21 }
            }
        }
        #expect(try store.setHash() == source.setHash)
        #expect(try store.verify(after: nil, octets: .max).damaged == [])
    }

    @Test("Without permission the store says so")
    func permission() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/replica"
        do { _ = try folder.store() }
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path) }
        // Of this thread only, and nothing is awaited in between.
        let isRoot = geteuid() == 0
        if isRoot { setFileSystemUser(65_534) }
        defer { if isRoot { setFileSystemUser(0) } }
        #expect(throws: ZoneStoreError.notPermitted(path: path)) {
            try ZoneStore.openReplacingDamaged(path: path, digest: ZoneDigest.sha256)
        }
        #expect(throws: ZoneStoreError.notPermitted(path: path)) {
            try ZoneStore(path: path, readOnly: true, digest: ZoneDigest.sha256)
        }
    }

    private func setFileSystemUser(_ user: UInt32) {
        typealias Function = @convention(c) (UInt32) -> Int32
        guard let symbol = unsafe dlsym(nil, "setfsuid") else { return }
        _ = unsafe unsafeBitCast(symbol, to: Function.self)(user)
    }

    private func run(_ command: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}

extension ZoneFixture {
    /// The zone as the store takes it.
    static func contents(_ zone: ZoneFixture) throws -> ZoneContents {
        ZoneContents(
            name: try Name(text: zone.name),
            generation: zone.generation,
            version: zone.version,
            serial: zone.serial,
            hash: try zone.hash,
            rrsets: try zone.rrsets
        )
    }
}
