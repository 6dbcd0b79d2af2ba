// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine

/// EDNS options are answered as their RFCs say: NSID (5001), cookies (7873), keepalive (7828) and padding (7830).
///
/// An input is transport and policy (one octet) and the RDATA of an OPT record.
final class OptionsCheck: FuzzCheck {
    private let trusting: HeldResponder
    private let strict: HeldResponder
    private let identifier = Array("identifier".utf8)
    private let question: [UInt8]
    private static let paddingBlock = 468

    init() throws {
        let replica = try FuzzReplica()
        var configuration = ResponderConfiguration()
        configuration.serverIdentifier = identifier
        configuration.keepalive = 100
        configuration.cookies = CookieSecrets(
            [UInt8(1), 2].compactMap { CookieSecret(Array(repeating: $0, count: 16)) }
        )
        trusting = try HeldResponder(store: replica.store, configuration: configuration)
        configuration.requiresCookies = true
        strict = try HeldResponder(store: replica.store, configuration: configuration)
        question = try replica.zones[0].prepending("web".utf8).wire + [0, 1, 0, 1]
    }

    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let form = input.first, input.count <= 2_000 else { return }
        let options = Array(input[1...])
        let transports = Transport.allCases
        let transport = transports[Int(form & 63) % transports.count]
        let isDatagram = transport.rawValue < 2
        let isStrict = form & 64 != 0
        let responder = isStrict ? strict : trusting
        let octets = responder.answer(query(options), transport)
        let response = try promised("an answer is a message") { () throws(WireError) in try Message(wire: octets) }
        guard let edns = response.edns else { throw BrokenPromise("an OPT record is answered by one") }
        let sent = Self.read(options)
        let cookie = sent?.first { $0.code == .cookie }?.data
        guard let sent, cookie.map({ $0.count == 8 || 16...40 ~= $0.count }) ?? true else {
            try promise(response.rcode == .formatError, "malformed options are FORMERR")
            return
        }
        // No input can know the secrets.
        let isHeld = isStrict && isDatagram && cookie != nil
        try promise(response.rcode == (isHeld ? .badCookie : .noError), "policy decides on cookies: \(response.rcode)")
        try promise(response.answers.isEmpty == isHeld, "only a good cookie gets an answer")
        try promise(Set(edns.options.map(\.code)).count == edns.options.count, "no option comes twice")
        let asked = Set(sent.map(\.code))
        try promise(
            edns.option(.nameServerIdentifier) == (asked.contains(.nameServerIdentifier) ? identifier : nil),
            "NSID"
        )
        try promise(
            edns.option(.tcpKeepalive) == (asked.contains(.tcpKeepalive) && !isDatagram ? [0, 100] : nil),
            "keepalive is for streams"
        )
        let pads = asked.contains(.padding) && transport.rawValue >= 4
        try promise((edns.option(.padding) != nil) == pads, "padding is for encrypted streams")
        try promise(!pads || octets.count % Self.paddingBlock == 0, "padding fills blocks")
        let made = edns.option(.cookie)
        try promise(made?.count == cookie.map { _ in 24 }, "cookies are answered by cookies")
        try promise(made?.prefix(8) == cookie?.prefix(8), "the client's cookie comes back")
        guard let made else { return }
        try checkCookie(made, transport)
    }

    /// A cookie that the server made is good.
    private func checkCookie(_ cookie: [UInt8], _ transport: Transport) throws(BrokenPromise) {
        let octets = strict.answer(query([0, 10, 0, 24] + cookie), transport)
        let response = try promised("an answer is a message") { () throws(WireError) in try Message(wire: octets) }
        try promise(response.rcode == .noError && !response.answers.isEmpty, "the server's own cookie is good")
        try promise(response.edns?.option(.cookie) == cookie, "a fresh cookie is kept")
    }

    private func query(_ options: [UInt8]) -> [UInt8] {
        let length = [UInt8(truncatingIfNeeded: options.count >> 8), UInt8(truncatingIfNeeded: options.count)]
        return [0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1] + question + [0, 0, 41, 4, 208, 0, 0, 0, 0] + length + options
    }

    /// The options, plainly; nil when they do not fill their room.
    private static func read(_ octets: [UInt8]) -> [EDNSOption]? {
        var options: [EDNSOption] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let head = Array(rest.prefix(4))
            guard head.count == 4 else { return nil }
            let length = Int(head[2]) * 256 + Int(head[3])
            let data = rest.dropFirst(4).prefix(length)
            guard data.count == length else { return nil }
            options.append(EDNSOption(code: .init(rawValue: UInt16(head[0]) << 8 | UInt16(head[1])), data: Array(data)))
            rest = rest.dropFirst(4 + length)
        }
        return options
    }
}
