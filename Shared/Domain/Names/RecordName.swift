// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSText
package import DNSWire

/// Owners of records as the tables and the API have them: relative to the zone, lower case, empty at the apex.
package enum RecordName {
    /// The relative form of an owner in the zone.
    package static func relative(_ owner: Name, in zone: ZoneName) -> String {
        let owner = owner.lowercased()
        guard owner.wire.count > zone.name.wire.count else {
            return ""
        }
        let text = owner.text.dropLast()
        return zone.name.isRoot ? String(text) : String(text.dropLast(zone.name.text.utf8.count))
    }

    /// The owner that a relative form stands for.
    ///
    /// - Throws: `TextError` when the name is too long or badly written.
    package static func owner(_ relative: String, in zone: ZoneName) throws(TextError) -> Name {
        relative.isEmpty ? zone.name : try Name(text: relative, origin: zone.name)
    }

    /// The relative form of a name that a customer sent: relative to the zone, or absolute with a final dot; empty or
    /// `@` for the apex.
    ///
    /// - Throws: `ValidationErrors` for `name`.
    package static func validated(_ text: String, in zone: ZoneName) throws(ValidationErrors) -> String {
        if text.isEmpty || text == "@" {
            return ""
        }
        var relative = text
        if text.hasSuffix(".") {
            relative = try Self.relative(absolute: text, in: zone)
        }
        let labels = relative.split(separator: ".", omittingEmptySubsequences: false)
        var ascii: [String] = []
        for (index, label) in labels.enumerated() where !relative.isEmpty {
            ascii.append(try checked(label, isFirst: index == 0))
        }
        let joined = ascii.joined(separator: ".")
        do {
            return Self.relative(try owner(joined, in: zone), in: zone)
        } catch {
            throw ValidationErrors("name", "is too long (maximum is 253 characters with the zone's name)")
        }
    }

    /// The relative form under which a name is looked up in the zone called `zone`: as ``validated(_:in:)`` makes it. What
    /// can be no name is left but for its case: it names nothing.
    package static func key(_ text: String, in zone: String) -> String {
        if text.isEmpty || text == "@" {
            return ""
        }
        let key = ZoneName.key(text)
        guard text.hasSuffix(".") else {
            return key
        }
        if key == zone {
            return ""
        }
        return key.hasSuffix("." + zone) ? String(key.dropLast(zone.utf8.count + 1)) : text.lowercased()
    }

    private static func relative(absolute text: String, in zone: ZoneName) throws(ValidationErrors) -> String {
        let name = text == "." ? "" : ZoneName.key(text)
        if name == zone.text {
            return ""
        }
        guard !zone.name.isRoot else {
            return name
        }
        guard name.hasSuffix("." + zone.text) else {
            throw ValidationErrors("name", "is out of the zone")
        }
        return String(name.dropLast(zone.text.utf8.count + 1))
    }

    private static func checked(_ label: Substring, isFirst: Bool) throws(ValidationErrors) -> String {
        guard !label.isEmpty else {
            throw ValidationErrors("name", "has an empty label")
        }
        guard let ascii = InternationalLabel.ascii(label) else {
            throw ValidationErrors("name", "is not a valid international name")
        }
        guard ascii.utf8.count <= Name.maximumLabelLength else {
            throw ValidationErrors("name", "has a label that is too long (maximum is 63 characters)")
        }
        if ascii.contains("*") {
            guard ascii == "*", isFirst else {
                throw ValidationErrors("name", "may have a wildcard (*) only as its whole first label")
            }
            return ascii
        }
        guard ascii.utf8.allSatisfy(isOwnerOctet) else {
            throw ValidationErrors("name", "may only have letters, digits, hyphens, underscores, slashes and dots")
        }
        return ascii
    }

    /// A digit, letter or hyphen.
    static func isHostOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x2D, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// An octet that owners and targets may have beside those of host names: `_` of services, `/` of RFC 2317.
    static func isOwnerOctet(_ octet: UInt8) -> Bool {
        isHostOctet(octet) || octet == UInt8(ascii: "_") || octet == UInt8(ascii: "/")
    }

    static func isDigit(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet)
    }
}
