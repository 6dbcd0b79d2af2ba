// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
package import Identity
import Synchronization

/// Checks e-mail addresses with passwords and one-time codes.
///
/// Attempts are counted by address and by user, in the database and so for all processes, before the password is looked
/// at; a good one takes its count back. Nobody learns whether an address has a user: the hash is computed all the same.
/// A password that was good once is known again without hashing, as long as the stored hash is the same.
package final class PasswordAuthenticator: Sendable {
    /// Failed attempts of one address that a window holds.
    static let attemptsByAddress = 10
    /// And of one user, from anywhere: enough that nobody locks another out by chance.
    static let attemptsByUser = 50

    /// What came of an attempt.
    enum Outcome: Sendable {
        case user(User)
        case wrong
        /// The password is good, and a one-time code is needed beside it.
        case codeNeeded
        case tooMany(wait: Int64)
    }

    private let store: LogInStore
    private let worker: PasswordWorker
    private let sealingKey: SealingKey?
    private let clock: UnixClock
    private let known = PasswordMemory()
    private let notes = LogInNotes()
    /// What is hashed for an address that nobody has.
    private let decoy = Mutex<PasswordHash?>(nil)

    package init(store: LogInStore, worker: PasswordWorker, sealingKey: SealingKey?, clock: UnixClock = .system) {
        self.store = store
        self.worker = worker
        self.sealingKey = sealingKey
        self.clock = clock
    }

    /// Checks an attempt from `address`, as which it is counted; `code` is a one-time or recovery code. The audit of the
    /// user's accounts tells of it, though not of a confirmation that is good: the change itself stands there.
    ///
    /// - Throws: `PasswordWorker.Busy`, and when the database cannot be asked.
    func check(
        email: String,
        password: Secret<String>,
        code: String?,
        address: String?,
        attempt: LogInAttempt
    ) async throws -> Outcome {
        guard !email.isEmpty, email.utf8.count <= 254, password.reveal().utf8.count <= PasswordHash.maximumLength,
            !email.utf8.contains(0)
        else { return .wrong }
        let record = try await self.store.record(email: email)
        let outcome = try await self.judge(record, email, password, code, address)
        switch outcome {
        case .user(let user):
            let isBooked =
                switch attempt.way {
                case .session, .oauth: true
                case .request: self.notes.isDue(user: user.id, address: address ?? "", now: self.clock.now)
                case .confirmation: false
                }
            if isBooked {
                try await self.store.book(attempt, of: user.id, isGood: true)
            }
        case .wrong: try await self.store.book(attempt, of: record?.user.id, isGood: false)
        // The first is half a log-in; of the second there is no end.
        case .codeNeeded, .tooMany: break
        }
        return outcome
    }

    private func judge(
        _ record: LogInRecord?,
        _ email: String,
        _ password: Secret<String>,
        _ code: String?,
        _ address: String?
    ) async throws -> Outcome {
        if let record, record.sealedSecret == nil, self.known.contains(password, hash: record.passwordHash) {
            return .user(record.user)
        }
        let subjects = ["address:\(address ?? "")", "email:\(email.lowercased())"]
        let counts = try await self.store.count(subjects)
        for (subject, limit) in zip(subjects, [Self.attemptsByAddress, Self.attemptsByUser]) {
            if let count = counts[subject], count.attempts > limit {
                return .tooMany(wait: count.wait)
            }
        }
        guard let record = try await self.verified(password, record) else { return .wrong }
        let outcome = try await self.checkCode(code, record)
        if case .wrong = outcome { return outcome }
        try await self.store.forgive(subjects)
        return outcome
    }

    /// The record, when the password is the one.
    private func verified(_ password: Secret<String>, _ record: LogInRecord?) async throws -> LogInRecord? {
        guard let record, let hash = PasswordHash(record.passwordHash) else {
            _ = try await self.worker.run { try self.decoyHash().matches(password) }
            return nil
        }
        if self.known.contains(password, hash: record.passwordHash) { return record }
        guard try await self.worker.run({ try hash.matches(password) }) else { return nil }
        self.known.insert(password, hash: record.passwordHash)
        if hash.cost != self.worker.cost {
            let cost = self.worker.cost
            let better = try await self.worker.run { try PasswordHash(of: password, cost: cost).text }
            _ = try await self.store.setPassword(
                better,
                of: record.user.id,
                instead: record.passwordHash,
                endsSessions: false
            )
        }
        return record
    }

    private func checkCode(_ code: String?, _ record: LogInRecord) async throws -> Outcome {
        guard let sealed = record.sealedSecret else { return .user(record.user) }
        guard let code, !code.isEmpty else { return .codeNeeded }
        if let recovery = RecoveryCode(code) {
            return try await self.store.use(recovery, of: record.user.id) ? .user(record.user) : .wrong
        }
        guard let key = self.sealingKey else { throw APIError.noSealingKey }
        let secret = OneTimeCode(secret: try key.open(sealed, for: record.user.sealOwner))
        guard let step = secret.step(of: code, now: self.clock.now, after: record.step),
            try await self.store.use(step: step, of: record.user.id)
        else { return .wrong }
        return .user(record.user)
    }

    private func decoyHash() throws -> PasswordHash {
        if let hash = self.decoy.withLock({ $0 }) { return hash }
        let hash = try PasswordHash(of: Secret("nobody's password"), cost: self.worker.cost)
        self.decoy.withLock { $0 = hash }
        return hash
    }
}

extension User {
    /// What the user's secrets are sealed for.
    var sealOwner: String { "person:\(self.id)" }
}
