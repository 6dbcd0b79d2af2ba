// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import NIOCore
import NIOPosix
import Synchronization

/// Asks recursive resolvers, one after the other until one answers.
///
/// A resolver that failed is asked last for a while. The others take turns, so that each has its share of the questions
/// and a fault of one shows early.
package final class RecursiveResolver: Sendable {
    /// The greatest number of attempts at a question, whatever the number of resolvers.
    private static let mostAttempts = 4
    /// How long a resolver that failed is asked last.
    private static let penalty = Duration.seconds(10)

    private struct Book {
        var turn = 0
        var suspectUntil: [ContinuousClock.Instant]
    }

    private let servers: [SocketAddress]
    private let client: DNSClient
    private let book: Mutex<Book>

    /// - Parameters:
    ///   - servers: At least one.
    ///   - timeout: For one attempt.
    package init(servers: [SocketAddress], timeout: Duration) {
        self.servers = servers
        client = DNSClient(timeout: timeout)
        book = Mutex(Book(suspectUntil: servers.map { _ in .now }))
    }

    /// An answer with NOERROR or NXDOMAIN from a server that recurses.
    ///
    /// A single server is asked twice: a datagram may get lost.
    ///
    /// - Throws: `ResolverError` when no resolver gave one; `CancellationError`.
    package func ask(_ question: Question) async throws -> Message {
        var failures: [String] = []
        for index in order() {
            let server = servers[index]
            do {
                let answer = try await client.ask(
                    question,
                    of: server,
                    recursionDesired: true,
                    edns: EDNS(payloadSize: 1_232)
                )
                guard let fault = Self.fault(of: answer) else {
                    book.withLock { $0.suspectUntil[index] = .now }
                    return answer
                }
                failures.append("\(Self.text(server)): \(fault)")
            } catch let error as DNSClientError {
                failures.append("\(Self.text(server)): \(error)")
            }
            book.withLock { $0.suspectUntil[index] = .now + Self.penalty }
        }
        throw ResolverError(failures.last ?? "there is no resolver")
    }

    /// The servers to ask, in order.
    private func order() -> [Int] {
        guard servers.count > 1 else { return servers.isEmpty ? [] : [0, 0] }
        let now = ContinuousClock.now
        let all = book.withLock { book in
            book.turn = (book.turn + 1) % servers.count
            let turned = servers.indices.map { ($0 + book.turn) % servers.count }
            return turned.filter { book.suspectUntil[$0] <= now } + turned.filter { book.suspectUntil[$0] > now }
        }
        return Array(all.prefix(Self.mostAttempts))
    }

    /// Why another resolver has to be asked; nil when the answer can be used.
    private static func fault(of answer: Message) -> String? {
        guard answer.rcode == .noError || answer.rcode == .nameError else { return "\(answer.rcode)" }
        guard !answer.header.isTruncated else { return "the answer is cut short" }
        guard answer.header.recursionAvailable else { return "the server does not recurse" }
        return nil
    }

    private static func text(_ server: SocketAddress) -> String {
        "\(server.ipAddress ?? "?"):\(server.port ?? 0)"
    }
}

/// Why no resolver could answer: what the last of them said.
package struct ResolverError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
