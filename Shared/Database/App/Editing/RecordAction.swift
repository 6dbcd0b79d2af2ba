// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The operation that changes records, as the audit names it.
enum RecordAction: String, Sendable {
    case createRecord = "zone_record.create"
    case updateRecord = "zone_record.update"
    case deleteRecord = "zone_record.delete"
    case batch = "zone.batch"
    case importFile = "zone.import"
    case nameServers = "zone.ns_records"
    case recordSet = "zone.rrset"
    case desiredState = "zone.replace"
    case rollback = "zone.rollback"
    case restore = "zone.restore"
    case applyTemplate = "template.apply"
    case applyService = "service.apply"
    case unapplyService = "service.unapply"
    case expireChallenges = "zone.expire_challenges"
    case dynamicUpdate = "zone.dynamic_update"
}
