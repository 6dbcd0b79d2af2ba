// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

/// The real name server with a replica that something happens to: what it says, what it answers, and that it recovers.
@Suite("Damaged replicas", .serialized, .timeLimit(.minutes(10)))
struct DamageTests {
    @Test("A file that was cut short before the start is moved aside and fetched anew", arguments: [0, 5_000, 40_000])
    func cutBefore(length: Int) async throws {
        let replica = try await DamagedReplica()
        try await replica.run {
            try await replica.stop()
            #expect(unsafe truncate(replica.file, off_t(length)) == 0)
            try replica.start()
            try await replica.untilWhole()
            #expect(replica.process.log.contains("cut short") || length == 0, "\(replica.process.log)")
            let files = try FileManager.default.contentsOfDirectory(atPath: replica.folder)
            #expect(files.contains { $0.hasPrefix("data.mdb.damaged-") } || length == 0, "\(files)")
        }
    }

    @Test("A file that is cut short while it is served ends the process, which says so; the next one fetches it anew")
    func cutWhile() async throws {
        let replica = try await DamagedReplica()
        try await replica.run {
            #expect(unsafe truncate(replica.file, 8_192) == 0)
            // Whatever is still answered is right.
            try await replica.until("the process ends") {
                for number in 1...DamagedReplica.zones { _ = try replica.address(number) }
                return replica.process.exitStatus != nil
            }
            #expect(replica.process.exitStatus == 69)
            #expect(replica.process.log.contains("was cut short while it"), "\(replica.process.log)")
            try replica.start()
            try await replica.untilWhole()
            #expect(replica.process.log.contains("cut short"), "\(replica.process.log)")
        }
    }

    @Test("A zone whose bits have flipped is named and answers SERVFAIL, the others go on, and the origin mends it")
    func flippedBefore() async throws {
        let replica = try await DamagedReplica()
        try await replica.run {
            try await replica.stop()
            #expect(try replica.flip(DamagedReplica.text(7)) > 0)
            try replica.start(alone: true)
            try await replica.process.waitForLog("a zone is damaged")
            #expect(replica.process.log.contains("z7.test."))
            try await replica.until("it answers") { try replica.address(8) != nil }
            for number in 1...DamagedReplica.zones {
                let message = try #require(try replica.ask("text.z\(number).test.", .txt))
                #expect(message.rcode == (number == 7 ? .serverFailure : .noError), "z\(number)")
            }
            try await replica.stop()
            try replica.start()
            try await replica.untilWhole()
            try expectText(replica, 7)
        }
    }

    @Test("A bit that flips while it is served is never answered, and a restart has it mended")
    func flippedWhile() async throws {
        let replica = try await DamagedReplica()
        try await replica.run {
            #expect(try replica.flip(DamagedReplica.text(3)) > 0)
            let message = try #require(try replica.ask("text.z3.test.", .txt))
            #expect(message.rcode == .serverFailure)
            #expect(message.answers.isEmpty)
            #expect(try replica.address(4) != nil)
            try await replica.stop()
            try replica.start()
            try await replica.untilWhole()
            #expect(replica.process.log.contains("a zone is damaged"), "\(replica.process.log)")
            try expectText(replica, 3)
        }
    }

    @Test("A folder that is removed is served on and written again, with every zone, and a restart finds it")
    func removed() async throws {
        let replica = try await DamagedReplica()
        try await replica.run {
            try FileManager.default.removeItem(atPath: replica.folder)
            try await replica.until("the file is written again") {
                // No question goes unanswered meanwhile.
                for number in 1...DamagedReplica.zones where try replica.address(number) == nil {
                    throw SupportError("z\(number) is not answered")
                }
                return replica.process.log.contains("written again;")
            }
            #expect(replica.process.log.contains("the replica's file was removed"))
            try replica.publish(5, version: 2)
            try await replica.until("a change arrives") { try replica.address(5) == [192, 0, 2, 5] }
            try await replica.stop()
            try replica.start(alone: true)
            try await replica.untilWhole()
            #expect(!replica.process.log.contains("damaged"), "\(replica.process.log)")
            try await replica.stop()
            try replica.start()
            try await replica.until("the change arrives again") { try replica.address(5) == [192, 0, 2, 5] }
        }
    }

    @Test("Without permission a running server goes on, a start ends with 69 and names the folder, and it recovers")
    func permission() async throws {
        guard geteuid() == 0 else { try Test.cancel("only the superuser may take rights away from itself") }
        let replica = try await DamagedReplica(.bound)
        try await replica.run {
            #expect(unsafe chmod(replica.folder, 0) == 0)
            try replica.publish(5, version: 2)
            try await replica.until("a change arrives") { try replica.address(5) == [192, 0, 2, 5] }
            try await replica.stop()
            try replica.start()
            #expect(try await replica.process.waitForExit() == 69)
            #expect(replica.process.log.contains(replica.folder), "\(replica.process.log)")
            #expect(replica.process.log.lowercased().contains("permission"), "\(replica.process.log)")
            #expect(unsafe chmod(replica.folder, 0o700) == 0)
            try replica.start()
            try await replica.untilWhole()
            #expect(try replica.address(5) == [192, 0, 2, 5])
        }
    }

    @Test("On a full disk all that is held is answered, the log says it, and changes arrive when there is room")
    func diskFull() async throws {
        guard geteuid() == 0 else { try Test.cancel("only the superuser may mount a small file system") }
        let replica = try await DamagedReplica(.smallDisk)
        try await replica.run {
            let text = String(repeating: "x", count: 200)
            try replica.publish(5, version: 2, (0..<6_000).map { "h\($0).z5.test. 60 IN TXT \"\(text)\"" })
            try await replica.process.waitForLog("the disk of the zone store \(replica.folder) is full")
            for number in 1...DamagedReplica.zones {
                #expect(try replica.address(number) == [192, 0, 1, UInt8(number)])
            }
            try await replica.runInside(["mount", "-o", "remount,size=64m", replica.folder])
            try await replica.until("the change arrives") { try replica.address(5) == [192, 0, 2, 5] }
            #expect(try replica.ask("h5999.z5.test.", .txt)?.answers.count == 1)
        }
    }

    private func expectText(_ replica: DamagedReplica, _ number: Int) throws {
        let message = try #require(try replica.ask("text.z\(number).test.", .txt))
        #expect(
            message.answers.first.map { String(decoding: $0.rdata.dropFirst(), as: UTF8.self) }
                == DamagedReplica.text(number)
        )
    }
}
