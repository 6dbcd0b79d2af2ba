// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Queries that a follower has answered: `COUNT seq run= day= counts=gen:n,gen:n…`.
///
/// Reports of a run are numbered without gaps, so that one which comes twice counts once.
package struct CountReport: Sendable, Equatable {
    /// Queries answered from one zone.
    package struct Count: Sendable, Equatable {
        /// The zone's generation.
        package var zone: UInt64
        /// 1 to ``CountReport/maximumQueries``.
        package var queries: UInt64

        /// So many queries of the zone of this generation.
        package init(zone: UInt64, queries: UInt64) {
            self.zone = zone
            self.queries = queries
        }
    }

    /// The most queries of a zone that one report tells of: sums of reports stay far from the end of 64 bits.
    package static let maximumQueries: UInt64 = 1 << 40
    /// Reports that a follower may have sent and not been told of as kept.
    package static let window = 16

    /// A UUID of whoever counted, in lower case: most often of a process.
    package var run: String
    /// From 1.
    package var sequence: UInt64
    /// When the queries were answered: days since 1970-01-01 in UTC, by the follower's clock.
    package var day: UInt32
    /// In ascending order of zones, each once.
    package var counts: [Count]
    /// The node behind a relay that counted; nil for who sends the report. Not in the report's own line.
    package var node: String?

    /// A report of these values.
    package init(run: String, sequence: UInt64, day: UInt32, counts: [Count]) {
        self.run = run
        self.sequence = sequence
        self.day = day
        self.counts = counts
    }

    /// The control line, without its LF.
    package var line: String {
        "COUNT \(sequence) run=\(run) day=\(day) counts="
            + counts.map { "\($0.zone):\($0.queries)" }.joined(separator: ",")
    }

    /// Octets of `line` without counts, at most.
    static let headLength = 110

    /// Octets of a count in `line`, with the comma in front.
    static func length(_ count: Count) -> Int {
        "\(count.zone)".utf8.count + "\(count.queries)".utf8.count + 2
    }

    /// Takes a line apart.
    init(_ line: ControlLine) throws(ProtocolError) {
        sequence = try line.argument(0)
        run = try Self.run(line)
        day = try line.number("day")
        counts = []
        guard sequence > 0, sequence <= UInt64(Int64.max) else {
            throw ProtocolError(.syntax, "COUNT: argument 1 is not a number in range")
        }
        for text in try line.required("counts").split(separator: ",", omittingEmptySubsequences: false) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let zone = Self.number(parts[0]), let queries = Self.number(parts[1]),
                1...UInt64(Int64.max) ~= zone, 1...Self.maximumQueries ~= queries,
                counts.last.map({ $0.zone < zone }) ?? true
            else { throw ProtocolError(.syntax, "COUNT: counts= is not an ascending list of generation:number") }
            counts.append(Count(zone: zone, queries: queries))
        }
    }

    /// The value of `run=`: a UUID in lower case.
    static func run(_ line: ControlLine) throws(ProtocolError) -> String {
        let text = try line.required("run")
        let isUUID =
            text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { index, octet in
                switch index {
                case 8, 13, 18, 23: octet == 0x2D
                default: 0x30...0x39 ~= octet || 0x61...0x66 ~= octet
                }
            }
        guard isUUID else { throw ProtocolError(.syntax, "\(line.verb): run= is not a UUID in lower case") }
        return String(text)
    }

    /// A new run: a random UUID (RFC 9562 5.4).
    package static func makeRun() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Array(
            [high, low].map { number in
                let text = String(number, radix: 16)
                return String(repeating: "0", count: 16 - text.utf8.count) + text
            }.joined()
        )
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private static func number(_ text: Substring) -> UInt64? {
        text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? UInt64(text) : nil
    }
}

/// What is kept of a run's reports: all up to a sequence number.
package struct CountMark: Sendable, Equatable {
    /// The run.
    package var run: String
    /// The last report that is kept, with all before it.
    package var sequence: UInt64
    /// The node behind a relay that counted; nil for who sent the reports.
    package var node: String?

    /// The reports of `run` up to `sequence`.
    package init(run: String, sequence: UInt64, node: String? = nil) {
        self.run = run
        self.sequence = sequence
        self.node = node
    }
}

extension CountMark {
    /// Takes `COUNTED seq run= [node=]` apart.
    init(_ line: ControlLine) throws(ProtocolError) {
        self.init(run: try CountReport.run(line), sequence: try line.argument(0))
        if line.optional("node") != nil { node = try OriginNode.name(line, "node") }
    }

    /// What a report is acknowledged with.
    package init(_ report: CountReport) {
        self.init(run: report.run, sequence: report.sequence, node: report.node)
    }

    /// Whether a report is among those that this says are kept.
    package func covers(_ mark: CountMark) -> Bool {
        mark.run == run && mark.node == node && mark.sequence <= sequence
    }
}
