// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension FaultProxy {
    /// Carries out a command in words, as the program's standard input has them; nil, or what is wrong with it.
    ///
    ///     delay MS [JITTER] [in|out]     rate OCTETS|off [in|out]      blackhole in|out|both
    ///     corrupt PROBABILITY [in|out]   duplicate PROBABILITY [in|out]
    ///     reorder PROBABILITY [in|out]   drop PROBABILITY [in|out]
    ///     truncate OCTETS [in|out]       refuse    rst    halfclose in|out    target PORT    clear
    package func carryOut(_ command: String) -> String? {
        var words = command.split(separator: " ").map(String.init)
        guard !words.isEmpty else { return nil }
        let verb = words.removeFirst()
        var directions = FaultRules.Direction.allCases
        if let last = words.last, let direction = FaultRules.Direction(rawValue: last) {
            directions = [direction]
            words.removeLast()
        } else if words.last == "both" {
            words.removeLast()
        }
        let numbers = words.map { Double($0) ?? -1 }
        let first = numbers.first
        guard words == ["off"] || numbers.allSatisfy({ $0 >= 0 }) else { return "\(command): not a number" }
        let chosen = directions
        func each(_ body: @Sendable (inout FaultRules.Way) -> Void) -> String? {
            change { rules in
                for direction in chosen { body(&rules[direction]) }
            }
            return nil
        }
        switch (verb, first) {
        case ("delay", let delay?):
            let jitter = numbers.count > 1 ? numbers[1] : 0
            return each {
                $0.delay = .microseconds(Int64(delay * 1_000))
                $0.jitter = .microseconds(Int64(jitter * 1_000))
            }
        case ("rate", let rate?): return each { $0.octetsPerSecond = rate < 1 ? nil : Int(rate) }
        case ("corrupt", let probability?): return each { $0.corruption = probability }
        case ("duplicate", let probability?): return each { $0.duplication = probability }
        case ("reorder", let probability?): return each { $0.reordering = probability }
        case ("drop", let probability?): return each { $0.loss = probability }
        case ("truncate", let octets?): return each { $0.truncation = Int(octets) }
        case ("target", let port?): retarget(port: Int(port))
        case ("blackhole", nil): return each { $0.isBlackholed = true }
        case ("halfclose", nil): for direction in chosen { halfClose(direction) }
        case ("refuse", nil): change { $0.refusesConnections = true }
        case ("rst", nil): resetConnections()
        case ("clear", nil): change { $0 = FaultRules() }
        default: return "\(command): no such command"
        }
        return nil
    }
}
