// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What a signature says of itself (RFC 4034 3.1), without the signature.
struct SignatureFields: Sendable {
    let covered: RRType
    let keyTag: UInt16
    let algorithm: UInt8
    /// The labels of the owner that was signed, the root and a leading `*` not counted.
    let labelCount: Int
    let signer: Name
    private let inception: UInt32
    private let expiration: UInt32

    /// Nil for octets that are no RRSIG.
    init?(rdata: [UInt8]) {
        guard let fields = try? RData.RRSIG(rdata: rdata) else {
            return nil
        }
        (covered, keyTag, algorithm) = (fields.typeCovered, fields.keyTag, fields.algorithm)
        (labelCount, signer) = (Int(fields.labelCount), fields.signerName)
        (inception, expiration) = (fields.inception, fields.expiration)
    }

    /// Seconds from `now` to the end of validity, below zero when it is over. Times go round (RFC 4034 3.1.5).
    func secondsLeft(at now: Timestamp) -> Int64 {
        Self.distance(from: now, to: expiration)
    }

    /// Seconds from `now` to the begin of validity, zero or less when it has begun.
    func secondsToBegin(at now: Timestamp) -> Int64 {
        Self.distance(from: now, to: inception)
    }

    private static func distance(from now: Timestamp, to time: UInt32) -> Int64 {
        Int64(Int32(bitPattern: time &- UInt32(truncatingIfNeeded: now.seconds)))
    }
}
