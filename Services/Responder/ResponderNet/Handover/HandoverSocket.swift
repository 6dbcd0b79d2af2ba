// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import Glibc
import Runtime

/// One end of the conversation between a responder and its successor, or the socket where such conversations begin.
///
/// A Unix-domain socket that keeps messages apart and carries descriptors. All calls block, so they belong on a thread
/// that may. Closed with the value's life.
final class HandoverSocket: Sendable {
    /// A message: a word, what it is about, and sockets.
    struct Message: Sendable {
        let text: String
        let descriptors: [CInt]
    }

    /// Who is at the other end, as the kernel knows it.
    struct Peer: Sendable {
        let process: Int32
        let user: UInt32
    }

    private static let maximumOctets = 65_536
    /// The most sockets that one message carries.
    static let descriptorsPerMessage = Int(CDATAGRAM_DESCRIPTORS)

    private let descriptor: CInt

    private init(owning descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Where the conversations of a data folder begin.
    static func path(in folder: String) -> String { "\(folder)/handover" }

    /// A listening socket in `folder`, open to its owner alone. Only for the process that has locked the folder: what
    /// lies there is replaced.
    static func listening(in folder: String) throws(HandoverError) -> HandoverSocket {
        let descriptor = unsafe cdatagram_handover_listen(path(in: folder))
        guard descriptor >= 0 else { throw .system("listen at \(path(in: folder))", errno) }
        return HandoverSocket(owning: descriptor)
    }

    /// A connection to the process that listens in `folder`; nil when none does.
    static func connected(to folder: String) throws(HandoverError) -> HandoverSocket? {
        let descriptor = unsafe cdatagram_handover_connect(path(in: folder))
        if descriptor >= 0 { return HandoverSocket(owning: descriptor) }
        guard errno == ENOENT || errno == ECONNREFUSED else {
            throw .system("connect to \(path(in: folder))", errno)
        }
        return nil
    }

    /// The next connection; nil once ``stop()`` was called.
    func accept() -> HandoverSocket? {
        while true {
            let accepted = cdatagram_handover_accept(descriptor)
            if accepted >= 0 { return HandoverSocket(owning: accepted) }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Ends a wait in ``accept()`` or ``receive(within:)``, from any thread.
    func stop() {
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Who is at the other end.
    func peer() throws(HandoverError) -> Peer {
        var process: Int32 = 0
        var user: UInt32 = 0
        guard unsafe cdatagram_handover_peer(descriptor, &process, &user) == 0 else {
            throw .system("look at the other process", errno)
        }
        return Peer(process: process, user: user)
    }

    /// Sends one message; the descriptors stay the caller's.
    func send(_ text: String, _ descriptors: [CInt] = []) throws(HandoverError) {
        let octets = Array(text.utf8)
        // SAFETY: both arrays live through the call, and their own sizes are given.
        let code = unsafe cdatagram_handover_send(
            descriptor,
            octets,
            octets.count,
            descriptors,
            CInt(descriptors.count)
        )
        guard code == 0 else { throw .system("send", errno) }
    }

    /// Waits for one message, whose descriptors are the caller's from then on.
    func receive(within time: Duration) throws(HandoverError) -> Message {
        var octets = [UInt8](repeating: 0, count: Self.maximumOctets)
        var descriptors = [CInt](repeating: -1, count: Self.descriptorsPerMessage)
        var count: CInt = 0
        let milliseconds = CInt(clamping: Int64(time / .milliseconds(1)))
        // SAFETY: the arrays live through the call; their sizes are given, or known to the other side as a constant.
        let length = unsafe cdatagram_handover_receive(
            descriptor,
            &octets,
            octets.count,
            &descriptors,
            &count,
            milliseconds
        )
        if length == 0 { throw .ended }
        guard length > 0 else { throw errno == ETIMEDOUT ? .silent : .system("receive", errno) }
        return Message(
            text: String(decoding: octets.prefix(length), as: UTF8.self),
            descriptors: Array(descriptors.prefix(Int(count)))
        )
    }

    /// Waits for the message `text`; anything else is an error, and so is what the other side says it is.
    func expect(_ text: String, within time: Duration) throws(HandoverError) {
        let message = try receive(within: time)
        for descriptor in message.descriptors { close(descriptor) }
        if message.text.hasPrefix(HandoverStep.refused) {
            throw .refused(String(message.text.dropFirst(HandoverStep.refused.count + 1)))
        }
        guard message.text == text else { throw .unexpected(message.text) }
    }
}

/// The words of the conversation, in their order. They may differ between releases; ``greeting`` says which these are.
enum HandoverStep {
    /// Successor: give me your sockets.
    static let greeting = "zonewright-dns handover 2"
    /// Predecessor: these are sockets; a line for each with its kind and address.
    static let sockets = "sockets"
    /// Predecessor: these are the secrets of my DNS cookies; see ``CookieHandover``.
    static let cookies = "cookies"
    /// Predecessor: that was all.
    static let complete = "complete"
    /// Successor: I have opened the replica and can begin.
    static let prepared = "prepared"
    /// Predecessor: I follow no longer; the folder is yours.
    static let released = "released"
    /// Successor: I answer.
    static let serving = "serving"
    /// Predecessor: I accept no more connections, and datagrams only a moment longer.
    static let stopped = "stopped"
    /// Either: no, because.
    static let refused = "refused"
}

/// Why a handover failed.
enum HandoverError: Error, Hashable, CustomStringConvertible {
    /// A system call failed.
    case system(String, CInt)
    /// The other process ended the conversation, or itself.
    case ended
    /// The other process said nothing in time.
    case silent
    /// The other process said something else than what was next.
    case unexpected(String)
    /// The other process refused.
    case refused(String)

    var description: String {
        switch self {
        case .system(let operation, let code): "could not \(operation): \(DaemonError.reason(errno: code))"
        case .ended: "the other process ended the conversation"
        case .silent: "the other process did not answer in time"
        case .unexpected(let text):
            // The word alone: secrets may stand behind it.
            "the other process said \"\(text.prefix { $0 != "\n" }.prefix(100))\", which is not what was next"
        case .refused(let reason): "the other process refused: \(reason)"
        }
    }
}
