// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import ControlKit

@Suite struct PortsTests {
    @Test("PORT_BASE moves every port, and no two are the same")
    func base() throws {
        let ports = try Ports(environment: ["PORT_BASE": "9000"])
        let all = [
            ports.web, ports.webOperations, ports.glue, ports.glueOperations, ports.dns, ports.dnsOperations,
            ports.workerOperations, ports.postgres, ports.redirector,
        ]
        #expect(all.sorted() == Array(9_000..<9_009))
        #expect(try Ports(environment: [:]).base == 8_050)
    }

    @Test("a bad PORT_BASE is named", arguments: ["", "abc", "80", "65530", "-1"])
    func bad(text: String) {
        #expect { try Ports(environment: ["PORT_BASE": text]) } throws: { error in
            "\(error)".contains("PORT_BASE is '\(text)'")
        }
    }
}
