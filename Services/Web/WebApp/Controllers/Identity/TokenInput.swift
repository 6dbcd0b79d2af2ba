// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Foundation
import Identity

/// What a client asks for of a new token, checked.
struct TokenInput {
    /// Elements that each list may have.
    private static let maximumElements = 100

    private let name: String
    private let grant: TokenGrant
    private let expiresAt: Timestamp?

    /// - Parameter now: in Unix seconds; a token cannot end before.
    /// - Throws: `ValidationErrors` with every fault.
    init(_ object: JSONObject, now: Int64) throws {
        var reader = FieldReader(object)
        let name = reader.string("name") ?? ""
        let access = reader.string("access") ?? TokenAccess.full.rawValue
        let scopes = reader.strings("scopes")
        let policy = reader.strings("record_policy")
        let networks = reader.strings("networks")
        let expiry = reader.string("expires_at")
        var errors = reader.errors
        if name.isEmpty {
            errors.add("name", "can't be blank")
        } else if name.unicodeScalars.count > 255 || name.utf8.contains(0) {
            errors.add("name", "is too long (maximum is 255 characters)")
        }
        if TokenAccess(rawValue: access) == nil {
            errors.add("access", "must be full or read")
        }
        let grant = TokenGrant(
            access: TokenAccess(rawValue: access) ?? .read,
            scopes: Self.elements(scopes, "scopes", &errors) { TokenScope($0) },
            recordPolicy: Self.elements(policy, "record_policy", &errors) { RecordPolicy.Rule($0) }
                .map(RecordPolicy.init(rules:)),
            networks: Self.elements(networks, "networks", &errors) { IPNetwork($0) }
        )
        let expiresAt = expiry.flatMap(Self.timestamp)
        if expiry != nil, expiresAt == nil {
            errors.add("expires_at", "must be a time such as 2030-01-31T12:00:00Z")
        } else if let expiresAt, expiresAt.seconds <= now {
            errors.add("expires_at", "must be in the future")
        }
        try errors.throwIfAny()
        self.name = name
        self.grant = grant
        self.expiresAt = expiresAt
    }

    /// The token to make for somebody who has `grant` until `end`: it is good in no more networks and no longer.
    ///
    /// - Throws: `ValidationErrors` for `networks`.
    func draft(within grant: TokenGrant, until end: Timestamp?) throws -> TokenDraft {
        var draft = TokenDraft(name: self.name, grant: self.grant, expiresAt: self.expiresAt)
        if let end {
            draft.expiresAt = min(end, draft.expiresAt ?? end)
        }
        if let outer = grant.networks {
            let networks = draft.grant.networks ?? outer
            guard networks.allSatisfy({ network in outer.contains { $0.contains(network) } }) else {
                throw ValidationErrors("networks", "must be within those of the token in use")
            }
            draft.grant.networks = networks
        }
        return draft
    }

    private static func elements<Element>(
        _ texts: [String]?,
        _ field: String,
        _ errors: inout ValidationErrors,
        _ parse: (String) -> Element?
    ) -> [Element]? {
        guard let texts else { return nil }
        guard !texts.isEmpty, texts.count <= Self.maximumElements else {
            errors.add(field, "must have 1 to \(Self.maximumElements) elements")
            return nil
        }
        let elements = texts.compactMap(parse)
        for text in texts where parse(text) == nil {
            errors.add(field, "`\(text)` is invalid")
        }
        return elements
    }

    private static func timestamp(_ text: String) -> Timestamp? {
        guard let date = try? Date(text, strategy: .iso8601), date.timeIntervalSince1970 < 253_402_300_800 else {
            return nil
        }
        return Timestamp(seconds: Int64(date.timeIntervalSince1970))
    }
}
