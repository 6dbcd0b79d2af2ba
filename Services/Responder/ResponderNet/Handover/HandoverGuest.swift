// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOPosix
import ResponderEngine
import Runtime

/// The successor's side of a handover: gets the sockets of the responder that runs with the same folder, and takes its
/// place once everything that could fail is done.
///
/// Whatever goes wrong before ``takePlace(_:answer:accept:)`` has come to its end, this process ends and the other one goes on.
struct HandoverGuest: Sendable {
    /// How long the other process may take for a step; it ends what it does for others first.
    private static let patience = Duration.seconds(60)

    /// What the other process listens at.
    let sockets: HandedSockets
    /// The secrets that the other process makes DNS cookies with, and accepts; none where it has no cookies.
    let cookieSecrets: [CookieSecret]
    private let conversation: HandoverSocket

    /// Asks the responder that runs with `folder`; nil when none does.
    init?(folder: String) async throws {
        let begun = try await Self.blocking { () throws -> (HandoverSocket, HandedSockets, [CookieSecret])? in
            guard let conversation = try HandoverSocket.connected(to: folder) else { return nil }
            try conversation.send(HandoverStep.greeting)
            let (sockets, secrets) = try Self.receiveBelongings(conversation)
            return (conversation, HandedSockets(sockets), secrets)
        }
        guard let begun else { return nil }
        (conversation, sockets, cookieSecrets) = begun
    }

    /// Takes the other process's place: it gives up the folder, `answer` begins to answer datagrams beside it, it
    /// accepts no more connections, `accept` begins to. Connections that come in between wait in the sockets: two
    /// processes that accept from one would each be woken for what the other one took.
    func takePlace(
        _ ownership: Ownership,
        answer: () throws -> Void,
        accept: () async throws -> Void
    ) async throws {
        let conversation = conversation
        try await Self.blocking {
            try conversation.send(HandoverStep.prepared)
            try conversation.expect(HandoverStep.released, within: Self.patience)
        }
        try ownership.take()
        try answer()
        sockets.detachUnused()
        try await Self.blocking {
            try conversation.send(HandoverStep.serving)
            try conversation.expect(HandoverStep.stopped, within: Self.patience)
        }
        try await accept()
    }

    /// What the other process gives, up to the word that says that it was all.
    private static func receiveBelongings(
        _ conversation: HandoverSocket
    ) throws -> (sockets: [HandedSocket], secrets: [CookieSecret]) {
        var sockets: [HandedSocket] = []
        var secrets: [CookieSecret] = []
        while true {
            let message = try conversation.receive(within: patience)
            let lines = message.text.split(separator: "\n")
            switch lines.first.map(String.init) {
            case HandoverStep.complete:
                return (sockets, secrets)
            case HandoverStep.cookies:
                guard let given = CookieHandover.secrets(message.text) else {
                    throw HandoverError.unexpected(message.text)
                }
                secrets = given
            case HandoverStep.sockets where lines.count == message.descriptors.count + 1:
                for (line, descriptor) in zip(lines.dropFirst(), message.descriptors) {
                    guard let socket = HandedSocket(line: line, descriptor: descriptor) else {
                        throw HandoverError.unexpected(String(line))
                    }
                    sockets.append(socket)
                }
            default:
                throw message.text.hasPrefix(HandoverStep.refused)
                    ? HandoverError.refused(message.text) : HandoverError.unexpected(message.text)
            }
        }
    }

    private static func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as HandoverError {
            throw DaemonError.unavailable("cannot take over (option take-over): \(error)")
        }
    }
}
