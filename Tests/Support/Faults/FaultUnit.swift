// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What duplication, reordering and loss apply to.
package enum FaultUnit: String, Sendable, CaseIterable {
    /// Whatever was read at once: for protocols without lines.
    case segment
    /// One line with its LF.
    case line
    /// A message of the zone stream: a control line, or one that a body follows together with its body.
    case message

    /// The verbs that a body follows.
    static let verbsWithBody = ["PUT ", "DIFF ", "ZONE "]
}

/// Cuts what comes into units.
struct FaultUnitCutter {
    private let unit: FaultUnit
    private var line: [UInt8] = []
    private var message: [UInt8] = []

    init(_ unit: FaultUnit) {
        self.unit = unit
    }

    /// The units that are complete with these octets.
    mutating func cut(_ octets: [UInt8]) -> [[UInt8]] {
        guard unit != .segment else { return [octets] }
        var units: [[UInt8]] = []
        var rest = octets[...]
        while let end = rest.firstIndex(of: 0x0A) {
            line += rest[...end]
            rest = rest[(end + 1)...]
            if let unit = finishLine() { units.append(unit) }
        }
        line += rest
        return units
    }

    /// What is left of an incomplete unit at the end.
    mutating func remains() -> [UInt8] {
        defer {
            line = []
            message = []
        }
        return message + line
    }

    private mutating func finishLine() -> [UInt8]? {
        defer { line = [] }
        guard unit == .message else { return line }
        if message.isEmpty, !FaultUnit.verbsWithBody.contains(where: { line.starts(with: Array($0.utf8)) }) {
            return line
        }
        message += line
        guard line == Array(".\n".utf8) || line == Array("..\n".utf8) else { return nil }
        defer { message = [] }
        return message
    }
}
