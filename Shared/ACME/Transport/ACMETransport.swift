// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The connections to ACME servers: HTTPS only, no redirects, bounded in time and size.
package final class ACMETransport: Sendable {
    /// Octets of an answer that are read. A chain of certificates has some ten thousand.
    static let maximumAnswer = 262_144
    private let client: HTTPClient
    private let timeout: TimeAmount

    /// - Parameters:
    ///   - authorityFile: A PEM file with the authorities that the server's certificate is checked against; nil for those
    ///     of the system.
    ///   - timeout: For each request, connecting included.
    package init(authorityFile: String?, timeout: Duration = .seconds(30)) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authorityFile { tls.trustRoots = .file(authorityFile) }
        self.timeout = TimeAmount(timeout)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(timeout / 2), read: TimeAmount(timeout)),
            connectionPool: .init(idleTimeout: .seconds(20)),
            decompression: .disabled
        )
        // The caller tries again, later and with everything it knows.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration
        )
    }

    /// Closes the connections. Call it once, when nothing uses the transport any more.
    package func shutdown() async {
        try? await client.shutdown()
    }

    /// Sends one request.
    ///
    /// - Throws: ``ACMEError`` when there was no answer, or one that is not read.
    func send(_ method: HTTPMethod, _ url: String, body: [UInt8]? = nil, accept: String? = nil) async throws
        -> ACMEResponse
    {
        guard url.hasPrefix("https://") else { throw ACMEError.invalidAnswer("a URL that is not https") }
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: "User-Agent", value: "zonewright")
        request.headers.add(name: "Accept-Language", value: "en")
        if let accept { request.headers.add(name: "Accept", value: accept) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/jose+json")
            request.body = .bytes(body, length: .known(Int64(body.count)))
        }
        do {
            let response = try await client.execute(request, deadline: .now() + timeout)
            let answer = try await response.body.collect(upTo: Self.maximumAnswer)
            return ACMEResponse(
                status: Int(response.status.code),
                body: Array(answer.readableBytesView),
                nonce: response.headers.first(name: "Replay-Nonce"),
                location: response.headers.first(name: "Location"),
                retryAfter: RetryAfter.duration(
                    response.headers.first(name: "Retry-After"),
                    date: response.headers.first(name: "Date"),
                    now: Date()
                )
            )
        } catch is NIOTooManyBytesError {
            throw ACMEError.invalidAnswer("more than \(Self.maximumAnswer) octets")
        } catch let error as CancellationError {
            throw error
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw ACMEError.unavailable(Self.text(error), retryAfter: nil)
        }
    }

    private static func text(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            "no answer in time"
        case let error as HTTPClientError where error == .connectTimeout: "no connection in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "the connection was closed without an answer"
        default: String("\(error)".prefix(200))
        }
    }
}
