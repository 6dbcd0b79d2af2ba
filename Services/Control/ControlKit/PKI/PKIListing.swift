// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// What `zonewright pki list` shows.
struct PKIListing {
    /// The lines, without line ends.
    var lines: [String] = []
    /// What an operator should do, one sentence each.
    var warnings: [String] = []

    /// Everything that is in use.
    init(_ record: PKIRecord, now: Int) {
        for authority in record.authorities {
            var state = "trusted"
            if let retiredAt = authority.retiredAt {
                state = "retired \(Self.date(retiredAt))"
            } else if authority.number == record.trusted.last?.number {
                state = "signs"
                if PKI.isDue(authority.notBefore, authority.notAfter, now) {
                    warnings.append(
                        "authority \(authority.number) ends \(Self.date(authority.notAfter)): 'pki rotate' makes the next"
                    )
                }
            } else {
                warnings.append("authority \(authority.number) is still trusted: 'pki retire' ends a rotation")
            }
            add("authority", "\(authority.number)", authority.notAfter, authority.serial, state)
        }
        for holder in record.holders {
            let state = Self.state(holder, record, now)
            let subject = holder.subject
            let names = (subject.hosts + subject.addresses).joined(separator: ",")
            add(
                subject.role.rawValue,
                subject.name,
                holder.notAfter,
                holder.serial,
                state + (names.isEmpty ? "" : " \(names)")
            )
            guard holder.revokedAt == nil else { continue }
            if holder.notAfter < now {
                warnings.append("\(subject.name) has expired: 'pki renew \(subject.name)'")
            } else if PKI.isDue(holder.notBefore, holder.notAfter, now) {
                warnings.append("\(subject.name) has a third of its life left or less: 'pki renew \(subject.name)'")
            } else if holder.authority != record.trusted.last?.number {
                warnings.append("\(subject.name) is signed by an old authority: 'pki renew \(subject.name)'")
            }
        }
    }

    private mutating func add(_ kind: String, _ name: String, _ until: Int, _ serial: String, _ state: String) {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(width - text.count, 0))
        }
        lines.append("\(padded(kind, 9))  \(padded(name, 20))  until \(Self.date(until))  \(serial)  \(state)")
    }

    private static func state(_ holder: PKIRecord.Issued, _ record: PKIRecord, _ now: Int) -> String {
        if let revokedAt = holder.revokedAt { return "revoked \(date(revokedAt))" }
        if holder.notAfter < now { return "expired" }
        return holder.authority == record.trusted.last?.number ? "good" : "authority \(holder.authority)"
    }

    /// `2026-11-23T18:00:00Z`.
    static func date(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
