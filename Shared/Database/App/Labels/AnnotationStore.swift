// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// The notes and labels of an account's domains and records, each change with its audit row. They are no part of what is
/// answered: zones keep their versions and the times of their changes.
package struct AnnotationStore: Sendable {
    /// What a client wants to be so.
    package enum Change: Hashable, Sendable {
        case note(Note)
        case labels(LabelSet)
    }

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The note and labels of a domain or record.
    ///
    /// - Throws: `NotFound` (domain, zone, record).
    package func annotations(of subject: AnnotationSubject, account: Int64) async throws -> Annotations {
        try await Self.find(subject, account: account, in: pool, lock: "").annotations
    }

    /// Makes a note or the labels what they are to be; what is so already leaves no trace.
    ///
    /// - Throws: `NotFound` (domain, zone, record), `PreconditionFailed`, `PermissionDenied`.
    package func set(
        _ change: Change,
        of subject: AnnotationSubject,
        account: Account,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> Annotations {
        try await pool.withTransaction { transaction in
            let (name, before) = try await Self.find(
                subject,
                account: account.id,
                in: transaction,
                lock: "FOR NO KEY UPDATE OF t"
            )
            var after = before
            switch change {
            case .note(let note):
                try precondition?.check(before.noteTag, of: "note")
                after.note = note
            case .labels(let labels):
                try precondition?.check(before.labelsTag, of: "labels")
                after.labels = labels
            }
            if after != before {
                try await Self.write(after, of: subject, in: transaction)
                try await AccountBook.record(
                    Self.entry(change, subject, name, before, after, account, context),
                    in: transaction
                )
            }
            return after
        }
    }

    private static func write(
        _ annotations: Annotations,
        of subject: AnnotationSubject,
        in transaction: PostgresTransaction
    ) async throws {
        let table: PostgresQuery =
            switch subject {
            case .domain: "app.domain"
            case .record: "app.record"
            }
        try await transaction.execute(
            """
            UPDATE \(table) SET note = \(annotations.note.text), labels = \(annotations.labels.column)
            WHERE id = \(annotations.id)
            """
        )
    }

    private static func entry(
        _ change: Change,
        _ subject: AnnotationSubject,
        _ name: String,
        _ before: Annotations,
        _ after: Annotations,
        _ account: Account,
        _ context: ChangeContext
    ) -> AccountChange {
        let (kind, old, new): (String, String, String) =
            switch change {
            case .note: ("note", JSONWriter.text(of: before.note), JSONWriter.text(of: after.note))
            case .labels: ("labels", JSONWriter.text(of: before.labels), JSONWriter.text(of: after.labels))
            }
        return AccountChange(
            account: account,
            action: "\(subject.action).\(kind)",
            subject: name,
            before: old,
            after: new,
            context: context
        )
    }

    /// The annotations, and what the audit calls their subject. The row that has them is `t`.
    private static func find(
        _ subject: AnnotationSubject,
        account: Int64,
        in database: some PostgresQuerying,
        lock: PostgresQuery
    ) async throws -> (subject: String, annotations: Annotations) {
        switch subject {
        case .domain(let identifier):
            let rows = try await database.query(
                """
                SELECT t.id, t.name, \(LabelSet.columns(of: "t"))
                FROM app.domain AS t WHERE t.account_id = \(account) AND \(identifier.condition(of: "t")) \(lock)
                """
            )
            guard let row = rows.first else {
                throw NotFound(.domain, identifier.description)
            }
            return (try row.decode("name"), try Annotations(row: row))
        case .record(let id, let identifier):
            let rows = try await database.query(
                """
                SELECT t.id, z.name, \(LabelSet.columns(of: "t"))
                FROM app.zone AS z JOIN app.record AS t ON t.zone_id = z.id AND t.id = \(id)
                WHERE z.account_id = \(account) AND \(identifier.condition(of: "z")) \(lock)
                """
            )
            guard let row = rows.first else {
                let zones = try await database.query(
                    "SELECT 1 FROM app.zone AS z WHERE z.account_id = \(account) AND \(identifier.condition(of: "z"))"
                )
                throw zones.isEmpty ? NotFound(.zone, identifier.description) : NotFound(.record, String(id))
            }
            return ("\(try row.decode("name", as: String.self))/\(id)", try Annotations(row: row))
        }
    }
}

extension Annotations {
    init(row: PostgresRow) throws {
        self.init(id: try row.decode("id"), note: try Note(row: row), labels: try LabelSet(row: row))
    }
}
