// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// The owners of NSEC3 records: a hash of 20 octets as one label of base32hex (RFC 5155 1.3, RFC 4648 7).
enum HashedOwner {
    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuv".utf8)

    /// The hash that the first label of a name writes, or nil when it writes none.
    static func hash(of owner: Name) -> [UInt8]? {
        guard owner.wire[0] == 32 else {
            return nil
        }
        var hash: [UInt8] = []
        var bits = 0
        var count = 0
        for octet in owner.wire[1...32] {
            guard let value = alphabet.firstIndex(of: CaseFolding.lower(octet)) else {
                return nil
            }
            bits = bits << 5 | value
            count += 5
            if count >= 8 {
                count -= 8
                hash.append(UInt8(bits >> count))
                bits &= 1 << count - 1
            }
        }
        return hash
    }

    /// The label of a hash.
    static func text(_ hash: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits = 0
        var count = 0
        for octet in hash {
            bits = bits << 8 | Int(octet)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[bits >> count])
                bits &= 1 << count - 1
            }
        }
        if count > 0 {
            text.append(alphabet[bits << (5 - count)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
