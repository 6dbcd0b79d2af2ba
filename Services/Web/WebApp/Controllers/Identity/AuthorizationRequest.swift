// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Identity

/// What an application asks a user for (RFC 6749 section 4.1.1, RFC 7636 section 4.3), checked.
struct AuthorizationRequest: Sendable {
    let application: OAuthApplication
    let redirectURI: RedirectURI
    let isURIGiven: Bool
    let state: String?
    let scopes: [TokenScope]?
    let challenge: String?
    /// The account that the application has in mind.
    let accountID: Int64?

    /// What went wrong, and whether the application may be told by sending the user back.
    enum Failure: Error {
        /// The application or its URI is not known: the user is told and goes nowhere.
        case page(String)
        case redirect(RedirectURI, state: String?, OAuthError)
    }

    /// - Throws: `Failure`.
    init(_ fields: FormFields, oauth: OAuthStore) async throws {
        guard let clientID = fields["client_id"], !clientID.utf8.contains(0),
            let application = try await oauth.application(clientID: clientID)
        else { throw Failure.page("The application is not known.") }
        let redirectURI = try Self.redirectURI(fields["redirect_uri"], of: application)
        let state = fields["state"]
        do throws(OAuthError) {
            guard fields["response_type"] == "code" else {
                throw OAuthError(.unsupportedResponseType, "response_type must be code")
            }
            self.challenge = try Self.challenge(fields, of: application)
            self.scopes = try Self.scopes(fields["scope"])
            guard state.map({ $0.utf8.count <= 2_000 && !$0.utf8.contains(0) }) ?? true else {
                throw OAuthError(.invalidRequest, "state is too long")
            }
        } catch {
            throw Failure.redirect(redirectURI, state: state, error)
        }
        self.application = application
        self.redirectURI = redirectURI
        self.isURIGiven = fields["redirect_uri"] != nil
        self.state = state
        self.accountID = fields["account_id"].flatMap { Int64($0) }
    }

    private static func redirectURI(_ text: String?, of application: OAuthApplication) throws -> RedirectURI {
        guard let text else {
            guard let only = application.redirectURIs.first, application.redirectURIs.count == 1 else {
                throw Failure.page("The application does not say where to go on.")
            }
            return only
        }
        guard let uri = RedirectURI(text), application.redirectURIs.contains(where: { $0.matches(uri) }) else {
            throw Failure.page("The application wants to go on at an address that it has not registered.")
        }
        return uri
    }

    private static func challenge(
        _ fields: FormFields,
        of application: OAuthApplication
    ) throws(OAuthError) -> String? {
        guard let challenge = fields["code_challenge"] else {
            guard application.isConfidential else {
                throw OAuthError(.invalidRequest, "code_challenge is missing")
            }
            return nil
        }
        guard fields["code_challenge_method"] == "S256", ProofKey.isChallenge(challenge) else {
            throw OAuthError(.invalidRequest, "code_challenge must be of the method S256")
        }
        return challenge
    }

    private static func scopes(_ text: String?) throws(OAuthError) -> [TokenScope]? {
        guard let text else { return nil }
        var scopes: [TokenScope] = []
        for word in text.split(separator: " ") {
            guard let scope = TokenScope(word), scopes.count < 100 else {
                throw OAuthError(.invalidScope, "A scope is unknown")
            }
            scopes.append(scope)
        }
        return scopes.isEmpty ? nil : scopes
    }
}
