// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
package import DNSWire
package import ZoneStore

/// Gathers the body lines of one PUT, ZONE or DIFF into RRsets.
///
/// A bad line does not end the connection: the framing is intact, so the body is read to its end, and only this zone
/// is refused, for the reason of the first bad line.
package struct BodyAssembler: Sendable {
    /// Which lines a body holds.
    package enum Form: Sendable, Equatable {
        /// RR lines (PUT, ZONE).
        case whole
        /// `-owner TYPE` and `+RR line` (DIFF).
        case difference
    }

    /// Which lines are expected.
    package let form: Form
    /// Why the body cannot be applied.
    package private(set) var failure: ProtocolError?
    /// RRsets in the order of their lines.
    package private(set) var rrsets: [RRset] = []
    /// RRsets that a DIFF removes.
    package private(set) var removed: [RRsetKey] = []
    /// RR lines seen.
    package private(set) var added = 0
    /// Octets of the lines, LFs included.
    package private(set) var octets = 0
    private let apex: Name
    private var openSet: OpenSet?

    /// An RRset whose lines are being received.
    private struct OpenSet: Sendable {
        var owner: Name
        var type: RRType
        var ttl: UInt32
        var rdatas: [[UInt8]]
    }

    /// An assembler for a body of the zone `apex`.
    package init(form: Form, apex: Name) {
        self.form = form
        self.apex = apex
    }

    /// Takes one body line that is not the terminator.
    package mutating func append(_ line: LineBuffer.Line) {
        guard case .line(let octets) = line else {
            fail(.tooLong, "line \(added + removed.count + 1): more than \(ProtocolLimits.bodyLine) octets")
            return
        }
        self.octets += octets.count + 1
        guard failure == nil else { return }
        guard self.octets <= ProtocolLimits.body else {
            fail(.tooLong, "the body has more than \(ProtocolLimits.body) octets")
            return
        }
        switch (form, octets.first) {
        case (.whole, _): addRecord(octets[...])
        case (.difference, 0x2B): addRecord(octets.dropFirst())
        case (.difference, 0x2D): addRemoval(octets.dropFirst())
        case (.difference, _): fail(.invalidZone, "line \(lineNumber): neither '+' nor '-'")
        }
    }

    /// Ends the body; what is thrown is why the zone is refused.
    package mutating func finish(added: Int, removed: Int) throws(ProtocolError) {
        closeSet()
        if let failure { throw failure }
        guard added == self.added, removed == self.removed.count else {
            throw ProtocolError(
                .invalidZone,
                "announced \(added) RRs and \(removed) removals, came \(self.added) and \(self.removed.count)"
            )
        }
    }

    private var lineNumber: Int { added + removed.count + 1 }

    private mutating func fail(_ code: ProtocolError.Code, _ text: String) {
        if failure == nil { failure = ProtocolError(code, text) }
        // What was gathered will not be used: give the memory back at once.
        rrsets = []
        removed = []
        openSet = nil
    }

    private mutating func addRecord(_ octets: ArraySlice<UInt8>) {
        let record: ResourceRecord
        do {
            record = try ResourceRecord(line: octets)
        } catch {
            fail(.invalidZone, "line \(lineNumber): \(error)")
            return
        }
        added += 1
        guard record.rrclass == .internet, !record.type.isMeta else {
            fail(.invalidZone, "line \(added): not a record of class IN that a zone can hold")
            return
        }
        if let set = openSet, set.type == record.type, set.owner == record.owner {
            guard set.ttl == record.ttl else {
                fail(.invalidZone, "line \(added): the TTL differs within the RRset")
                return
            }
            openSet?.rdatas.append(record.rdata)
            return
        }
        closeSet()
        guard record.owner.isSubdomain(of: apex) else {
            fail(.invalidZone, "line \(added): the owner lies outside of the zone")
            return
        }
        openSet = OpenSet(owner: record.owner, type: record.type, ttl: record.ttl, rdatas: [record.rdata])
    }

    private mutating func addRemoval(_ octets: ArraySlice<UInt8>) {
        guard
            let space = octets.lastIndex(of: 0x20),
            let type = RRType(mnemonic: String(decoding: octets[(space + 1)...], as: UTF8.self)),
            let owner = try? Name(text: octets[..<space], origin: nil)
        else {
            fail(.invalidZone, "line \(lineNumber): not `-owner TYPE`")
            return
        }
        removed.append(RRsetKey(owner: owner, type: type))
    }

    /// The lines of one RRset ended.
    private mutating func closeSet() {
        guard let set = openSet else { return }
        openSet = nil
        rrsets.append(RRset(owner: set.owner, type: set.type, ttl: set.ttl, rdatas: set.rdatas))
    }
}
