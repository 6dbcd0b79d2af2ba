// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Makes bad packets out of good ones, the same ones in each run.
struct PacketMutator {
    private let seeds: [[UInt8]]
    private var state: UInt64

    /// - Parameter seeds: queries that are right, each at least a header long.
    init(seeds: [[UInt8]], seed: UInt64) {
        self.seeds = seeds
        state = seed
    }

    /// The next packet: a seed with up to five mutations, seldom one that is still right.
    mutating func next() -> [UInt8] {
        if below(64) == 0 { return octets(below(600)) }
        var packet = pick(seeds)
        for _ in 0..<(1 + below(5)) { mutate(&packet) }
        return packet
    }

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ value >> 31) >> 1) % max(bound, 1)
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    private mutating func octet() -> UInt8 {
        UInt8(below(256))
    }

    private mutating func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in octet() }
    }

    private mutating func mutate(_ packet: inout [UInt8]) {
        guard packet.count > 12 else {
            packet += octets(below(24))
            return
        }
        let place = below(packet.count)
        switch below(16) {
        case 0: packet[place] ^= 1 << UInt8(below(8))
        case 1: packet[place] = octet()
        case 2: packet.removeSubrange(place...)
        case 3: packet.remove(at: place)
        case 4: packet.insert(octet(), at: place)
        case 5: lieAboutCounts(&packet)
        case 6, 7: lieInName(&packet)
        case 8: insertPointer(&packet)
        case 9, 10: mutateOption(&packet)
        case 11: packet += additional()
        case 12: packet.replaceSubrange(place..., with: pick(seeds).suffix(below(80)))
        case 13: packet.insert(contentsOf: packet[place..<min(place + 1 + below(40), packet.count)], at: place)
        case 14: packet[2 + below(2)] = octet()
        default: lengthen(&packet)
        }
    }

    /// Says that there are more, fewer or absurdly many records.
    private mutating func lieAboutCounts(_ packet: inout [UInt8]) {
        let place = 4 + 2 * below(4)
        let count = pick([0, 1, 2, 3, 255, 256, 65_535])
        packet[place] = UInt8(count >> 8)
        packet[place + 1] = UInt8(count & 255)
    }

    /// Changes the length octet of a label of the question's name.
    private mutating func lieInName(_ packet: inout [UInt8]) {
        var lengths: [Int] = []
        var place = 12
        while place < packet.count {
            lengths.append(place)
            guard packet[place] > 0, packet[place] < 64 else { break }
            place += 1 + Int(packet[place])
        }
        let target = pick(lengths)
        packet[target] = pick([0, 1, packet[target] &+ 1, packet[target] &- 1, 63, 64, 65, 127, 128, 191, 192, 255])
    }

    /// Puts a compression pointer somewhere: backward, to itself, forward, to the header, beyond the end.
    private mutating func insertPointer(_ packet: inout [UInt8]) {
        let place = pick([12, 12 + below(packet.count - 12)])
        let target = pick([0, 4, 12, place, place + 2, max(place - 1, 0), packet.count, 0x3FFF, below(packet.count)])
        let pointer = [0xC0 | UInt8(target >> 8 & 0x3F), UInt8(target & 255)]
        if below(2) == 0 {
            packet.insert(contentsOf: pointer, at: place)
        } else {
            packet.replaceSubrange(place..<min(place + 2, packet.count), with: pointer)
        }
    }

    /// Lies in an OPT record: version, length, an option's code or length, a second record.
    private mutating func mutateOption(_ packet: inout [UInt8]) {
        let places = packet.indices.dropFirst(12).filter { place in
            place + 11 <= packet.count && packet[place] == 0 && packet[place + 1] == 0 && packet[place + 2] == 41
        }
        guard let start = places.first else {
            packet += additional()
            return
        }
        switch below(8) {
        case 0: packet[start + 6] = octet()
        case 1: packet[start + 3 + below(2)] = octet()
        case 2: packet[start + 10] = pick([0, 1, packet[start + 10] &+ 1, packet[start + 10] &- 1, 255])
        case 3: packet[start + 9] = octet()
        case 4: packet[start + 7] ^= 0x80
        case 5: packet += packet[start...]
        case 6: packet.insert(1, at: start)
        default:
            guard start + 15 <= packet.count else { return }
            packet[start + 12 + 2 * below(2)] = pick([0, 1, 3, 8, 10, 11, 12, 15, 255])
        }
    }

    /// An additional record that may not be counted: OPT with options, TSIG, SIG(0), or none that is known.
    private mutating func additional() -> [UInt8] {
        let data = octets(pick([0, 1, 4, 8, 12, 40, 61]))
        let length = pick([data.count, data.count + 1, 0, 65_535])
        let type = pick([41, 250, 24, 1, 255])
        let option: [UInt8] = [0, UInt8(pick([3, 8, 10, 11, 12, 15, 200])), 0, UInt8(data.count)]
        let head: [UInt8] = [0, 0, UInt8(type), octet(), octet(), octet(), octet(), octet(), octet()]
        return head + [UInt8(length >> 8), UInt8(length & 255)] + (type == 41 ? option : []) + data
    }

    /// Makes the packet long: more octets behind it, or a name of many labels or of too long ones.
    private mutating func lengthen(_ packet: inout [UInt8]) {
        switch below(3) {
        case 0: packet += [UInt8](repeating: octet(), count: pick([1, 64, 500, 1_500, 4_096]))
        case 1:
            let labels = pick([1, 60, 120, 126, 127, 128, 300])
            packet.insert(contentsOf: (0..<labels).flatMap { _ in [1, UInt8(ascii: "a")] }, at: 12)
        default:
            let labels = pick([1, 3, 4, 5])
            packet.insert(contentsOf: (0..<labels).flatMap { _ in [63] + [UInt8](repeating: 98, count: 63) }, at: 12)
        }
    }
}
