// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// One thing that was found out, decided or written on the way to an answer.
package enum ExplanationStep: Sendable, Hashable {
    /// No zone that is served has this name.
    case notHosted(Name)
    /// The zone with this apex answers.
    case zone(Name)
    /// The question is for the DS records of a zone's apex: its parent, the zone with this apex, answers (RFC 4035
    /// 3.1.4.1).
    case parentZone(Name)
    /// There are records at the name.
    case node(Name)
    /// There are records below the name, but none at it (RFC 4592 2.2.2).
    case emptyNonTerminal(Name)
    /// The name does not exist; `encloser` is the closest name above it that does (RFC 4592 3.3.1).
    case missing(Name, encloser: Name)
    /// The wildcard stands for the name (RFC 4592 3.3).
    case wildcard(Name)
    /// The wildcard stands for the name, but has no records: only names below it have.
    case emptyWildcard(Name)
    /// The closest encloser has no wildcard below it, so nothing stands for the name.
    case noWildcard(Name)
    /// At this name a delegation begins: everything at and below it is referred to its name servers (RFC 1034 4.2.1).
    case cut(Name)
    /// At this name a DNAME redirects everything below it (RFC 6672 3.2).
    case redirection(Name)
    /// The redirected name would be longer than 255 octets.
    case redirectionTooLong
    /// At this name there is a CNAME instead of the type asked for.
    case alias(Name)
    /// The answer goes on at the name that a CNAME or DNAME leads to.
    case target(Name)
    /// The name that a CNAME or DNAME leads to is not in the zone: the answer ends there.
    case targetOutside(Name)
    /// The name that a CNAME or DNAME leads to was passed before, or too many were followed: the answer ends there.
    case targetRepeated(Name)
    /// The name exists, but has no records of the type.
    case noData(Name, RRType)
    /// It is to be proved that this name does not exist: the record that follows covers it.
    case proofOfAbsence(Name)
    /// It is to be proved what types this name has: the record that follows is its own.
    case proofOfTypes(Name)
    /// The record that would prove something about this name is not in the zone.
    case proofMissing(Name)
    /// The hash of a name that does not exist is that of one that does (RFC 5155 7.2.9).
    case hashCollision(Name)
    /// The zone wants more iterations of its hash than are made for an answer.
    case tooManyIterations(UInt16)
    /// The replica could not be read, or what it holds there is damaged.
    case unreadable
    /// An RRset was written, with its signatures if it has some and they were asked for.
    case wrote(ExplanationSection, owner: Name, type: RRType, records: Int)
    /// An RRset did not fit.
    case omitted(ExplanationSection, owner: Name, type: RRType)
}

/// A section of a response (RFC 1035 4.1).
package enum ExplanationSection: String, Sendable, Hashable {
    /// The answer section.
    case answer
    /// The authority section.
    case authority
    /// The additional section.
    case additional
}
