// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Punycode, the ASCII form of a label's other characters (RFC 3492), without the `xn--` in front.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26
    private static let skew = 38
    private static let damp = 700
    private static let initialBias = 72
    private static let initialCodePoint: UInt32 = 0x80
    private static let delimiter = UInt8(ascii: "-")

    /// The Punycode of `label`, or nil when a number grows too large for the algorithm (RFC 3492 section 6.3).
    static func encode(_ label: some Sequence<Unicode.Scalar>) -> [UInt8]? {
        let input = label.map(\.value)
        var output = input.filter { $0 < 0x80 }.map { UInt8(truncatingIfNeeded: $0) }
        let basicCount = output.count
        if basicCount > 0 {
            output.append(delimiter)
        }
        var handled = basicCount
        var codePoint = initialCodePoint
        var delta = 0
        var bias = initialBias
        while handled < input.count {
            guard let next = input.filter({ $0 >= codePoint }).min() else {
                return nil
            }
            let (step, overflow) = Int(next - codePoint).multipliedReportingOverflow(by: handled + 1)
            guard !overflow, delta <= Int(Int32.max) - step else {
                return nil
            }
            delta += step
            codePoint = next
            for value in input {
                if value < codePoint {
                    delta += 1
                }
                guard value == codePoint else {
                    continue
                }
                appendNumber(delta, bias: bias, to: &output)
                bias = adapt(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            codePoint += 1
        }
        return output
    }

    /// The characters that `text` stands for, or nil when it is no Punycode.
    static func decode(_ text: some Collection<UInt8>) -> [Unicode.Scalar]? {
        let bytes = Array(text)
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            return nil
        }
        var output: [Unicode.Scalar] = []
        var position = 0
        if let last = bytes.lastIndex(of: delimiter) {
            output = bytes[..<last].map(Unicode.Scalar.init)
            position = last + 1
        }
        var codePoint = Int(initialCodePoint)
        var index = 0
        var bias = initialBias
        while position < bytes.count {
            let start = index
            guard let value = readNumber(bytes, &position, bias: bias), index <= Int(Int32.max) - value else {
                return nil
            }
            index += value
            let count = output.count + 1
            bias = adapt(index - start, count: count, isFirst: start == 0)
            codePoint += index / count
            index %= count
            guard codePoint <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(codePoint)) else {
                return nil
            }
            output.insert(scalar, at: index)
            index += 1
        }
        return output
    }

    private static func appendNumber(_ number: Int, bias: Int, to output: inout [UInt8]) {
        var rest = number
        var k = base
        while true {
            let threshold = threshold(k, bias)
            if rest < threshold {
                break
            }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            k += base
        }
        output.append(digit(rest))
    }

    private static func readNumber(_ bytes: [UInt8], _ position: inout Int, bias: Int) -> Int? {
        var number = 0
        var weight = 1
        var k = base
        while position < bytes.count {
            guard let digit = value(of: bytes[position]) else {
                return nil
            }
            position += 1
            let (product, overflow) = digit.multipliedReportingOverflow(by: weight)
            guard !overflow, product <= Int(Int32.max) - number else {
                return nil
            }
            number += product
            let threshold = threshold(k, bias)
            if digit < threshold {
                return number
            }
            weight *= base - threshold
            guard weight <= Int(Int32.max) else {
                return nil
            }
            k += base
        }
        return nil
    }

    private static func threshold(_ k: Int, _ bias: Int) -> Int {
        min(max(k - bias, tMin), tMax)
    }

    private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var k = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + skew)
    }

    private static func digit(_ value: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: value < 26 ? value + 0x61 : value - 26 + 0x30)
    }

    private static func value(of digit: UInt8) -> Int? {
        switch digit {
        case 0x30...0x39: Int(digit) - 0x30 + 26
        case 0x41...0x5A: Int(digit) - 0x41
        case 0x61...0x7A: Int(digit) - 0x61
        default: nil
        }
    }
}
