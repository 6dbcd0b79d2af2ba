// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Queries for names that are made up while they are sent: random labels in front of a name.
///
/// Below a hosted zone they show what names cost that do not exist; with two labels below a name that is not hosted, zones
/// that the server does not have.
struct RandomNames: QuerySource {
    /// Five random bits a character.
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let labelLength = 12

    private let template: [UInt8]
    private let labels: Int
    private var state: UInt64

    /// - Parameters:
    ///   - labels: random labels in front, 1 to 4.
    ///   - seed: the same seed makes the same names.
    /// - Throws: `ControlError` when the names would be too long.
    init(below suffix: Name, labels: Int = 1, type: RRType, shape: QueryShape, seed: UInt64) throws(ControlError) {
        let label = [UInt8(Self.labelLength)] + Array(repeating: 0x61, count: Self.labelLength)
        do {
            let name = try Name(wire: Array(repeatElement(label, count: labels).joined()) + suffix.wire)
            template = try shape.query(Question(name: name, type: type))
        } catch {
            throw ControlError("no room for random labels below \(suffix): \(error)")
        }
        self.labels = labels
        state = seed
    }

    mutating func stage(into burst: inout Burst, maximum: Int) {
        let size = template.count
        let count = min(maximum, Burst.capacity)
        unsafe burst.append(packets: count, of: size) { room in
            for packet in 0..<count {
                let start = packet * size
                // SAFETY: the room is `count` times the template's size, and the labels lie within the template.
                unsafe template.withUnsafeBytes { octets in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: room[start..<start + size]).copyMemory(from: octets)
                }
                for label in 0..<labels {
                    var bits = nextRandom()
                    let first = start + Message.headerLength + label * (Self.labelLength + 1) + 1
                    for offset in 0..<Self.labelLength {
                        unsafe room[first + offset] = Self.alphabet[Int(bits & 31)]
                        bits >>= 5
                    }
                }
            }
        }
    }

    func forThread(_ index: Int, of count: Int) -> RandomNames {
        var copy = self
        copy.state = state &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03
        return copy
    }

    /// SplitMix64: every 64-bit number once in 2^64 steps.
    private mutating func nextRandom() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
