// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import WebApp

@Suite struct DynamicConnectionTests {
    @Test(arguments: [
        ("/nic/update", "close"), ("/nic/update?hostname=a.example&myip=192.0.2.1", "close"), ("/nic/updates", nil),
        ("/v2/whoami?/nic/update", nil), ("/", nil),
    ])
    func `only update clients get a connection for one request`(path: String, value: String?) throws {
        let channel = EmbeddedChannel(handler: DynamicConnectionHandler())
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)
        try channel.writeInbound(HTTPRequestPart.head(head))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        guard case .head(let seen) = try channel.readInbound(as: HTTPRequestPart.self) else {
            Issue.record("the head is gone")
            return
        }
        #expect(seen.headerFields[.connection] == value)
        #expect(seen.path == path)
        guard case .end = try channel.readInbound(as: HTTPRequestPart.self) else {
            Issue.record("the end is gone")
            return
        }
        _ = try channel.finish()
    }
}
