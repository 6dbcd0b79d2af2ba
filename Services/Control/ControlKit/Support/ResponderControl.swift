// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// Where the control socket of a running responder is.
struct ResponderSocketOptions: ParsableArguments {
    @Option(help: "The responder's control socket. Without it that of the data folder.")
    var socket: String?

    @Option(
        name: .customLong("data-dir"),
        help: "The responder's data folder. Without it that of `zonewright up`."
    )
    var dataFolder: String?

    @Flag(help: "Print JSON.")
    var json = false

    /// The socket's path.
    var path: String {
        socket ?? "\(dataFolder ?? StateFolder.standard().replica)/control"
    }

    /// Sends a request and hands over the answer's lines as they come, without their mark.
    ///
    /// - Throws: `ControlError` when the responder cannot be reached; exit status 1 when it refuses the request.
    func ask(_ request: String, _ body: (String) throws -> Void) async throws {
        do {
            try await ResponderControl.ask(path: path, request: request, body)
        } catch let refusal as ResponderControl.Refusal {
            FileHandle.standardError.write(Data("\(refusal.text)\n".utf8))
            throw ExitCode(1)
        }
    }

    /// The whole answer.
    func ask(_ request: String) async throws -> [String] {
        var lines: [String] = []
        try await ask(request) { lines.append($0) }
        return lines
    }
}

/// One request at the control socket of a responder.
enum ResponderControl {
    /// The responder does not do what was asked.
    struct Refusal: Error {
        /// Why, for people.
        let text: String
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Sends a line and hands over the answer's lines.
    static func ask(path: String, request: String, _ body: (String) throws -> Void) async throws {
        guard !request.contains(where: \.isNewline) else { throw ControlError("a name cannot have a line break") }
        let channel = try await connect(path)
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request + "\n"))
            var input = ByteBuffer()
            for try await var octets in inbound {
                input.discardReadBytes()
                input.writeBuffer(&octets)
                while let line = nextLine(&input) {
                    if line == "OK" { return }
                    if line.hasPrefix("+ ") {
                        try body(String(line.dropFirst(2)))
                    } else {
                        throw Refusal(text: line.split(separator: " ", maxSplits: 2).last.map(String.init) ?? line)
                    }
                }
            }
            throw ControlError("the responder closed \(path) before it had answered")
        }
    }

    private static func connect(_ path: String) async throws -> Connection {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
        } catch let error as IOError where error.errnoCode == ENOENT || error.errnoCode == ECONNREFUSED {
            throw ControlError("no responder listens at \(path): is zonewright-dns running, with that data folder?")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw ControlError("no permission for \(path): only the responder's user and root may ask it")
        } catch {
            throw ControlError("cannot connect to \(path): \(error)")
        }
    }

    private static func nextLine(_ input: inout ByteBuffer) -> String? {
        guard let end = input.readableBytesView.firstIndex(of: 0x0A) else { return nil }
        let line = input.readString(length: end - input.readerIndex)
        input.moveReaderIndex(forwardBy: 1)
        return line
    }
}
