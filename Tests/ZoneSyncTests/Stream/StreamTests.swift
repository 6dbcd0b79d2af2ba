// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore
import ZoneSync

@Suite(.timeLimit(.minutes(5)))
struct StreamTests {
    @Test("A new follower gets all zones, then each change as it is made")
    func snapshotThenLive() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        for number in 1...30 {
            try source.publish(ZoneFixture("z\(number).example.", generation: UInt64(number)))
        }
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 30 && client.status.zones == 30 }
                let changed = ZoneFixture("z7.example.", generation: 7, version: 2, hosts: [("www", "192.0.2.7")])
                try source.publish(changed)
                server.wake()
                try await eventually { client.status.position == 31 }
                try source.publish(ZoneFixture("new.example.", generation: 99))
                source.delete("z1.example.")
                server.wake()
                try await eventually { client.status.position == 33 }
                #expect(client.status.zones == 30)
                #expect(client.status.refused == 0)
            }
        }
        #expect(try store.setHash() == source.setHash)
        #expect(try store.position() == StreamPosition(epoch: "one", position: 33))
        #expect(try store.zone(named: Name(text: "z7.example."))?.version == 2)
        #expect(try store.zone(named: Name(text: "z1.example.")) == nil)
    }
}
