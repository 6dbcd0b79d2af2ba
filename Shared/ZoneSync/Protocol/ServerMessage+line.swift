// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension ServerMessage {
    /// The control line, without its LF.
    package var line: String {
        switch self {
        case .greeting(let node, let head, let capabilities):
            "ZSP/1 ready node=\(node) epoch=\(head.epoch) head=\(head.head) floor=\(head.floor)"
                + " caps=\(capabilities.joined(separator: ","))"
        case .helloAccepted(let node):
            "+OK hello node=\(node)"
        case .resume(let epoch, let from, let head):
            "+OK resume epoch=\(epoch) from=\(from) head=\(head)"
        case .snapshot(let snapshot):
            "+OK snapshot epoch=\(snapshot.epoch) at=\(snapshot.position) zones=\(snapshot.zones)"
                + (snapshot.after.map { " after=\($0)" } ?? "")
        case .manifest(let epoch, let position, let zones):
            "+OK manifest epoch=\(epoch) at=\(position) zones=\(zones)"
        case .bucket(let index, let bucket):
            "BUCKET \(index.hexDigits) zones=\(bucket.zones) set=\(bucket.setHash)"
        case .member(let entry):
            "M zone=\(entry.zone) gen=\(entry.generation) ver=\(entry.version) hash=\(entry.hash)"
        case .listed(let zones):
            "LISTED zones=\(zones)"
        case .fetched(let chunk, let done):
            "FETCHED \(chunk) done=\(done)"
        case .zone(let header, let lines):
            "ZONE \(header.fields) lines=\(lines)"
        case .gone(let zone):
            "GONE zone=\(zone)"
        case .chunk(let number, let after):
            "CHUNK \(number) after=\(after)"
        case .snapshotEnd(let position):
            "END at=\(position)"
        case .put(let position, let header, let lines, let lane):
            "PUT \(position) \(header.fields) lines=\(lines) lane=\(lane)"
        case .diff(let position, let header, let base, let removed, let added, let lane):
            "DIFF \(position) \(header.fields) base=\(base) del=\(removed) add=\(added) lane=\(lane)"
        case .delete(let position, let zone, let generation, let version):
            "DEL \(position) zone=\(zone) gen=\(generation) ver=\(version)"
        case .skip(let first, let last):
            "SKIP \(first) \(last)"
        case .checkpoint(let checkpoint):
            "CKPT \(checkpoint.position) zones=\(checkpoint.zones) set=\(checkpoint.setHash)"
        case .counted(let mark):
            "COUNTED \(mark.sequence) run=\(mark.run)" + (mark.node.map { " node=\($0)" } ?? "")
        case .ping(let time, let head):
            "PING \(time) head=\(head)"
        case .failure(let error):
            error.line
        }
    }

    /// Reads a control line. Unknown verbs give nil: they are ignored, unless a `!` in front says that they must be
    /// understood.
    package static func parse(_ octets: [UInt8]) throws(ProtocolError) -> ServerMessage? {
        let line = try ControlLine(octets)
        switch line.verb {
        case "ZSP/1": return try greeting(line)
        case "+OK": return try accepted(line)
        case "ZONE": return .zone(try ZoneHeader(line), lines: try line.number("lines"))
        case "GONE": return .gone(zone: String(try line.required("zone")))
        case "CHUNK": return .chunk(number: try line.argument(0), after: try line.number("after"))
        case "M": return .member(try ManifestEntry(line))
        case "BUCKET": return try bucket(line)
        case "LISTED": return .listed(zones: try line.number("zones"))
        case "FETCHED": return .fetched(chunk: try line.argument(0), done: try line.number("done"))
        case "END": return .snapshotEnd(position: try line.number("at"))
        case "PUT":
            return .put(
                position: try line.argument(0),
                try ZoneHeader(line),
                lines: try line.number("lines"),
                lane: try line.optionalNumber("lane") ?? 0
            )
        case "DIFF":
            return .diff(
                position: try line.argument(0),
                try ZoneHeader(line),
                base: try line.number("base"),
                removed: try line.number("del"),
                added: try line.number("add"),
                lane: try line.optionalNumber("lane") ?? 0
            )
        case "DEL":
            return .delete(
                position: try line.argument(0),
                zone: String(try line.required("zone")),
                generation: try line.number("gen"),
                version: try line.number("ver")
            )
        case "SKIP": return try skip(line)
        case "CKPT":
            return .checkpoint(
                OriginCheckpoint(
                    position: try line.argument(0),
                    zones: try line.number("zones"),
                    setHash: try line.hash("set")
                )
            )
        case "COUNTED": return .counted(try CountMark(line))
        case "PING": return .ping(time: try line.argument(0), head: try line.number("head"))
        default: return try other(line)
        }
    }

    private static func greeting(_ line: ControlLine) throws(ProtocolError) -> ServerMessage {
        guard line.arguments == ["ready"] else { throw ProtocolError(.syntax, "the greeting is not `ZSP/1 ready`") }
        return .greeting(
            node: String(try line.required("node")),
            head: OriginHead(
                epoch: String(try line.required("epoch")),
                head: try line.number("head"),
                floor: try line.number("floor")
            ),
            capabilities: (line.optional("caps") ?? "").split(separator: ",").map(String.init)
        )
    }

    private static func accepted(_ line: ControlLine) throws(ProtocolError) -> ServerMessage {
        switch line.arguments.first {
        case "hello":
            return .helloAccepted(node: String(try line.required("node")))
        case "resume":
            return .resume(
                epoch: String(try line.required("epoch")),
                from: try line.number("from"),
                head: try line.number("head")
            )
        case "snapshot":
            return .snapshot(
                OriginSnapshot(
                    epoch: String(try line.required("epoch")),
                    position: try line.number("at"),
                    zones: try line.number("zones"),
                    after: try line.optionalNumber("after")
                )
            )
        case "manifest":
            return .manifest(
                epoch: String(try line.required("epoch")),
                position: try line.number("at"),
                zones: try line.number("zones")
            )
        default:
            throw ProtocolError(.syntax, "+OK: neither hello nor resume nor snapshot nor manifest")
        }
    }

    private static func bucket(_ line: ControlLine) throws(ProtocolError) -> ServerMessage {
        guard let index = line.arguments.first.flatMap({ UInt8(hexDigits: $0) }) else {
            throw ProtocolError(.syntax, "BUCKET: argument 1 is not two hexadecimal digits")
        }
        return .bucket(index, ManifestBucket(zones: try line.number("zones"), setHash: try line.hash("set")))
    }

    private static func skip(_ line: ControlLine) throws(ProtocolError) -> ServerMessage {
        let first: UInt64 = try line.argument(0)
        let last: UInt64 = try line.argument(1)
        guard first <= last else { throw ProtocolError(.syntax, "SKIP: the range is empty") }
        return .skip(first: first, last: last)
    }

    private static func other(_ line: ControlLine) throws(ProtocolError) -> ServerMessage? {
        if line.verb.hasPrefix("-") { return .failure(try ProtocolError(line)) }
        if line.verb.hasPrefix("ZSP/") {
            throw ProtocolError(.version, "the other side speaks \(line.verb), this one ZSP/1")
        }
        if line.verb.hasPrefix("!") { throw ProtocolError(.version, "\(line.verb) is not understood here") }
        return nil
    }
}

extension ProtocolError {
    /// The control line, without its LF.
    package var line: String {
        let retry = retryMilliseconds.map { " retry=\($0)" } ?? ""
        return "-\(code.rawValue)\(retry)\(textField)"
    }

    /// The text behind a space; nothing for an empty one, since a line must not end with a space.
    var textField: String {
        let text = printableText
        return text.isEmpty ? "" : " \(text)"
    }

    /// The text as one bounded line of the free-text form: printable, single spaces, no `=` that would make a field.
    package var printableText: String {
        let octets = text.utf8.prefix(1_024).map { octet -> UInt8 in
            switch octet {
            case 0x3D: return 0x3A
            case 0x20...0x7E: return octet
            default: return 0x3F
            }
        }
        return octets.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// Reads `-CODE [retry=MS] text`; a code that is not known is taken as `internalError`.
    init(_ line: ControlLine) throws(ProtocolError) {
        guard let number = Int(line.verb.dropFirst()) else {
            throw ProtocolError(.syntax, "an error line has no code")
        }
        code = Code(rawValue: number) ?? .internalError
        text = (line.arguments + [line.text]).filter { !$0.isEmpty }.joined(separator: " ")
        retryMilliseconds = try line.optionalNumber("retry")
    }
}
