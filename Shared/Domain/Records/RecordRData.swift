// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSText
package import DNSWire

/// The way from a record's content to its RDATA: one for validation, duplicates and publication.
package enum RecordRData {
    /// The uncompressed RDATA of content as the tables keep it.
    ///
    /// Names in content are absolute, with or without the final dot; a lone `@` as target is the zone itself.
    ///
    /// - Parameters:
    ///   - priority: Of MX and SRV; 0 when nil. Other types have it in their content.
    ///   - zone: The zone's name.
    /// - Throws: `TextError` when the content is not one of the type.
    package static func wire(
        type: RRType,
        content: String,
        priority: Int32?,
        zone: Name
    ) throws(TextError) -> [UInt8] {
        if RecordTypePolicy.isText(type), !content.hasPrefix("\\#") {
            guard let rdata = TextContent.rdata(content) else {
                throw TextError(offset: 0, reason: .invalid("text or strings in double quotes"))
            }
            guard rdata.count <= Int(UInt16.max) else {
                throw TextError(offset: 0, reason: .dataTooLong)
            }
            return rdata
        }
        if type == .url {
            return try url(content)
        }
        if type.isPlatformMade, content.hasPrefix("\\#") {
            throw TextError(offset: 0, reason: .invalid("a host name"))
        }
        var text = Array(content.utf8)
        if RecordTypePolicy.hasHostTarget(type) {
            replaceOrigin(in: &text, with: zone)
        }
        if RecordTypePolicy.hasPriority(type) {
            text = Array("\(priority ?? 0) ".utf8) + text
        }
        return try RDataText.parse(type: type.dataType, text: text, origin: .root)
    }

    /// The octets of an address of the web (RFC 3986): `http` or `https` and a host, in visible ASCII.
    private static func url(_ content: String) throws(TextError) -> [UInt8] {
        let parts = content.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()),
            let host = parts[1].split(omittingEmptySubsequences: false, whereSeparator: { "/?#".contains($0) }).first,
            host.utf8.contains(where: { RecordName.isHostOctet($0) }), !host.contains("@"),
            content.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw TextError(offset: 0, reason: .invalid("an http or https URL"))
        }
        return Array(content.utf8)
    }

    /// The zone's name for `@` as the last field.
    private static func replaceOrigin(in text: inout [UInt8], with zone: Name) {
        guard text.last == UInt8(ascii: "@"), text.count == 1 || text[text.count - 2] == UInt8(ascii: " ") else {
            return
        }
        text.removeLast()
        zone.appendText(to: &text)
    }
}
