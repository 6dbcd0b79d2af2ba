// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// The keys that a server knows, and how it judges a signed request (RFC 8945 5.2).
package struct TSIGKeyring: Sendable {
    private let keys: [Name: TSIGKey]

    /// A ring of keys; of two with one name the last counts.
    package init(_ keys: [TSIGKey] = []) {
        self.keys = Dictionary(keys.map { ($0.name, $0) }) { $1 }
    }

    /// The key of a name.
    package subscript(name: Name) -> TSIGKey? { keys[name] }

    /// Judges a request in the order of RFC 8945 5.2: key, MAC, time, length of the MAC.
    ///
    /// - Parameter now: seconds since 1970.
    package func judge(_ request: SignedMessage, now: UInt64) -> TSIGVerdict {
        guard let tsig = request.tsig else { return .unsigned }
        guard let key = keys[tsig.keyName], TSIGAlgorithm(name: tsig.algorithmName) == key.algorithm else {
            return .rejected(TSIGRejection(.badKey, request: tsig))
        }
        // 5.2.2.1: too long or too short to be a MAC of the algorithm at all.
        guard key.algorithm.shortestMACLength...key.algorithm.macLength ~= tsig.mac.count else { return .malformed }
        var covered = request.body
        tsig.appendVariables(to: &covered)
        guard key.isValid(tsig.mac, of: covered) else {
            return .rejected(TSIGRejection(.badSignature, request: tsig))
        }
        let transaction = TSIGTransaction(key: key, request: tsig)
        let distance = now > tsig.timeSigned ? now - tsig.timeSigned : tsig.timeSigned - now
        guard distance <= UInt64(tsig.fudge) else {
            return .rejected(TSIGRejection(.badTime, request: tsig, transaction: transaction, now: now))
        }
        guard tsig.mac.count >= key.leastMACLength else {
            return .rejected(TSIGRejection(.badTruncation, request: tsig, transaction: transaction, now: now))
        }
        return .valid(transaction)
    }
}

/// What a server makes of a request's signature.
package enum TSIGVerdict: Sendable {
    /// There is none.
    case unsigned
    /// It is good: the response is signed by this.
    case valid(TSIGTransaction)
    /// The response is NOTAUTH with a TSIG record that says why.
    case rejected(TSIGRejection)
    /// The response is FORMERR.
    case malformed
}

/// How a bad signature is told to its sender (RFC 8945 5.3.2).
package struct TSIGRejection: Sendable {
    /// What is wrong.
    package let error: TSIGError
    private let record: TSIGRecord
    private let transaction: TSIGTransaction?

    /// - Parameter transaction: signs the response; nil for BADKEY and BADSIG, which must not be signed.
    init(_ error: TSIGError, request: TSIGRecord, transaction: TSIGTransaction? = nil, now: UInt64 = 0) {
        self.error = error
        self.transaction = transaction
        var record = request
        record.mac = []
        record.error = error
        record.otherData = []
        if error == .badTime {
            // 5.2.3: the client's time stays, so that it can check the signature; the server's is in the data.
            record.otherData.appendNumber(UInt16(truncatingIfNeeded: now >> 32))
            record.otherData.appendNumber(UInt32(truncatingIfNeeded: now))
        } else if transaction != nil {
            record.timeSigned = now
            record.fudge = TSIGRecord.usualFudge
        }
        self.record = record
    }

    /// Appends the TSIG record to the response, whose code is to be NOTAUTH.
    package func append(to response: inout [UInt8]) {
        if var transaction {
            transaction.sign(&response, record)
        } else {
            record.append(to: &response)
        }
    }
}
