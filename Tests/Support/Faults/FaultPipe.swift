// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// One direction of a connection through a ``FaultProxy``. Everything happens on the connection's event loop.
final class FaultPipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How much is kept before nothing more is read.
    private static let limit = 4_194_304

    let direction: FaultRules.Direction
    private let state: FaultProxyState
    private var generator: SeededGenerator
    private var cutter: FaultUnitCutter
    private var queue = CircularBuffer<(due: NIODeadline, octets: ByteBuffer)>()
    private var queued = 0
    private var passed = 0
    private var lastDue = NIODeadline.uptimeNanoseconds(0)
    /// A unit that is to come after the next one.
    private var heldBack: [UInt8]?
    private let source: any Channel
    private var isScheduled = false
    /// The source says nothing more.
    private var hasEnded = false
    /// The source is gone in both directions.
    private var isGone = false
    private var isShut = false
    private weak var link: FaultLink?
    /// Where the octets go; nil until it is connected.
    var sink: (any Channel)?

    init(_ direction: FaultRules.Direction, from source: any Channel, link: FaultLink, state: FaultProxyState) {
        self.direction = direction
        self.source = source
        self.link = link
        self.state = state
        generator = state.generator()
        cutter = FaultUnitCutter(state.unit)
    }

    func channelActive(context: ChannelHandlerContext) {
        link?.pump()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        let rules = state.rules[direction]
        for unit in cutter.cut(Array(buffer.readableBytesView)) { take(unit, rules) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        pump()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if (event as? ChannelEvent) == .inputClosed { end(isGone: false) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        link?.pump()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(isGone: true)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func end(isGone: Bool) {
        if !hasEnded {
            hasEnded = true
            if let heldBack { enqueue(heldBack, state.rules[direction]) }
            heldBack = nil
            enqueue(cutter.remains(), state.rules[direction])
        }
        if isGone { self.isGone = true }
        link?.pump()
    }

    /// Applies the faults of units.
    private func take(_ unit: [UInt8], _ rules: FaultRules.Way) {
        var units = [unit]
        switch state.strike(direction, unit) {
        case .duplicate: units = [unit, unit]
        case .drop: units = []
        case .replace(let octets): units = [octets]
        case .precede(let octets): units = [octets, unit]
        case .substitute(let old, let new):
            let text = String(decoding: unit, as: UTF8.self)
            units = [Array(text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new).utf8)]
        case .cut:
            enqueue(Array(unit[..<(unit.count / 2)]), rules)
            link?.closeWhenSent()
            return
        case .swap:
            heldBack = unit
            return
        case nil:
            if rules.loss > 0, chance(rules.loss) { units = [] }
            if rules.duplication > 0, chance(rules.duplication) { units = [unit, unit] }
            if heldBack == nil, rules.reordering > 0, chance(rules.reordering) {
                heldBack = unit
                return
            }
        }
        for unit in units { enqueue(unit, rules) }
        if let heldBack, !units.isEmpty {
            self.heldBack = nil
            enqueue(heldBack, rules)
        }
    }

    private func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }

    /// Flips bits, and says when the octets are due.
    private func enqueue(_ octets: [UInt8], _ rules: FaultRules.Way) {
        guard !octets.isEmpty, !isShut else { return }
        var octets = octets
        if rules.corruption > 0 {
            for index in octets.indices where chance(rules.corruption) {
                octets[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        if let truncation = rules.truncation, passed + octets.count >= truncation {
            octets = Array(octets[..<max(0, min(octets.count, truncation - passed))])
            link?.closeWhenSent()
        }
        passed += octets.count
        var wait = rules.delay
        if rules.jitter > .zero { wait += rules.jitter * Double.random(in: -1..<1, using: &generator) }
        lastDue = max(lastDue, NIODeadline.now() + TimeAmount(max(.zero, wait)))
        // A throttled direction passes on a fiftieth of a second's worth at a time.
        let piece = rules.octetsPerSecond.map { max(1, $0 / 50) } ?? octets.count
        for start in stride(from: 0, to: octets.count, by: max(1, piece)) {
            let part = octets[start..<min(octets.count, start + piece)]
            if let rate = rules.octetsPerSecond {
                lastDue = lastDue + .nanoseconds(Int64(part.count) * 1_000_000_000 / Int64(max(1, rate)))
            }
            queue.append((lastDue, ByteBuffer(bytes: part)))
            queued += part.count
        }
    }

    /// Passes on what is due, and reads more when there is room.
    func pump() {
        guard let sink, !isShut, !state.rules[direction].isBlackholed else { return }
        var count = 0
        while let first = queue.first, first.due <= .now(), sink.isWritable {
            queue.removeFirst()
            queued -= first.octets.readableBytes
            count += first.octets.readableBytes
            sink.write(first.octets, promise: nil)
        }
        if count > 0 {
            sink.flush()
            state.count { $0[direction] += count }
        }
        if let first = queue.first {
            if sink.isWritable { schedule(first.due) }
        } else if link?.isClosing == true {
            isShut = true
            link?.close()
        } else if isGone {
            isShut = true
            sink.close(promise: nil)
        } else if hasEnded {
            isShut = true
            sink.close(mode: .output, promise: nil)
        }
        if !hasEnded, !isShut, queued < Self.limit, sink.isWritable { source.read() }
    }

    private func schedule(_ due: NIODeadline) {
        guard !isScheduled else { return }
        isScheduled = true
        _ = source.eventLoop.assumeIsolated().scheduleTask(deadline: max(due, .now() + .microseconds(200))) {
            self.isScheduled = false
            self.pump()
        }
    }
}
