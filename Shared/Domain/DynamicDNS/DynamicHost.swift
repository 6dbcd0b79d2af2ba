// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// A host name that a dyndns2 client names: a full name of two labels or more, in whichever zone it may lie.
package struct DynamicHost: Hashable, Sendable {
    /// Lower case, A-labels, without the final dot.
    package let text: String

    /// The name that a client sent, or nil when it is no full name: the protocol calls that `notfqdn`.
    package init?(_ text: some StringProtocol) {
        var labels = text.split(separator: ".", omittingEmptySubsequences: false)[...]
        if labels.count > 1, labels.last?.isEmpty == true {
            labels.removeLast()
        }
        var ascii: [String] = []
        for (index, label) in labels.enumerated() {
            guard let label = InternationalLabel.ascii(label), !label.isEmpty,
                label.utf8.allSatisfy(RecordName.isOwnerOctet) || label == "*" && index == 0
            else {
                return nil
            }
            ascii.append(label.lowercased())
        }
        let joined = ascii.joined(separator: ".")
        guard ascii.count >= 2, (try? Name(text: joined, origin: .root)) != nil else {
            return nil
        }
        self.text = joined
    }

    /// The names of the zones that the host can lie in, the longest first.
    package var zoneNames: [String] {
        let labels = text.split(separator: ".")
        return (0...(labels.count - 2)).map { labels[$0...].joined(separator: ".") }
    }

    /// The owner relative to a zone of `zoneNames`; empty at its apex.
    package func owner(in zone: String) -> String {
        String(text.dropLast(zone.utf8.count).dropLast())
    }
}
