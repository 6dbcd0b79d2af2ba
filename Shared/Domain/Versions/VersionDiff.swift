// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What became of a zone's records between two of its versions, all steps in between added up.
package struct VersionDiff: Hashable, Sendable {
    /// One step of the history: a record that came, changed or went.
    package struct Step: Hashable, Sendable {
        /// The record before; nil where it came.
        package var before: HistoricRecord?
        /// The record after; nil where it went.
        package var after: HistoricRecord?

        package init(before: HistoricRecord?, after: HistoricRecord?) {
            self.before = before
            self.after = after
        }
    }

    /// A record before and after.
    package struct Update: Hashable, Sendable {
        package var before: HistoricRecord
        package var after: HistoricRecord
    }

    package private(set) var creates: [HistoricRecord] = []
    package private(set) var updates: [Update] = []
    package private(set) var deletes: [HistoricRecord] = []

    /// Adds `steps` up, which are in the order in which they happened. The lists are in the order of ids.
    package init(_ steps: [Step]) {
        var first: [Int64: HistoricRecord?] = [:]
        var last: [Int64: HistoricRecord?] = [:]
        for step in steps {
            guard let id = (step.before ?? step.after)?.id else {
                continue
            }
            if first[id] == nil {
                first.updateValue(step.before, forKey: id)
            }
            last.updateValue(step.after, forKey: id)
        }
        for id in first.keys.sorted() {
            switch (first[id] ?? nil, last[id] ?? nil) {
            case (let before?, let after?):
                if before != after {
                    updates.append(Update(before: before, after: after))
                }
            case (nil, let after?): creates.append(after)
            case (let before?, nil): deletes.append(before)
            case (nil, nil): break
            }
        }
        cancel()
    }

    /// The way back.
    package var inverted: VersionDiff {
        var inverse = self
        (inverse.creates, inverse.deletes) = (deletes, creates)
        inverse.updates = updates.map { Update(before: $0.after, after: $0.before) }
        return inverse
    }

    /// Whether the versions have the same records.
    package var isEmpty: Bool {
        creates.isEmpty && updates.isEmpty && deletes.isEmpty
    }

    /// The same without SOA records, which the platform numbers.
    package var withoutSOA: VersionDiff {
        var diff = self
        diff.creates.removeAll { $0.type == "SOA" }
        diff.updates.removeAll { $0.before.type == "SOA" }
        diff.deletes.removeAll { $0.type == "SOA" }
        return diff
    }

    /// Takes records out that went and came again as they were, under another id.
    private mutating func cancel() {
        var gone: [HistoricRecord: Int] = [:]
        for record in deletes {
            gone[Self.anonymous(record), default: 0] += 1
        }
        var returned: [HistoricRecord: Int] = [:]
        creates.removeAll { record in
            let key = Self.anonymous(record)
            guard let count = gone[key], count > 0 else {
                return false
            }
            gone[key] = count - 1
            returned[key, default: 0] += 1
            return true
        }
        deletes.removeAll { record in
            let key = Self.anonymous(record)
            guard let count = returned[key], count > 0 else {
                return false
            }
            returned[key] = count - 1
            return true
        }
    }

    private static func anonymous(_ record: HistoricRecord) -> HistoricRecord {
        var copy = record
        copy.id = 0
        return copy
    }
}

extension VersionDiff: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("creates", creates)
            json.array("updates") { json in
                for update in updates {
                    json.object { json in
                        json.member("before", update.before)
                        json.member("after", update.after)
                    }
                }
            }
            json.member("deletes", deletes)
        }
    }
}
