// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Who asks for a change and how: what the audit row and the webhook envelope say about it.
package struct ChangeContext: Hashable, Sendable {
    /// The kind of actor, with the names the webhook envelope uses.
    package enum Actor: Hashable, Sendable {
        /// A token that belongs to the account itself.
        case account(id: Int64, email: String)
        /// A member of the account.
        case user(id: Int64, email: String)
        /// The operator's command, or the platform itself.
        case platform
    }

    /// The Idempotency-Key that a request holds while it is carried out.
    package struct Reservation: Hashable, Sendable {
        /// The row that stands for the key.
        package let id: Int64
        /// The request that the key was given to.
        package let requestID: RequestIdentifier

        package init(id: Int64, requestID: RequestIdentifier) {
            self.id = id
            self.requestID = requestID
        }
    }

    /// Set for requests with an Idempotency-Key: the change is then carried out once at most.
    package var reservation: Reservation?

    /// Whether the request has made another change before this one: its identifier stands in an event already.
    package var isContinuation = false

    package var actor: Actor
    package var tokenID: Int64?
    package var remoteAddress: String?
    package var requestID: RequestIdentifier
    /// Which records may be changed; nil for all, and for changes of anything else.
    package var recordPolicy: RecordPolicy?

    package init(
        actor: Actor,
        tokenID: Int64? = nil,
        remoteAddress: String? = nil,
        requestID: RequestIdentifier = RequestIdentifier(),
        recordPolicy: RecordPolicy? = nil
    ) {
        self.actor = actor
        self.tokenID = tokenID
        self.remoteAddress = remoteAddress
        self.requestID = requestID
        self.recordPolicy = recordPolicy
    }
}
