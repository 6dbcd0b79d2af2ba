// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import AsyncHTTPClient
import Glibc
import Jobs
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Runtime

/// Posts messages to receivers that nobody vouches for.
///
/// The host is resolved first, every address must be public, and the connection goes to the checked address, whatever
/// the name resolves to by then. No redirects; of the answer only the status counts.
struct WebhookClient: Sendable {
    /// Also allows `http` and addresses that are not public: for development and tests.
    let allowsPrivate: Bool
    let timeout: Duration
    /// Octets of an answer's body that are read.
    static let maximumAnswer = 16_384

    /// The connections; a service to be listed before the job runner's.
    let clients: PinnedClients
    private let resolver = HostResolver()

    init(allowsPrivate: Bool, timeout: Duration = WebhookPolicy.timeout) {
        self.allowsPrivate = allowsPrivate
        self.timeout = timeout
        clients = PinnedClients(timeout: timeout)
    }

    /// Posts one body.
    ///
    /// - Returns: the status of the answer. Throws ``WebhookFailure`` when there was none.
    func post(to text: String, headers: [(String, String)], body: [UInt8]) async throws -> Int {
        guard let url = WebhookURL(text, allowsInsecure: allowsPrivate) else {
            throw WebhookFailure(allowsPrivate ? "not an http or https URL" : "not an https URL")
        }
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let addresses = try await resolver.addresses(of: url.host, timeout: TimeAmount(timeout))
        if !allowsPrivate, addresses.contains(where: { !PublicAddress.contains($0.bytes) }) {
            throw WebhookFailure("the host has an address that is not public")
        }
        var failure = WebhookFailure("the host name has no address")
        for address in addresses.prefix(4) {
            do {
                return try await post(url, at: address, headers: headers, body: body, deadline: deadline)
            } catch let error as HTTPClientError where error == .connectTimeout {
                failure = WebhookFailure("cannot connect: no answer")
            } catch let error as IOError where Self.isConnectFailure(error) {
                failure = WebhookFailure("cannot connect: \(DaemonError.reason(errno: error.errnoCode))")
            } catch let error as IOError {
                throw WebhookFailure(DaemonError.reason(errno: error.errnoCode))
            } catch let error as HTTPClientError {
                throw WebhookFailure(Self.text(error))
            } catch let error as CancellationError {
                throw error
            } catch {
                throw WebhookFailure("\(error)")
            }
            guard NIODeadline.now() < deadline else { break }
        }
        throw failure
    }

    private func post(
        _ url: WebhookURL,
        at address: HostResolver.Address,
        headers: [(String, String)],
        body: [UInt8],
        deadline: NIODeadline
    ) async throws -> Int {
        try await clients.withClient(host: url.host, address: address.text) { client in
            var request = HTTPClientRequest(url: url.text)
            request.method = .POST
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            request.body = .bytes(body, length: .known(Int64(body.count)))
            let response = try await client.execute(request, deadline: deadline)
            // A small body is read so that the connection can be used again; of any other the connection is closed.
            _ = try? await response.body.collect(upTo: Self.maximumAnswer)
            return Int(response.status.code)
        }
    }

    private static func text(_ error: HTTPClientError) -> String {
        switch error {
        case .deadlineExceeded, .readTimeout: "no answer in time"
        case .remoteConnectionClosed: "the connection was closed without an answer"
        default: "\(error)"
        }
    }

    private static func isConnectFailure(_ error: IOError) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EADDRNOTAVAIL].contains(error.errnoCode)
    }
}
