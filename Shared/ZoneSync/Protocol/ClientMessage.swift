// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A control line from a follower to the origin. `Docs/protocol.md` describes each.
package enum ClientMessage: Sendable, Equatable {
    /// `HELLO node= role= software= site= region= address=`: the first line.
    case hello(OriginNode)
    /// `FOLLOW epoch= from= window= [zones=] [mend=1] [snap= after=]`: start the stream.
    case follow(FollowRequest)
    /// `MANIFEST 00,1f`: list the zones of these buckets; only in a reconciliation.
    case manifest(buckets: [UInt8])
    /// `FETCH gens=`: send the zones of these generations; only in a reconciliation.
    case fetch(generations: [UInt64])
    /// `ADOPT pos`: the reconciliation is complete and durable here, the stream goes on after `pos`.
    case adopt(position: UInt64)
    /// `ACK pos [chunk=]`: everything up to `pos` (during a snapshot: up to the chunk) is durable here.
    case acknowledge(position: UInt64, chunk: UInt64?)
    /// `NAK pos code zone= text`: this zone's new state was refused; the old one stays in service.
    case refuse(position: UInt64, zone: String, ProtocolError)
    /// `WANT zone=`: send the whole zone.
    case want(zone: String)
    /// `COUNT seq run= day= counts=`: queries answered; only to an origin that has the capability `count`.
    case count(CountReport)
    /// `BEHALF node=`: the next COUNT is of this node behind the relay; only to an origin that has the capability `nodes`.
    case behalf(node: String)
    /// `NODE name= role= software= via= epoch= pos= connected=`: the newest of a node behind the relay; likewise.
    case node(NodeNews)
    /// `NODENAK pos code name= zone= text`: a node behind the relay refused a zone; likewise.
    case nodeRefused(name: String, position: UInt64, zone: String, ProtocolError)
    /// `PONG time`: answer to PING.
    case pong(time: UInt64)
    /// `QUIT`: the follower goes.
    case quit
    /// `-CODE text`: the follower ends the connection because of what it received.
    case failure(ProtocolError)

    /// The control line, without its LF.
    package var line: String {
        switch self {
        case .hello(let node):
            "HELLO node=\(node.name) \(node.fields)"
        case .follow(let request):
            request.line
        case .manifest(let buckets):
            "MANIFEST \(buckets.map(\.hexDigits).joined(separator: ","))"
        case .fetch(let generations):
            "FETCH gens=\(generations.map(String.init).joined(separator: ","))"
        case .adopt(let position):
            "ADOPT \(position)"
        case .acknowledge(let position, let chunk):
            "ACK \(position)" + (chunk.map { " chunk=\($0)" } ?? "")
        case .refuse(let position, let zone, let error):
            "NAK \(position) \(error.code.rawValue) zone=\(zone)\(error.textField)"
        case .want(let zone):
            "WANT zone=\(zone)"
        case .count(let report):
            report.line
        case .behalf(let node):
            "BEHALF node=\(node)"
        case .node(let news):
            news.line
        case .nodeRefused(let name, let position, let zone, let error):
            "NODENAK \(position) \(error.code.rawValue) name=\(name) zone=\(zone)\(error.textField)"
        case .pong(let time):
            "PONG \(time)"
        case .quit:
            "QUIT"
        case .failure(let error):
            error.line
        }
    }

    /// Reads a control line; verbs that are not known give nil and are ignored.
    package static func parse(_ octets: [UInt8]) throws(ProtocolError) -> ClientMessage? {
        let line = try ControlLine(octets)
        switch line.verb {
        case "HELLO": return .hello(try OriginNode(line))
        case "FOLLOW": return .follow(try FollowRequest(line))
        case "MANIFEST": return .manifest(buckets: try buckets(line))
        case "FETCH": return .fetch(generations: try line.numbers("gens"))
        case "ADOPT": return .adopt(position: try line.argument(0))
        case "ACK": return .acknowledge(position: try line.argument(0), chunk: try line.optionalNumber("chunk"))
        case "NAK":
            return .refuse(
                position: try line.argument(0),
                zone: String(try line.required("zone")),
                try refusal(line)
            )
        case "BEHALF": return .behalf(node: try OriginNode.name(line, "node"))
        case "NODE": return .node(try NodeNews(line))
        case "NODENAK":
            return .nodeRefused(
                name: try OriginNode.name(line, "name"),
                position: try line.argument(0),
                zone: String(try line.required("zone")),
                try refusal(line)
            )
        case "WANT": return .want(zone: String(try line.required("zone")))
        case "COUNT": return .count(try CountReport(line))
        case "PONG": return .pong(time: try line.argument(0))
        case "QUIT": return .quit
        default:
            if line.verb.hasPrefix("-") { return .failure(try ProtocolError(line)) }
            if line.verb.hasPrefix("!") { throw ProtocolError(.version, "\(line.verb) is not understood here") }
            return nil
        }
    }

    /// The list of buckets: two hexadecimal digits each, ascending.
    private static func buckets(_ line: ControlLine) throws(ProtocolError) -> [UInt8] {
        var buckets: [UInt8] = []
        for text in (line.arguments.first ?? "").split(separator: ",", omittingEmptySubsequences: false) {
            guard let bucket = UInt8(hexDigits: text), buckets.last.map({ $0 < bucket }) ?? true else {
                throw ProtocolError(.syntax, "MANIFEST: not an ascending list of buckets")
            }
            buckets.append(bucket)
        }
        return buckets
    }
}

