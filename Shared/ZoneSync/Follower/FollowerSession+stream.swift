// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore

extension FollowerSession {
    /// A message after the answer to FOLLOW.
    mutating func receiveStream(_ message: ServerMessage) throws(ProtocolError) {
        switch message {
        case .ping(let time, let head):
            ping(time: time, head: head)
        case .zone(let header, _):
            try openBody(message, header, .whole, isDuplicate: phase == .live && unresolved[header.zone] == nil)
        case .gone(let zone):
            guard phase == .live else { throw unexpected(message) }
            unresolved[zone] = nil
        case .chunk(let number, let after):
            try endChunk(number, after: after, message)
        case .snapshotEnd(let position):
            try endSnapshot(at: position)
        case .put(let position, let header, _, _):
            try openBody(message, header, .whole, isDuplicate: !advance(to: position, message))
        case .diff(let position, let header, _, _, _, _):
            try openBody(message, header, .difference, isDuplicate: !advance(to: position, message))
        case .delete(let position, let zone, let generation, let version):
            let name = try Self.name(zone)
            guard try advance(to: position, message) else { return }
            pending.append(
                FollowerOperation(
                    zone: zone,
                    position: position,
                    operation: .delete(name: name, generation: generation, version: version)
                )
            )
        case .skip(let first, let last):
            guard phase == .live, first <= received + 1 else { throw gap(message) }
            received = max(received, last)
            status.head = max(status.head, last)
        case .checkpoint(let checkpoint):
            guard phase == .live else { throw unexpected(message) }
            self.checkpoint = checkpoint
            try compareCheckpoint()
        case .greeting, .helloAccepted, .resume, .snapshot, .manifest, .bucket, .member, .listed, .fetched, .counted,
            .failure:
            throw unexpected(message)
        }
    }

    /// A line of the open body, or its end.
    mutating func receiveBody(_ line: LineBuffer.Line) throws(ProtocolError) {
        switch line {
        case .line([0x2E]):
            guard let message = open else { return }
            open = nil
            close(message)
        case .line([0x2E, 0x2E]):
            throw ProtocolError(.internalError, "the origin gave up in the middle of a zone")
        default:
            open?.body.append(line)
        }
    }

    /// Counts a position in. False when it was seen before: the message is then read and dropped.
    private mutating func advance(to position: UInt64, _ message: ServerMessage) throws(ProtocolError) -> Bool {
        guard phase == .live else { throw unexpected(message) }
        guard position <= received + 1, position > 0 else { throw gap(message) }
        guard position == received + 1 else { return false }
        received = position
        status.head = max(status.head, position)
        return true
    }

    private func gap(_ message: ServerMessage) -> ProtocolError {
        ProtocolError(.conflict, "a gap after position \(received): \(message.line.prefix(60))")
    }

    mutating func openBody(
        _ message: ServerMessage,
        _ header: ZoneHeader,
        _ form: BodyAssembler.Form,
        isDuplicate: Bool
    ) throws(ProtocolError) {
        let name = try Self.name(header.zone)
        if phase == .snapshot {
            // What is deleted with a chunk, and where a snapshot goes on, rests on their order.
            guard let progress = snapshot, header.generation > progress.after else {
                throw ProtocolError(.conflict, "a zone of a chunk that was ended: \(message.line.prefix(60))")
            }
            snapshot?.greatest = max(progress.greatest, header.generation)
            snapshot?.mentioned.append(name)
            snapshot?.zones += 1
        }
        open = OpenMessage(
            message: message,
            header: header,
            name: name,
            body: BodyAssembler(form: form, apex: name),
            isDuplicate: isDuplicate
        )
    }

    /// The body of a message is complete.
    private mutating func close(_ message: OpenMessage) {
        guard !message.isDuplicate else { return }
        var body = message.body
        let header = message.header
        let position: UInt64?
        let operation: ZoneOperation
        do throws(ProtocolError) {
            switch message.message {
            case .put(let at, _, let lines, _):
                position = at
                try body.finish(added: lines, removed: 0)
                operation = .replace(Self.contents(message, body))
            case .zone(_, let lines):
                position = nil
                try body.finish(added: lines, removed: 0)
                operation = .replace(Self.contents(message, body))
            case .diff(let at, _, let base, let removed, let added, _):
                position = at
                try body.finish(added: added, removed: removed)
                operation = .update(
                    ZoneUpdate(
                        name: message.name,
                        generation: header.generation,
                        base: base,
                        version: header.version,
                        serial: header.serial,
                        hash: header.hash,
                        removed: body.removed,
                        rrsets: body.rrsets
                    )
                )
            default:
                return
            }
        } catch {
            refuse(message, error)
            return
        }
        pendingOctets += body.octets
        pending.append(FollowerOperation(zone: header.zone, position: position, operation: operation))
    }

    private static func contents(_ message: OpenMessage, _ body: BodyAssembler) -> ZoneContents {
        ZoneContents(
            name: message.name,
            generation: message.header.generation,
            version: message.header.version,
            serial: message.header.serial,
            hash: message.header.hash,
            rrsets: body.rrsets
        )
    }

    /// A body that cannot be read: the whole zone would be no better, a DIFF is worth one question.
    private mutating func refuse(_ message: OpenMessage, _ error: ProtocolError) {
        let zone = message.header.zone
        if case .diff(let position, _, _, _, _, _) = message.message {
            askAgain(zone, position: position, error)
        } else {
            quarantine(zone, position: unresolved[zone]?.newest ?? refusalPosition, error)
        }
    }

    /// A chunk of the snapshot is complete: it speaks for all generations up to `after`.
    private mutating func endChunk(
        _ number: UInt64,
        after: UInt64,
        _ message: ServerMessage
    ) throws(ProtocolError) {
        guard phase == .snapshot, var progress = snapshot, number == progress.chunk + 1, after >= progress.greatest,
            after >= progress.after
        else { throw unexpected(message) }
        progress.chunk = number
        progress.after = after
        progress.chunks.append(FollowerBatch.Chunk(after: after, zones: progress.mentioned))
        progress.mentioned = []
        snapshot = progress
    }

    private mutating func endSnapshot(at position: UInt64) throws(ProtocolError) {
        guard phase == .snapshot, let progress = snapshot, position == progress.offer.position else {
            throw ProtocolError(.syntax, "END does not end the snapshot that was begun")
        }
        guard progress.mentioned.isEmpty else {
            throw ProtocolError(.syntax, "END comes within a chunk")
        }
        guard progress.zones > 0 || progress.offer.after != nil || status.zones == 0 else {
            throw ProtocolError(.conflict, "a snapshot without a zone came where \(status.zones) zones are served")
        }
        snapshot?.isComplete = true
        received = position
        status.isLive = true
        phase = .live
    }

    static func name(_ text: String) throws(ProtocolError) -> Name {
        do {
            return try Name(text: text)
        } catch {
            throw ProtocolError(.syntax, "zone= is not an absolute name: \(error)")
        }
    }
}
