// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// What a note or labels stand beside.
package enum AnnotationSubject: Hashable, Sendable {
    case domain(ResourceIdentifier)
    case record(id: Int64, zone: ResourceIdentifier)

    /// The beginning of the audit's actions.
    var action: String {
        switch self {
        case .domain: "domain"
        case .record: "zone_record"
        }
    }
}

/// The note and the labels of one domain or record.
package struct Annotations: Hashable, Sendable {
    /// Of the domain or record.
    package let id: Int64
    package var note: Note
    package var labels: LabelSet

    package var noteTag: EntityTag {
        EntityTag(note, of: id)
    }

    package var labelsTag: EntityTag {
        EntityTag(labels, of: id)
    }
}

extension Note {
    init(row: PostgresRow) throws {
        self.init(try row.decode("note", as: String?.self))
    }
}

extension LabelSet {
    /// The column of `table`, a literal of the program, as two lists in the same order.
    static func columns(of table: StaticString) -> PostgresQuery {
        """
        \(unescaped: "\(table)").note,
        ARRAY(SELECT e.key FROM jsonb_each_text(\(unescaped: "\(table)").labels) AS e ORDER BY e.key COLLATE "C")
            AS label_keys,
        ARRAY(SELECT e.value FROM jsonb_each_text(\(unescaped: "\(table)").labels) AS e ORDER BY e.key COLLATE "C")
            AS label_values
        """
    }

    init(row: PostgresRow) throws {
        let keys: [String] = try row.decode("label_keys")
        let values: [String] = try row.decode("label_values")
        self.init(Dictionary(zip(keys, values)) { first, _ in first })
    }

    /// The value of the column: NULL where there are none.
    var column: PostgresQuery {
        guard !isEmpty else {
            return "NULL"
        }
        let pairs = values.sorted { $0.key < $1.key }
        return "jsonb_object(\(pairs.map(\.key))::text[], \(pairs.map(\.value))::text[])"
    }
}

extension LabelSelector {
    /// Conditions on the column `labels`.
    var conditions: [PostgresQuery] {
        var conditions: [PostgresQuery] = []
        if !keys.isEmpty {
            conditions.append("labels ?& \(keys)::text[]")
        }
        if !values.isEmpty {
            let pairs = values.sorted { $0.key < $1.key }
            conditions.append("labels @> jsonb_object(\(pairs.map(\.key))::text[], \(pairs.map(\.value))::text[])")
        }
        return conditions
    }
}
