// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/x/v1/user`: what a user does about the own log-in. Each change asks for the password again, whatever else the
/// request carries: a token or a session left open must not be enough to lock its owner out.
struct UserController {
    let identity: IdentityServices

    /// Adds the routes below `/x/v1/user`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.put("password", use: self.changePassword)
        group.post("totp", use: self.offerSecret)
        group.put("totp", use: self.confirmSecret)
        group.delete("totp", use: self.removeSecret)
    }

    @Sendable func changePassword(_ request: Request, context: APIRequestContext) async throws -> Response {
        let object = try await request.jsonObject()
        let (user, old) = try await self.confirmed(object, context)
        var reader = FieldReader(object)
        let password = Secret(reader.string("new_password") ?? "")
        var errors = reader.errors
        let length = password.reveal().count
        if length < PasswordHash.minimumLength {
            errors.add("new_password", "is too short (minimum is \(PasswordHash.minimumLength) characters)")
        } else if password.reveal().utf8.count > PasswordHash.maximumLength {
            errors.add("new_password", "is too long (maximum is \(PasswordHash.maximumLength) bytes)")
        }
        try errors.throwIfAny()
        let cost = self.identity.worker.cost
        let hash = try await self.identity.worker.run { try PasswordHash(of: password, cost: cost).text }
        guard
            try await self.identity.logIns.setPassword(
                hash,
                of: user.id,
                instead: old,
                endsSessions: true,
                context: context.changeContext(user)
            )
        else {
            throw APIError.logInChanged
        }
        return .noContent
    }

    /// Makes a secret for one-time codes; it counts once a code of it has come back.
    @Sendable func offerSecret(_ request: Request, context: APIRequestContext) async throws -> Response {
        let (user, _) = try await self.confirmed(try await request.jsonObject(), context)
        guard let key = self.identity.sealingKey else { throw APIError.noSealingKey }
        let secret = OneTimeCode()
        let sealed = try key.seal(secret.secret.reveal(), for: user.sealOwner)
        guard try await self.identity.logIns.offer(sealedSecret: sealed, to: user.id) else {
            throw APIError.logInChanged
        }
        var json = JSONWriter()
        json.object { json in
            json.object("data") { json in
                json.member("secret", secret.text.reveal())
                json.member("uri", secret.uri(email: user.email).reveal())
            }
        }
        return Response(.created, json: json)
    }

    /// Takes a code of the new secret, and gives the recovery codes, this once.
    @Sendable func confirmSecret(_ request: Request, context: APIRequestContext) async throws -> Response {
        let object = try await request.jsonObject()
        let (user, _) = try await self.confirmed(object, context)
        guard let key = self.identity.sealingKey else { throw APIError.noSealingKey }
        guard let sealed = try await self.identity.logIns.offeredSecret(of: user.id) else {
            throw APIError.logInChanged
        }
        var reader = FieldReader(object)
        let code = reader.string("code") ?? ""
        let secret = OneTimeCode(secret: try key.open(sealed, for: user.sealOwner))
        guard let step = secret.step(of: code, now: self.identity.clock.now, after: 0) else {
            throw ValidationErrors("code", "is invalid")
        }
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
        guard
            try await self.identity.logIns.confirm(
                sealedSecret: sealed,
                of: user.id,
                step: step,
                codes: codes,
                context: context.changeContext(user)
            )
        else { throw APIError.logInChanged }
        return .data { $0.member("recovery_codes", codes.map { $0.text.reveal() }) }
    }

    @Sendable func removeSecret(_ request: Request, context: APIRequestContext) async throws -> Response {
        let (user, _) = try await self.confirmed(try await request.jsonObject(), context)
        try await self.identity.logIns.removeSecret(of: user.id, context: context.changeContext(user))
        return .noContent
    }

    /// The caller, who has given the password (and the one-time code, where one is asked for) in the body; and the
    /// stored hash.
    ///
    /// - Throws: 401 for who is no user or has not.
    private func confirmed(_ object: JSONObject, _ context: APIRequestContext) async throws -> (User, String) {
        guard let user = try context.requireCaller().user else { throw APIError.unauthenticated }
        var reader = FieldReader(object)
        let password = Secret(reader.string("password") ?? "")
        let outcome = try await self.identity.passwords.check(
            email: user.email,
            password: password,
            code: reader.string("otp"),
            address: context.client?.rateLimitKey,
            attempt: context.logInAttempt(.confirmation)
        )
        guard case .user(let confirmed) = outcome, confirmed.id == user.id,
            let record = try await self.identity.logIns.record(email: user.email)
        else { throw outcome.refusal }
        return (confirmed, record.passwordHash)
    }
}

extension APIError {
    /// The password or the secret of one-time codes was set meanwhile, or was set already.
    static let logInChanged = APIError(.conflict, "The log-in has been changed already")
}
