// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Changes inputs at random, the same way for the same seed.
struct Damage: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// One of `inputs` with one to four changes, some of them pieces of another one.
    mutating func input(from inputs: [[UInt8]]) -> [UInt8] {
        var input = inputs.randomElement(using: &self) ?? []
        let other = inputs.randomElement(using: &self) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &self) where !input.isEmpty {
            change(&input, with: other)
        }
        return input
    }

    private mutating func change(_ input: inout [UInt8], with other: [UInt8]) {
        let place = Int.random(in: input.indices, using: &self)
        switch Int.random(in: 0..<8, using: &self) {
        case 0: input[place] = UInt8.random(in: .min ... .max, using: &self)
        case 1: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 2: input[place] = [0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF].randomElement(using: &self) ?? 0
        case 3: input.remove(at: place)
        case 4: input.insert(UInt8.random(in: .min ... .max, using: &self), at: place)
        case 5: input.removeSubrange(place...)
        case 6: input.append(contentsOf: input[place...])
        default:
            let end = min(place + Int.random(in: 1...16, using: &self), other.count)
            if place < end { input.insert(contentsOf: other[place..<end], at: place) }
        }
    }
}
