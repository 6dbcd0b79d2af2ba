// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import TestSupport

/// Questions over one chosen transport.
struct DNSQuestion {
    private let client: DNSClient

    init(_ stack: LocalStack) {
        client = DNSClient(port: stack.portBase + 4)
    }

    func tcp(_ name: String, _ type: RRType) throws -> Message? {
        try client.askTCP(DNSClient.question(try Name(text: name), type)).map { try Message(wire: $0) }
    }
}
