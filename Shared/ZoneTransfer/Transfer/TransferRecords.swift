// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// What a transfer consists of, in its order.
///
///     whole zone       SOA · all else · SOA                                               (RFC 5936 2.2)
///     differences      SOA · { old SOA · what goes · new SOA · what comes } … · SOA       (RFC 1995 4)
///     nothing newer    SOA
package struct TransferRecords {
    /// In which form a request is answered.
    package enum Form: String, Sendable, CaseIterable {
        /// The whole zone.
        case whole = "axfr"
        /// Differences.
        case differences = "ixfr"
        /// Only the SOA record: the client has this version or a newer one.
        case current = "current"
    }

    private enum Step {
        case first
        case contents
        case difference
        case part(Part)
        case last
        case done
    }

    /// The parts of a difference in their order.
    private enum Part {
        case oldSOA
        case removed
        case newSOA
        case added
    }

    /// The form chosen.
    package let form: Form
    /// The version that the client has afterwards.
    package let soa: RRset
    private let contents: (any TransferContents)?
    private let differences: (any TransferDifferences)?
    private var difference: TransferDifference?
    /// The version that the client has at this point.
    private var reached: UInt32
    private var step = Step.first
    private var index = 0
    /// An RRset that is not written whole yet, and how many of its records are.
    private var pending: RRset?
    private var written = 0

    /// The answer to `kind` about `zone` from `source`; nil when the zone is not held.
    ///
    /// - Parameter octets: about how large differences may be at most; larger ones give way to the whole zone.
    package init?(
        _ kind: TransferQuestion.Kind,
        of zone: Name,
        from source: some TransferSource,
        octets: Int = .max
    ) throws {
        guard let soa = try source.soa(of: zone), let serial = soa.serial else { return nil }
        self.soa = soa
        reached = serial
        guard case .since(let known) = kind else {
            form = .whole
            contents = try source.records(of: zone)
            differences = nil
            return
        }
        if known == serial || SerialNumber.isNewer(known, than: serial) {
            form = .current
            contents = nil
            differences = nil
        } else if let kept = try source.differences(of: zone, since: known, octets: octets) {
            form = .differences
            contents = nil
            differences = kept
            reached = known
        } else {
            form = .whole
            contents = try source.records(of: zone)
            differences = nil
        }
    }

    /// Only the SOA record, as a datagram that cannot hold more is answered (RFC 1995 2).
    package init(onlySOA soa: RRset) {
        form = .current
        self.soa = soa
        reached = soa.serial ?? 0
        contents = nil
        differences = nil
    }

    /// Whether all is written.
    package var isOver: Bool {
        if case .done = step { return pending == nil }
        return false
    }

    /// Writes what comes next, until the message is full.
    ///
    /// Throws what the source throws, ``TransferGap`` for differences that do not fit together, and `WireError` for a
    /// record that no message can hold.
    mutating func write(to message: inout TransferPacker) throws {
        while true {
            if let rrset = pending {
                guard try message.append(rrset, apex: soa.owner, written: &written) else { return }
                pending = nil
            }
            written = 0
            switch step {
            case .first:
                step = form == .current ? .done : form == .whole ? .contents : .difference
                pending = soa
            case .contents:
                guard try contents?.write(to: &message) ?? true else { return }
                step = .last
            case .difference:
                difference = try differences?.next()
                try checkChain()
                step = difference == nil ? .last : .part(.oldSOA)
            case .part(let part):
                pending = difference.flatMap { nextOf($0, part) }
            case .last:
                step = .done
                pending = soa
            case .done:
                return
            }
        }
    }

    /// The next RRset of a list; nil at its end, for the next list to begin at its start.
    private mutating func nextOf(_ rrsets: [RRset]) -> RRset? {
        guard index < rrsets.count else {
            index = 0
            return nil
        }
        defer { index += 1 }
        return rrsets[index]
    }

    /// The next RRset of a part of a difference; nil at its end, when `step` has moved on.
    private mutating func nextOf(_ difference: TransferDifference, _ part: Part) -> RRset? {
        switch part {
        case .oldSOA:
            step = .part(.removed)
            return difference.oldSOA
        case .newSOA:
            step = .part(.added)
            return difference.newSOA
        case .removed:
            if let rrset = nextOf(difference.removed) { return rrset }
            step = .part(.newSOA)
        case .added:
            if let rrset = nextOf(difference.added) { return rrset }
            step = .difference
        }
        return nil
    }

    /// Whether the next difference begins where the last one ended, and the last one ends with the version held: a wrong
    /// chain would make a wrong zone.
    private mutating func checkChain() throws(TransferGap) {
        guard let difference else {
            guard reached == soa.serial else { throw TransferGap(serial: reached) }
            return
        }
        guard difference.oldSOA.serial == reached, let next = difference.newSOA.serial else {
            throw TransferGap(serial: reached)
        }
        reached = next
    }
}

/// The differences kept do not lead on from a version.
package struct TransferGap: Error, Hashable, CustomStringConvertible {
    /// The version.
    package let serial: UInt32

    /// What is wrong, in words.
    package var description: String { "the differences kept do not lead on from serial \(serial)" }
}
