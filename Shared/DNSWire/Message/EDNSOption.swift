// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One option of an OPT record: a code and its data (RFC 6891 6.1.2).
///
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      |                  OPTION-CODE                  |
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      |                 OPTION-LENGTH                 |
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      /                  OPTION-DATA                  /
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
package struct EDNSOption: Sendable, Hashable {
    /// What an option is about.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The number on the wire.
        package let rawValue: UInt16

        /// The code of a number; every number is one.
        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// Which server answers (RFC 5001).
        package static let nameServerIdentifier = Code(rawValue: 3)
        /// The network of the client (RFC 7871).
        package static let clientSubnet = Code(rawValue: 8)
        /// DNS cookies (RFC 7873).
        package static let cookie = Code(rawValue: 10)
        /// How long a TCP connection may idle (RFC 7828).
        package static let tcpKeepalive = Code(rawValue: 11)
        /// Octets that hide the length (RFC 7830).
        package static let padding = Code(rawValue: 12)
        /// Why an answer is what it is (RFC 8914).
        package static let extendedError = Code(rawValue: 15)
    }

    /// What the option is about.
    package var code: Code
    /// The data in the code's own form.
    package var data: [UInt8]

    /// An option of its parts.
    package init(code: Code, data: [UInt8]) {
        self.code = code
        self.data = data
    }
}
