// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// What a transaction says about its change: history, audit, the publisher's work and the webhooks' events.
struct ChangeEntry: Sendable {
    /// What the publisher has to do.
    enum Publication: Sendable {
        /// These owners changed, relative to the zone; nil stands for the whole zone.
        case publish(names: [String]?)
        /// The zone must not be answered any more.
        case withdraw
    }

    /// The publisher's lanes, as `distribution.outbox` numbers them.
    enum Lane: Int16 {
        case interactive = 0
        /// Behind all that people wait for.
        case bulk = 1
    }

    var account: Account
    var zoneID: Int64
    var zoneName: String
    /// The zone's version after the change.
    var version: Int64
    /// Whether the zone's row still has to get that version.
    var bumpsZone: Bool
    /// For example `zone_record.create`.
    var action: String
    var subject: String
    /// JSON objects, one a row of `app.zone_change`: a large change has several.
    var summaries: [String]
    /// JSON before and after the change, for the audit.
    var before: String?
    var after: String?
    var publication: Publication
    /// How urgent it is.
    var lane = Lane.interactive
    var webhooks: [Int64]
    var events: [WebhookEvent]
    var context: ChangeContext
    /// What the token's policy says about the change, where it has one.
    var verdict = RecordPolicy.Verdict.notRecords
}
