// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Numbers of types that the engine treats apart.
///
/// Plain constants of this module, which the compiler folds: `RRType` values of another module would be loads.
enum TypeNumber {
    static let a: UInt16 = 1
    static let ns: UInt16 = 2
    static let md: UInt16 = 3
    static let mf: UInt16 = 4
    static let cname: UInt16 = 5
    static let soa: UInt16 = 6
    static let mb: UInt16 = 7
    static let mg: UInt16 = 8
    static let mr: UInt16 = 9
    static let ptr: UInt16 = 12
    static let minfo: UInt16 = 14
    static let mx: UInt16 = 15
    static let txt: UInt16 = 16
    static let afsdb: UInt16 = 18
    static let rt: UInt16 = 21
    static let aaaa: UInt16 = 28
    static let srv: UInt16 = 33
    static let naptr: UInt16 = 35
    static let kx: UInt16 = 36
    static let dname: UInt16 = 39
    static let opt: UInt16 = 41
    static let ds: UInt16 = 43
    static let rrsig: UInt16 = 46
    static let nsec: UInt16 = 47
    static let dnskey: UInt16 = 48
    static let nsec3: UInt16 = 50
    static let svcb: UInt16 = 64
    static let https: UInt16 = 65
    static let nxname: UInt16 = 128
    static let tkey: UInt16 = 249
    static let tsig: UInt16 = 250
    static let ixfr: UInt16 = 251
    static let axfr: UInt16 = 252
    static let mailb: UInt16 = 253
    static let maila: UInt16 = 254
    static let any: UInt16 = 255
}

/// Numbers of classes.
enum ClassNumber {
    static let internet: UInt16 = 1
    static let chaos: UInt16 = 3
    static let any: UInt16 = 255
}

/// Response codes, the extended ones included (RFC 6895 2.3).
enum ResponseCode {
    static let noError: UInt16 = 0
    static let formatError: UInt16 = 1
    static let serverFailure: UInt16 = 2
    static let nameError: UInt16 = 3
    static let notImplemented: UInt16 = 4
    static let refused: UInt16 = 5
    static let nameTooLong: UInt16 = 6
    static let notAuthoritative: UInt16 = 9
    static let badVersion: UInt16 = 16
    static let badCookie: UInt16 = 23
}

/// Opcodes that are told apart (RFC 6895 2.2).
enum OpcodeNumber {
    static let query: UInt16 = 0
    static let notify: UInt16 = 4
    static let update: UInt16 = 5
}

/// Errors of TSIG records (RFC 8945 3).
enum SignatureError {
    static let badKey: UInt16 = 17
}

/// Bits of the header's second word (RFC 1035 4.1.1).
enum HeaderFlag {
    static let response: UInt16 = 0x8000
    static let authoritative: UInt16 = 0x0400
    static let truncated: UInt16 = 0x0200
    static let recursionDesired: UInt16 = 0x0100
    static let opcodeMask: UInt16 = 0x7800
}

/// Octets of the parts of a message that have a fixed size.
enum MessageSize {
    static let header = 12
    static let recordHeader = 10
    static let opt = 11
    static let smallestPayload = 512
    /// Room for a header, the longest question, an OPT record and what little may be left out of neither.
    static let smallestRoom = 300
}
