// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import NIOHTTP1
import Synchronization

/// A client of one ACME server with one account (RFC 8555).
///
/// Every function is one step that can be asked for again: what a caller needs to go on later is the account's key and the
/// URLs of the order. Errors are ``ACMEError``, and CancellationError. A refused nonce is tried again here (section 6.5);
/// everything else is left to the caller.
package final class ACMEClient: Sendable {
    /// How often one request is signed anew with another nonce.
    static let nonceAttempts = 24

    private struct State {
        var directory: ACMEDirectory?
        var account: String?
    }

    let transport: ACMETransport
    /// The account's key.
    package let key: ACMEAccountKey
    private let directoryURL: String
    private let nonces = NoncePool()
    private let state: Mutex<State>

    /// - Parameters:
    ///   - directory: The URL of the server's directory.
    ///   - account: The account's URL; nil before ``register(contact:binding:)``.
    package init(directory: String, key: ACMEAccountKey, account: String? = nil, transport: ACMETransport) {
        directoryURL = directory
        self.key = key
        self.transport = transport
        state = Mutex(State(account: account))
    }

    /// The server's directory, asked for once.
    package func directory() async throws -> ACMEDirectory {
        if let known = state.withLock(\.directory) { return known }
        let directory = try await transport.send(.GET, directoryURL).decode(ACMEDirectory.self)
        state.withLock { $0.directory = directory }
        return directory
    }

    /// Makes the account, or finds it when the key already has one (sections 7.3 and 7.3.1), agreeing to the terms.
    ///
    /// - Parameter contact: URLs, as a rule `mailto:` ones.
    package func register(contact: [String], binding: ExternalAccountBinding? = nil) async throws -> ACMEAccount {
        struct Request: Encodable {
            let termsOfServiceAgreed = true
            let contact: [String]
            let externalAccountBinding: SignedRequest?
        }
        struct Answer: Decodable { let status: String }

        let url = try await directory().newAccount
        let request = Request(
            contact: contact,
            externalAccountBinding: try binding.map { try SignedRequest(binding: $0, url: url, key: key) }
        )
        let response = try await post(url, try SignedRequest.json(request), as: .key)
        let status = try response.decode(Answer.self).status
        guard let location = response.location else { throw ACMEError.invalidAnswer("an account without URL") }
        state.withLock { $0.account = location }
        return ACMEAccount(url: location, status: status)
    }

    /// Sends a signed request as the account, and returns a success.
    func post(_ url: String, _ payload: [UInt8], accept: String? = nil) async throws -> ACMEResponse {
        guard let account = state.withLock(\.account) else {
            throw ACMEError.refused(
                ACMEProblem(type: "urn:ietf:params:acme:error:accountDoesNotExist", detail: "no account yet")
            )
        }
        return try await post(url, payload, as: .account(account), accept: accept)
    }

    private func post(
        _ url: String,
        _ payload: [UInt8],
        as signer: SignedRequest.Signer,
        accept: String? = nil
    ) async throws -> ACMEResponse {
        var attempts = 0
        while true {
            attempts += 1
            let request = try SignedRequest(
                url: url,
                nonce: try await nonce(),
                payload: payload,
                signer: signer,
                key: key
            )
            let response = try await transport.send(.POST, url, body: try SignedRequest.json(request), accept: accept)
            do {
                try response.check()
                nonces.put(response.nonce)
                return response
            } catch .refused(let problem) where problem.kind == "badNonce" && attempts < Self.nonceAttempts {
                nonces.clear()
                nonces.put(response.nonce)
            } catch {
                nonces.put(response.nonce)
                throw error
            }
        }
    }

    private func nonce() async throws -> String {
        if let nonce = nonces.take() { return nonce }
        let response = try await transport.send(.HEAD, try await directory().newNonce)
        try response.check()
        nonces.put(response.nonce)
        guard let nonce = nonces.take() else { throw ACMEError.invalidAnswer("no nonce") }
        return nonce
    }
}
