// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// The asking side of a signed transaction: signs the request, then checks the response, of however many messages.
package struct TSIGClient: Sendable {
    /// How many messages in a row may come unsigned (RFC 8945 5.3.1).
    static let mostUnsigned = 99

    private let key: TSIGKey
    private var previousMAC: [UInt8] = []
    private var pending: [UInt8] = []
    private var unsigned = 0
    private var isFirst = true

    /// A transaction with `key`.
    package init(key: TSIGKey) {
        self.key = key
    }

    /// Signs the request.
    ///
    /// - Parameter now: seconds since 1970.
    package mutating func sign(_ request: inout [UInt8], now: UInt64) {
        var record = TSIGRecord(
            keyName: key.name,
            algorithmName: key.algorithm.name,
            timeSigned: now,
            fudge: TSIGRecord.usualFudge,
            mac: [],
            originalID: request.number(at: 0),
            error: .none,
            otherData: []
        )
        var covered = request
        record.appendVariables(to: &covered)
        record.mac = key.mac(of: covered)
        record.append(to: &request)
        self = TSIGClient(key: key)
        previousMAC = record.mac
    }

    /// Checks the next message of the response and gives it back without its signature.
    ///
    /// Some messages behind the first may be unsigned; what they hold counts only once `isComplete` says so.
    package mutating func verify(_ message: [UInt8], now: UInt64) throws(TSIGFailure) -> [UInt8] {
        let signed: SignedMessage
        do throws(WireError) {
            signed = try SignedMessage(message)
        } catch {
            throw .malformed(error)
        }
        guard let tsig = signed.tsig else {
            guard !isFirst, unsigned < Self.mostUnsigned else { throw .unsigned }
            unsigned += 1
            pending += signed.body
            return signed.body
        }
        guard tsig.keyName == key.name, tsig.algorithmName == key.algorithm.name else { throw .otherKey }
        if tsig.mac.isEmpty, tsig.error != .none { throw .reported(tsig.error, serverTime: nil) }
        guard tsig.mac.count >= key.leastMACLength else { throw .badMAC }
        guard isValid(tsig, signed.body) else { throw .badMAC }
        if tsig.error != .none { throw .reported(tsig.error, serverTime: tsig.serverTime) }
        let distance = now > tsig.timeSigned ? now - tsig.timeSigned : tsig.timeSigned - now
        guard distance <= UInt64(tsig.fudge) else { throw .badTime }
        previousMAC = tsig.mac
        pending = []
        unsigned = 0
        isFirst = false
        return signed.body
    }

    /// Whether all that was verified so far is covered by a signature: must be so behind the last message.
    package var isComplete: Bool { !isFirst && unsigned == 0 }

    private func isValid(_ tsig: TSIGRecord, _ body: [UInt8]) -> Bool {
        var covered: [UInt8] = []
        covered.reserveCapacity(pending.count + body.count + 256)
        covered.appendNumber(UInt16(truncatingIfNeeded: previousMAC.count))
        covered += previousMAC
        covered += pending
        covered += body
        if isFirst { tsig.appendVariables(to: &covered) } else { tsig.appendTimers(to: &covered) }
        return key.isValid(tsig.mac, of: covered)
    }
}

/// Why a response's signature does not hold.
package enum TSIGFailure: Error, Sendable, Hashable {
    /// The message cannot be read, or its TSIG record is in the wrong place.
    case malformed(WireError)
    /// There is no signature where there must be one.
    case unsigned
    /// It is of another key or algorithm.
    case otherKey
    /// The MAC is wrong or too short.
    case badMAC
    /// It was signed too long ago, or in the future.
    case badTime
    /// The server could not take the request's signature; with BADTIME its time, in seconds since 1970.
    case reported(TSIGError, serverTime: UInt64?)
}
