// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import Logging
import ResponderEngine
import Runtime
import ServiceLifecycle
import Synchronization
import Testing

@testable import ResponderNet

@Suite(.timeLimit(.minutes(5)))
struct HandoverTests {
    private func temporaryFolder() throws -> String {
        let path = TCPBench.folder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    /// Both ends of a conversation in a folder.
    private func conversation(in folder: String) throws -> (host: HandoverSocket, guest: HandoverSocket) {
        let listener = try HandoverSocket.listening(in: folder)
        let guest = try #require(try HandoverSocket.connected(to: folder))
        return (try #require(listener.accept()), guest)
    }

    @Test("The socket in the folder is its owner's alone, and the kernel says who is at the other end")
    func privacy() async throws {
        try await withFolder { folder in
            let (host, guest) = try conversation(in: folder)
            var status = stat()
            let code = unsafe stat(HandoverSocket.path(in: folder), &status)
            #expect(code == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            let peer = try host.peer()
            #expect(peer.process == getpid())
            #expect(peer.user == geteuid())
            _ = guest
        }
    }

    @Test("Messages stay apart and descriptors arrive as the files that they are")
    func descriptors() async throws {
        try await withFolder { folder in
            let (host, guest) = try conversation(in: folder)
            var ends: [CInt] = [0, 0]
            let made = unsafe pipe(&ends)
            #expect(made == 0)
            try host.send("sockets\nudp 127.0.0.1:53\ntcp [::1]:53", ends)
            try host.send(HandoverStep.complete)
            for end in ends { close(end) }
            let message = try guest.receive(within: .seconds(10))
            #expect(message.descriptors.count == 2)
            let sockets = zip(message.text.split(separator: "\n").dropFirst(), message.descriptors).compactMap {
                HandedSocket(line: $0, descriptor: $1)
            }
            #expect(sockets.map(\.kind) == [.udp, .tcp])
            #expect(sockets.map(\.address.description) == ["127.0.0.1:53", "[::1]:53"])
            #expect(unsafe write(message.descriptors[1], "x", 1) == 1)
            var octet: UInt8 = 0
            #expect(unsafe read(message.descriptors[0], &octet, 1) == 1)
            #expect(octet == UInt8(ascii: "x"))
            #expect(try guest.receive(within: .seconds(10)).text == HandoverStep.complete)
            for descriptor in message.descriptors { close(descriptor) }
        }
    }

    @Test("A refusal, another word, silence and the end of the other side are told apart")
    func failures() async throws {
        try await withFolder { folder in
            let (host, guest) = try conversation(in: folder)
            try host.send("\(HandoverStep.refused) not now")
            #expect(throws: HandoverError.refused("not now")) {
                try guest.expect(HandoverStep.released, within: .seconds(10))
            }
            try host.send("something")
            #expect(throws: HandoverError.unexpected("something")) {
                try guest.expect(HandoverStep.released, within: .seconds(10))
            }
            #expect(throws: HandoverError.silent) {
                try guest.expect(HandoverStep.released, within: .milliseconds(10))
            }
            host.stop()
            #expect(throws: HandoverError.ended) { try guest.expect(HandoverStep.released, within: .seconds(10)) }
        }
    }

    @Test("Where nobody listens, nobody is found, also when a socket was left behind")
    func nobody() async throws {
        try await withFolder { folder in
            #expect(try HandoverSocket.connected(to: folder) == nil)
            _ = try HandoverSocket.listening(in: folder)
            #expect(FileManager.default.fileExists(atPath: HandoverSocket.path(in: folder)))
            #expect(try HandoverSocket.connected(to: folder) == nil)
            let guest = try await HandoverGuest(folder: folder)
            #expect(guest == nil)
        }
    }

    @Test("Lines that make no sense are no sockets", arguments: ["", "udp", "ip 127.0.0.1:53", "udp x", "udp a:1 b"])
    func badLines(line: String) {
        #expect(HandedSocket(line: line, descriptor: 0) == nil)
    }

    @Test("Secrets of cookies come over as they are, and no error repeats them")
    func cookieSecrets() throws {
        let octets = (0..<3).map { start in (0..<16).map { UInt8($0 * 7 + start) } }
        let secrets = octets.compactMap { CookieSecret($0) }
        #expect(secrets.map(\.octets) == octets)
        let message = CookieHandover.message(secrets)
        #expect(CookieHandover.secrets(message) == secrets)
        #expect(CookieHandover.secrets(CookieHandover.message([])) == [])
        #expect(!"\(HandoverError.unexpected(message))".contains(message.split(separator: "\n")[1]))
        let digits = String(repeating: "0", count: 32)
        let bad = [
            "cookies\n", "cookies\n\(digits)0", "cookies\n\(digits.dropLast())g",
            "cookies\n\(digits.dropLast())\u{FF10}",
            "cookies" + String(repeating: "\n\(digits)", count: CookieSecrets.maximumCount + 1),
        ]
        for message in bad { #expect(CookieHandover.secrets(message) == nil) }
    }

    /// Counts how often it runs, and how many of it at once.
    private final class Probe: Service {
        let running = Atomic<Int>(0)
        let begun = Atomic<Int>(0)

        func run() async throws {
            running.add(1, ordering: .relaxed)
            begun.add(1, ordering: .relaxed)
            try? await gracefulShutdown()
            running.subtract(1, ordering: .relaxed)
        }
    }

    @Test("An owner's service runs while the folder is ours, again when it comes back, and never beside another owner")
    func ownership() async throws {
        try await withFolder { folder in
            let ours = Ownership(folder: folder, lock: try FolderLock(folder: folder))
            let theirs = Ownership(folder: folder, lock: nil)
            let (here, there) = (Probe(), Probe())
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [
                        OwnersService(ownership: ours, service: here),
                        OwnersService(ownership: theirs, service: there),
                    ],
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await until { here.running.load(ordering: .relaxed) == 1 }
                #expect(throws: DaemonError.self) { try theirs.take() }
                await ours.release()
                #expect(here.running.load(ordering: .relaxed) == 0)
                #expect(there.begun.load(ordering: .relaxed) == 0)
                try theirs.take()
                try await until { there.running.load(ordering: .relaxed) == 1 }
                await theirs.release()
                try ours.take()
                try await until { here.running.load(ordering: .relaxed) == 1 }
                #expect(here.begun.load(ordering: .relaxed) == 2)
                // One service runs and one waits: shutdown ends both.
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                #expect(there.running.load(ordering: .relaxed) == 0)
            }
        }
    }

    /// Waits until a condition holds; the limit only keeps a broken test from hanging.
    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<30_000 where !condition() { try await Task.sleep(for: .milliseconds(2)) }
        #expect(condition())
    }
}
