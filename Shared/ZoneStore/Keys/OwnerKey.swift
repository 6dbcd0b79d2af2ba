// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Names as keys whose bytewise order is the canonical order of RFC 4034 6.1.
///
/// The labels stand in reverse, in lower case, each closed by a zero octet. A zero octet within a label becomes `01 01`
/// and a one `01 02`, so that the closing octet sorts before every other and no label is another's prefix.
@usableFromInline
package enum OwnerKey {
    /// The longest key that LMDB takes.
    package static let maximumLength = 511
    /// Octets in front of an owner's key that hold its zone's number in the file: enough for a thousand replaced zones a
    /// second for thirty years.
    @inlinable package static var zonePrefixLength: Int { 5 }

    /// Appends the labels of `name` without its last `suffixLabels` ones.
    package static func append(_ name: Name, droppingLast suffixLabels: Int = 0, to key: inout [UInt8]) {
        let (offsets, count) = name.labelOffsets
        var index = count - suffixLabels
        while index > 0 {
            index -= 1
            let start = Int(offsets[index])
            for position in (start + 1)..<(start + 1 + Int(name.wire[start])) {
                let octet = CaseFolding.lower(name.wire[position])
                if octet > 1 {
                    key.append(octet)
                } else {
                    key.append(1)
                    key.append(octet + 1)
                }
            }
            key.append(0)
        }
    }

    /// The key of a zone's apex: the root's closing octet, then the labels. LMDB takes no empty key.
    package static func zone(_ name: Name) -> [UInt8] {
        var key: [UInt8] = [0]
        append(name, to: &key)
        return key
    }

    /// The key of an owner in the zone with `number` whose apex has `apexLabels` labels; nil when it would be too long.
    ///
    /// No valid name reaches the limit: four labels of 250 zero octets in all make 509.
    package static func owner(_ name: Name, zone number: UInt64, apexLabels: Int) -> [UInt8]? {
        var key = prefix(of: number)
        key.reserveCapacity(zonePrefixLength + name.wire.count)
        append(name, droppingLast: apexLabels, to: &key)
        return key.count <= maximumLength ? key : nil
    }

    /// What the keys of all owners of a zone begin with; it is the key of the apex.
    package static func prefix(of number: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.appendBigEndian(number)
        key.removeFirst(8 - zonePrefixLength)
        return key
    }

    /// The name of a zone's key; nil when the key is damaged.
    package static func zoneName(of key: [UInt8]) -> Name? {
        key.first == 0 ? name(of: key.dropFirst()) : nil
    }

    /// The name of a key without prefix, below `apex`; nil when the key is damaged.
    package static func name(of key: some Collection<UInt8>, below apex: Name = .root) -> Name? {
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var escaped = false
        for octet in key {
            if escaped {
                guard octet == 1 || octet == 2 else { return nil }
                label.append(octet - 1)
                escaped = false
            } else if octet == 1 {
                escaped = true
            } else if octet == 0 {
                labels.append(label)
                label = []
            } else {
                label.append(octet)
            }
        }
        guard !escaped, label.isEmpty else { return nil }
        return try? Name(labels: labels.reversed()).concatenating(apex)
    }
}
