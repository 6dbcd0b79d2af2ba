// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// A primary server as a client asks for it; nil for what was not sent.
package struct PrimaryServerInput: Hashable, Sendable {
    /// The port of DNS (RFC 1035 section 4.2).
    private static let defaultPort: Int32 = 53
    /// Most characters of a name.
    private static let maximumNameLength = 100

    package var name: String?
    package var ip: String?
    package var port: Int64?

    package init(name: String? = nil, ip: String? = nil, port: Int64? = nil) {
        self.name = name
        self.ip = ip
        self.port = port
    }

    /// The fields, with the address in its usual form.
    ///
    /// - Throws: `ValidationErrors` with every fault of every field.
    package func validated() throws(ValidationErrors) -> (name: String, ip: String, port: Int32) {
        var errors = ValidationErrors()
        let name = name ?? ""
        if name.allSatisfy(\.isWhitespace) {
            errors.add("name", "can't be blank")
        } else if name.unicodeScalars.count > Self.maximumNameLength {
            errors.add("name", "is too long (maximum is \(Self.maximumNameLength) characters)")
        }
        let address = Self.address(ip ?? "")
        if (ip ?? "").allSatisfy(\.isWhitespace) {
            errors.add("ip", "can't be blank")
        } else if address == nil {
            errors.add("ip", "is not a valid IP address")
        }
        let port = port ?? Int64(Self.defaultPort)
        if port < 1 {
            errors.add("port", "must be greater than or equal to 1")
        } else if port > 65_535 {
            errors.add("port", "must be less than or equal to 65535")
        }
        guard let address, errors.isEmpty else { throw errors }
        return (name, address, Int32(port))
    }

    /// The usual text form of an IPv4 or IPv6 address, or nil for what is none.
    private static func address(_ text: String) -> String? {
        for type in [RRType.a, .aaaa] {
            if let rdata = try? RecordRData.wire(type: type, content: text, priority: nil, zone: .root) {
                return RecordContent(type: type, rdata: rdata).content
            }
        }
        return nil
    }
}
