// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Codes of Extended DNS Errors (RFC 8914 4, and the IANA registry for the later ones).
///
/// Only what an authoritative server knows to be true is said; none has a text, since texts go to strangers.
enum ExtendedError {
    /// No code at all; not a number of the registry.
    static let none: UInt16 = 0xFFFF
    /// The server cannot serve yet: no snapshot of the replica can be opened.
    static let notReady: UInt16 = 14
    /// A transfer that this client may not have.
    static let prohibited: UInt16 = 18
    /// The name lies in no zone that is held.
    static let notAuthoritative: UInt16 = 20
    /// An opcode or a type that this server does not answer: NOTIMP.
    static let notSupported: UInt16 = 21
    /// The zone is held, but what is stored of it is damaged.
    static let invalidData: UInt16 = 24
    /// The zone's NSEC3 records have more iterations than are computed (RFC 9276 3.2).
    static let unsupportedNSEC3Iterations: UInt16 = 27
    /// The type is none that can be asked for (RFC 9824 3.5).
    static let invalidQueryType: UInt16 = 30
}

/// Codes of EDNS options.
enum OptionCode {
    static let nameServerIdentifier: UInt16 = 3
    static let cookie: UInt16 = 10
    static let keepalive: UInt16 = 11
    static let padding: UInt16 = 12
    static let extendedError: UInt16 = 15
}
