// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Something an account does not have. Clients match the text of `message`.
package struct NotFound: Error, Hashable, Sendable {
    /// What was looked for, as the message names it.
    package enum Kind: String, Sendable {
        case account = "Account"
        case certificate = "Certificate"
        case contact = "Contact"
        case delegationSigner = "Delegation signer record"
        case domain = "Domain"
        case domainPush = "Domain push"
        case emailForward = "Email forward"
        case zone = "Zone"
        case record = "Record"
        case webhook = "Webhook"
        case delivery = "Delivery"
        case token = "Token"
        case application = "Application"
        case recordSet = "RRset"
        case version = "Version"
        case change = "Change"
        case deletedZone = "Deleted zone"
        case nameServerSet = "Name server set"
        case template = "Template"
        case service = "Service"
        case primaryServer = "Primary server"
    }

    package var kind: Kind
    /// The identifier as the client sent it.
    package var identifier: String

    package init(_ kind: Kind, _ identifier: String) {
        self.kind = kind
        self.identifier = identifier
    }

    /// For example ``Zone `example.com` not found``.
    package var message: String {
        "\(kind.rawValue) `\(identifier)` not found"
    }
}
