// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// What a transfer consists of, one RRset after the other.
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
        case page
        case difference(Int, part: Int)
        case last
        case done
    }

    /// The form chosen.
    package let form: Form
    /// The version that the client has afterwards.
    package let soa: RRset
    private let pages: (any TransferPages)?
    private let differences: [TransferDifference]
    private var step = Step.first
    private var page: [RRset] = []
    private var index = 0

    /// The answer to `kind` about `zone` from `source`; nil when the zone is not held.
    package init?(_ kind: TransferQuestion.Kind, of zone: Name, from source: some TransferSource) throws {
        guard let soa = try source.soa(of: zone), let serial = soa.serial else { return nil }
        self.soa = soa
        guard case .since(let known) = kind else {
            form = .whole
            pages = try source.rrsets(of: zone)
            differences = []
            return
        }
        if known == serial || SerialNumber.isNewer(known, than: serial) {
            form = .current
            pages = nil
            differences = []
        } else if let kept = try source.differences(of: zone, since: known), Self.leads(kept, from: known, to: soa) {
            form = .differences
            pages = nil
            differences = kept
        } else {
            form = .whole
            pages = try source.rrsets(of: zone)
            differences = []
        }
    }

    /// Only the SOA record, as a datagram that cannot hold more is answered (RFC 1995 2).
    package init(onlySOA soa: RRset) {
        form = .current
        self.soa = soa
        pages = nil
        differences = []
    }

    /// The next RRset; nil at the end.
    package mutating func next() throws -> RRset? {
        while true {
            switch step {
            case .first:
                step = form == .current ? .done : form == .whole ? .page : .difference(0, part: 0)
                return soa
            case .page:
                if index < page.count {
                    defer { index += 1 }
                    // The SOA stands first and last, and nowhere else.
                    if page[index].type == .soa { continue }
                    return page[index]
                }
                page = try pages?.next() ?? []
                index = 0
                if page.isEmpty { step = .last }
            case .difference(let number, let part):
                guard number < differences.count else {
                    step = .last
                    continue
                }
                if let rrset = nextOf(differences[number], number, part) { return rrset }
            case .last:
                step = .done
                return soa
            case .done:
                return nil
            }
        }
    }

    /// The next RRset of a difference; nil when a part has ended and `step` has moved on.
    private mutating func nextOf(_ difference: TransferDifference, _ number: Int, _ part: Int) -> RRset? {
        switch part {
        case 0, 2:
            index = 0
            step = .difference(number, part: part + 1)
            return part == 0 ? difference.oldSOA : difference.newSOA
        default:
            let rrsets = part == 1 ? difference.removed : difference.added
            if index < rrsets.count {
                defer { index += 1 }
                return rrsets[index]
            }
            step = part == 1 ? .difference(number, part: 2) : .difference(number + 1, part: 0)
            return nil
        }
    }

    /// Whether differences make a chain from one version to the other: a wrong one would make a wrong zone.
    private static func leads(_ differences: [TransferDifference], from known: UInt32, to soa: RRset) -> Bool {
        var serial = known
        for difference in differences {
            guard difference.oldSOA.serial == serial, let next = difference.newSOA.serial else { return false }
            serial = next
        }
        return !differences.isEmpty && differences.last?.newSOA == soa
    }
}