extension ClientMessage {
    /// The code and text of a refusal.
    private static func refusal(_ line: ControlLine) throws(ProtocolError) -> ProtocolError {
        let number: Int = try line.argument(1)
        return ProtocolError(ProtocolError.Code(rawValue: number) ?? .invalidZone, String(line.text))
    }
}

extension OriginNode {
    /// Whether a name may be a node's: 1–63 of letters, digits, `-`, `_` and `.`.
    package static func isValid(name: some StringProtocol) -> Bool {
        1...63 ~= name.utf8.count
            && name.utf8.allSatisfy { octet in
                switch octet {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    /// Takes the node that a line is about from it; `key` is where its name stands.
    init(_ line: ControlLine, name key: Substring = "node") throws(ProtocolError) {
        let name = try Self.name(line, key)
        let role = line.optional("role") ?? "responder"
        guard role == "responder" || role == "relay" else {
            throw ProtocolError(.role, "\(line.verb): the role is neither responder nor relay")
        }
        self.init(
            name: name,
            role: String(role),
            software: String(line.optional("software") ?? ""),
            site: try Self.place("site", line),
            region: try Self.place("region", line),
            address: String((line.optional("address") ?? "").prefix(300))
        )
    }

    /// The node name that a key must have.
    static func name(_ line: ControlLine, _ key: Substring) throws(ProtocolError) -> String {
        let name = try line.required(key)
        guard isValid(name: name) else {
            throw ProtocolError(.unauthorised, "\(line.verb): a node name is 1-63 letters, digits, '-', '_' or '.'")
        }
        return String(name)
    }

    /// The name of a place, which may be missing.
    private static func place(_ key: Substring, _ line: ControlLine) throws(ProtocolError) -> String {
        guard let value = line.optional(key), !value.isEmpty else { return "" }
        guard isValid(name: value) else {
            throw ProtocolError(.unauthorised, "\(line.verb): \(key)= is 1-63 letters, digits, '-', '_' or '.'")
        }
        return String(value)
    }

    /// The fields that describe a node, but for its name.
    var fields: String {
        let optional = [("software", software), ("site", site), ("region", region), ("address", address)]
            .filter { !$0.1.isEmpty }.map { " \($0.0)=\($0.1)" }
        return "role=\(role)" + optional.joined()
    }
}
