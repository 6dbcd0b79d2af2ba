// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// What stands at the names that a change touches, as far as the rules between records need to know.
package struct ZoneState: Sendable {
    private struct Key: Hashable {
        var name: String
        var type: RRType
        var rdata: [UInt8]
    }

    private var present: Set<Key> = []
    private var counts: [String: [RRType: Int]] = [:]

    package init() {}

    /// How many records of a type stand at a name.
    package func count(_ type: RRType, at name: String) -> Int {
        counts[name]?[type] ?? 0
    }

    /// Whether exactly this record is there.
    package func contains(name: String, type: RRType, rdata: [UInt8]) -> Bool {
        present.contains(Key(name: name, type: type, rdata: rdata))
    }

    /// Puts a record there without asking the rules.
    package mutating func insert(name: String, type: RRType, rdata: [UInt8]) {
        if present.insert(Key(name: name, type: type, rdata: rdata)).inserted {
            counts[name, default: [:]][type, default: 0] += 1
        }
    }

    /// Takes a record away.
    package mutating func remove(name: String, type: RRType, rdata: [UInt8]) {
        if present.remove(Key(name: name, type: type, rdata: rdata)) != nil {
            counts[name]?[type, default: 1] -= 1
        }
    }

    /// Puts a new record there if the rules between records allow it.
    ///
    /// - Throws: `ValidationErrors` for `base`.
    package mutating func add(_ draft: RecordDraft) throws(ValidationErrors) {
        guard !contains(name: draft.name, type: draft.type, rdata: draft.rdata) else {
            throw ValidationErrors("base", "Zone record already exists")
        }
        if RecordTypePolicy.isSingleton(draft.type), count(draft.type, at: draft.name) > 0 {
            throw ValidationErrors("base", "A name can have only one \(draft.type.apiName) record")
        }
        if draft.type == .cname, hasDataBesideCNAME(draft.name) {
            throw ValidationErrors("base", "CNAME records cannot coexist with other records of the same name")
        }
        if !RecordTypePolicy.mayStandBesideCNAME(draft.type), draft.type != .cname, count(.cname, at: draft.name) > 0 {
            throw ValidationErrors("base", "The name has a CNAME record, which cannot coexist with other records")
        }
        // A pool is answered with a CNAME, too, and only other members of the pool may stand beside it.
        let others = counts[draft.name]?.filter { $0.key != .pool && $0.value > 0 } ?? [:]
        if draft.type == .pool ? !others.isEmpty : count(.pool, at: draft.name) > 0 {
            throw ValidationErrors("base", "POOL records cannot coexist with other records of the same name")
        }
        insert(name: draft.name, type: draft.type, rdata: draft.rdata)
    }

    /// The fault of a new record that only the finished change can tell.
    package func finalFault(of draft: RecordDraft) -> ValidationErrors? {
        guard draft.type == .ds, count(.ns, at: draft.name) == 0 else {
            return nil
        }
        return ValidationErrors("base", "DS records need NS records of the same name")
    }

    private func hasDataBesideCNAME(_ name: String) -> Bool {
        counts[name]?.contains { type, count in
            count > 0 && type != .cname && !RecordTypePolicy.mayStandBesideCNAME(type)
        } ?? false
    }
}
