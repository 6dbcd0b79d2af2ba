// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import ZoneStore

/// Collects the steps of one answer that is being explained.
final class ExplanationRecorder {
    var steps: [ExplanationStep] = []
}

/// What the resolution notes about a name, without its particulars.
enum ExplanationEvent {
    case notHosted, zone, parentZone, node, emptyNonTerminal, wildcard, emptyWildcard, noWildcard, cut, redirection
    case redirectionTooLong, alias, target, noData, proofOfTypes, proofOfAbsence, proofOfWildcardTypes
    case proofOfWildcardAbsence, proofMissing, proofOfWildcardMissing, hashCollision
}

/// Notes for an explanation: on the way of a query each costs one branch that is never taken. They are mutating since
/// the compiler copies all of a responder to read one field where it is only borrowed.
extension Responder {
    /// Notes something about the last `labels` labels of the present name.
    @inline(__always)
    mutating func note(_ event: ExplanationEvent, _ labels: Int = 0) {
        if recorder != nil { record(event, labels) }
    }

    /// Notes that the present name does not exist.
    @inline(__always)
    mutating func noteMissing(below encloser: Int) {
        if recorder != nil { recordMissing(below: encloser) }
    }

    /// Notes that a chain ends at a name: outside of the zone, or because it has been there.
    @inline(__always)
    mutating func noteEnd(_ target: UnsafeRawBufferPointer, isOutside: Bool) {
        if recorder != nil { unsafe recordEnd(target, isOutside: isOutside) }
    }

    /// Notes that a zone's hash is not taken.
    @inline(__always)
    mutating func noteIterations(_ iterations: UInt16) {
        if recorder != nil { recordIterations(iterations) }
    }

    /// Notes what became of an RRset.
    @inline(__always)
    mutating func noteRecords(_ owner: OwnerName, _ type: UInt16, _ count: Int, _ section: Section, isWritten: Bool) {
        if recorder != nil { recordRecords(owner, type, count, section, isWritten: isWritten) }
    }

    @inline(never)
    private func record(_ event: ExplanationEvent, _ labels: Int) {
        recorder?.steps.append(step(event, labels))
    }

    private func step(_ event: ExplanationEvent, _ labels: Int) -> ExplanationStep {
        switch event {
        case .notHosted: .notHosted(presentName(labels))
        case .zone: .zone(presentName(labels))
        case .parentZone: .parentZone(presentName(labels))
        case .node: .node(presentName(labels))
        case .emptyNonTerminal: .emptyNonTerminal(presentName(labels))
        case .wildcard: .wildcard(wildcard(below: labels))
        case .emptyWildcard: .emptyWildcard(wildcard(below: labels))
        case .noWildcard: .noWildcard(wildcard(below: labels))
        case .cut: .cut(presentName(labels))
        case .redirection: .redirection(presentName(labels))
        case .redirectionTooLong: .redirectionTooLong
        case .alias: .alias(presentName(labels))
        case .target: .target(presentName(labels))
        case .noData: .noData(presentName(labels), RRType(rawValue: state.type))
        case .proofOfTypes: .proofOfTypes(presentName(labels))
        case .proofOfAbsence: .proofOfAbsence(presentName(labels))
        case .proofOfWildcardTypes: .proofOfTypes(wildcard(below: labels))
        case .proofOfWildcardAbsence: .proofOfAbsence(wildcard(below: labels))
        case .proofMissing: .proofMissing(presentName(labels))
        case .proofOfWildcardMissing: .proofMissing(wildcard(below: labels))
        case .hashCollision: .hashCollision(presentName(labels))
        }
    }

    @inline(never)
    private func recordIterations(_ iterations: UInt16) {
        recorder?.steps.append(.tooManyIterations(iterations))
    }

    @inline(never)
    private func recordMissing(below encloser: Int) {
        recorder?.steps.append(.missing(presentName(key.labels), encloser: presentName(encloser)))
    }

    @inline(never)
    private func recordEnd(_ target: UnsafeRawBufferPointer, isOutside: Bool) {
        let name = unsafe Self.name(target)
        recorder?.steps.append(isOutside ? .targetOutside(name) : .targetRepeated(name))
    }

    @inline(never)
    private func recordRecords(
        _ owner: OwnerName,
        _ number: UInt16,
        _ count: Int,
        _ section: Section,
        isWritten: Bool
    ) {
        let name: Name
        if owner.offset == 0 {
            name = .root
        } else if owner.offset > 0 {
            let message = unsafe UnsafeRawBufferPointer(start: writer.base, count: writer.position)
            name = unsafe Self.name(message, at: owner.offset)
        } else {
            name = unsafe Self.name(owner.wire)
        }
        let type = RRType(rawValue: number)
        let place: ExplanationSection =
            switch section {
            case .answer: .answer
            case .authority: .authority
            case .additional: .additional
            }
        recorder?.steps.append(
            isWritten
                ? .wrote(place, owner: name, type: type, records: count)
                : .omitted(place, owner: name, type: type)
        )
    }

    /// The last `labels` labels of the present name, in the question's case.
    private func presentName(_ labels: Int) -> Name {
        guard labels > 0, labels <= key.labels else { return .root }
        return unsafe Self.name(UnsafeRawBufferPointer(rebasing: state.name[key.offset(ofLast: labels)...]))
    }

    private func wildcard(below labels: Int) -> Name {
        Name(validated: [1, 0x2A] + presentName(labels).wire)
    }

    /// The name at `offset` of octets that were checked before, which may go on behind it.
    private static func name(_ octets: UnsafeRawBufferPointer, at offset: Int = 0) -> Name {
        let copy = unsafe Array(octets)
        var reader = WireReader(copy.span)
        reader.position = offset
        return (try? reader.readName()) ?? .root
    }
}
