// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// What an operator asks of a running responder: one line of words.
enum ControlRequest: Equatable, Sendable {
    /// How it stands.
    case status
    /// The zones held, or those at and below a name.
    case zones(below: Name?)
    /// One zone.
    case zone(Name)
    /// Forget a zone and fetch it anew.
    case purge(Name)
    /// How a question is answered, and why.
    case explain(Name, RRType, wantsSignatures: Bool)
    /// What is asked for most in the seconds that follow.
    case top(TopCollector.Subject, seconds: Int)
    /// The state of the replica's verification.
    case verify

    /// What a line asks for, or why it asks for nothing.
    init(line: String) throws(ControlFailure) {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("status", 1): self = .status
        case ("zones", 1): self = .zones(below: nil)
        case ("zones", 2): self = .zones(below: try Self.name(words[1]))
        case ("zone", 2): self = .zone(try Self.name(words[1]))
        case ("purge", 2): self = .purge(try Self.name(words[1]))
        case ("verify", 1): self = .verify
        case ("explain", 3), ("explain", 4):
            guard words.count == 3 || words[3] == "do" else {
                throw ControlFailure(.usage, "after the type only \"do\" may follow")
            }
            let name = try Self.name(words[1])
            self = .explain(name, try Self.type(words[2]), wantsSignatures: words.count == 4)
        case ("top", 3):
            guard let subject = TopCollector.Subject(rawValue: words[1]) else {
                throw ControlFailure(.usage, "top is of zones, clients or types")
            }
            guard let seconds = Int(words[2]), (1...300).contains(seconds) else {
                throw ControlFailure(.usage, "top takes 1 to 300 seconds")
            }
            self = .top(subject, seconds: seconds)
        default:
            throw ControlFailure(
                .usage,
                "known are: status, zones [NAME], zone NAME, purge NAME, explain NAME TYPE [do], "
                    + "top zones|clients|types SECONDS, verify"
            )
        }
    }

    private static func name(_ text: String) throws(ControlFailure) -> Name {
        do throws(TextError) {
            return try Name(text: text, origin: .root)
        } catch {
            throw ControlFailure(.usage, "\"\(text)\" is not a domain name: \(error)")
        }
    }

    private static func type(_ text: String) throws(ControlFailure) -> RRType {
        guard let type = RRType(mnemonic: text) else {
            throw ControlFailure(.usage, "\"\(text)\" is not a record type")
        }
        return type
    }
}

/// Why a request was not done.
struct ControlFailure: Error, Equatable, Sendable {
    /// The kind of failure, for programs.
    enum Code: String, Sendable {
        /// The line is no request.
        case usage
        /// There is no such thing here.
        case notFound = "not-found"
        /// It cannot be done now.
        case unavailable
    }

    /// The kind.
    let code: Code
    /// A sentence for people, on one line.
    let text: String

    /// A failure.
    init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }
}
