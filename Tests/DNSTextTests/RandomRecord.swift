// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Makes valid records of every type at random.
struct RandomRecord {
    private static let types = (UInt16.min...UInt16(300)).map(RRType.init(rawValue:))
        .filter { RDataLayout.of($0) != nil }
    private static let definedKeys: ClosedRange<UInt16> = 0...7

    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// A record below `origin`.
    mutating func next(below origin: Name) throws -> ResourceRecord {
        while true {
            let type = Self.types.randomElement(using: &random) ?? .a
            let rdata = self.rdata(RDataLayout.of(type)?.fields ?? [])
            // Digests must have the length of their algorithm: only some candidates do.
            guard (try? RDataValidator.validate(type, rdata)) != nil else { continue }
            let owner = try Name(labels: labels(maximum: 4)).concatenating(origin)
            return ResourceRecord(
                owner: owner,
                type: type,
                ttl: .random(in: 0...0x7FFF_FFFF, using: &random),
                rdata: rdata
            )
        }
    }

    private mutating func rdata(_ fields: [RDataField]) -> [UInt8] {
        fields.flatMap { value($0) }
    }

    private mutating func octets(_ counts: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: counts, using: &random)).map { _ in .random(in: 0...255, using: &random) }
    }

    private mutating func labels(maximum: Int) -> [[UInt8]] {
        (0..<Int.random(in: 0...maximum, using: &random)).map { _ in octets(1...12) }
    }

    private mutating func prefixed(_ octets: [UInt8]) -> [UInt8] {
        [UInt8(octets.count)] + octets
    }

    private mutating func value(_ field: RDataField) -> [UInt8] {
        switch field {
        case .uint8, .algorithm: octets(1...1)
        case .uint16, .certType, .rrType: octets(2...2)
        case .uint32, .ttl, .timestamp, .ipv4: octets(4...4)
        case .name: labels(maximum: 5).flatMap { prefixed($0) } + [0]
        case .ipv6: octets(16...16)
        case .string: prefixed(octets(0...255))
        case .strings: (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in prefixed(octets(0...60)) }
        case .longString: octets(1...60)
        case .tag: prefixed(Array("issue".utf8))
        case .hex: octets([12...12, 20...20, 32...32, 48...48, 64...64].randomElement(using: &random) ?? 1...1)
        case .base64: octets(1...200)
        case .hexLength8: prefixed(octets(0...20))
        case .base32Length8: prefixed(octets(1...40))
        case .typeBitmap: [0, 6, 0x40, 1, 0, 0, 0, 3, 1] + prefixed(octets(0...31) + [0x01])
        case .svcParams: serviceParameters()
        case .apl: [0, 1, 24, 0x83, 192, 0, 2, 0, 2, 8, 1, 0xFF]
        case .loc: [0, 0x12, 0x16, 0x13] + [0x89, 0x17, 0x2D, 0xD0, 0x70, 0xBE, 0x15, 0xF0] + octets(4...4)
        case .eui48: octets(6...6)
        case .eui64: octets(8...8)
        }
    }

    private mutating func serviceParameters() -> [UInt8] {
        let known: [[UInt8]] = [
            [0, 1, 0, 3, 2] + Array("h3".utf8), [0, 2, 0, 0], [0, 3, 0, 2, 0x20, 0xFB],
            [0, 4, 0, 8, 192, 0, 2, 1, 192, 0, 2, 2], [0, 6, 0, 16] + octets(16...16),
        ]
        let unknown = octets(0...30)
        return known.prefix(Int.random(in: 0...known.count, using: &random)).flatMap { $0 }
            + [0x02, 0x9A, 0, UInt8(unknown.count)] + unknown
    }
}
