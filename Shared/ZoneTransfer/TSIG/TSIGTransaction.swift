// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The answering side of a request whose signature was good: signs each message of the response (RFC 8945 5.3).
package struct TSIGTransaction: Sendable {
    /// The key of the request.
    package let key: TSIGKey
    private let originalID: UInt16
    private var previousMAC: [UInt8]
    private var isFirst = true

    init(key: TSIGKey, request: TSIGRecord) {
        self.key = key
        originalID = request.originalID
        previousMAC = request.mac
    }

    /// The octets that a signature adds to a message.
    package var signatureLength: Int { record(timeSigned: 0).length + key.algorithm.macLength }

    /// Signs the next message of the response.
    ///
    /// - Parameter now: seconds since 1970.
    package mutating func sign(_ message: inout [UInt8], now: UInt64) {
        sign(&message, record(timeSigned: now))
    }

    /// Signs the response that says that something was wrong with the request's signature.
    mutating func sign(_ message: inout [UInt8], _ record: TSIGRecord) {
        var record = record
        var covered: [UInt8] = []
        covered.reserveCapacity(message.count + 256)
        covered.appendNumber(UInt16(truncatingIfNeeded: previousMAC.count))
        covered += previousMAC
        let start = covered.count
        covered += message
        covered.setNumber(originalID, at: start)
        // The first message covers all of the record, the later ones only the times.
        if isFirst { record.appendVariables(to: &covered) } else { record.appendTimers(to: &covered) }
        record.mac = key.mac(of: covered)
        record.append(to: &message)
        previousMAC = record.mac
        isFirst = false
    }

    private func record(timeSigned: UInt64) -> TSIGRecord {
        TSIGRecord(
            keyName: key.name,
            algorithmName: key.algorithm.name,
            timeSigned: timeSigned,
            fudge: TSIGRecord.usualFudge,
            mac: [],
            originalID: originalID,
            error: .none,
            otherData: []
        )
    }
}
