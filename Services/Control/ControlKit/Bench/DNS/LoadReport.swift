// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What a load showed.
struct LoadReport: Sendable {
    let counts: LoadCounts
    /// Length of the measured time.
    let seconds: Double
    /// Threads that sent.
    let threads: Int
    /// What the server's processes had used at its ends; nil when none were named.
    let before: ProcessAccounting?
    let after: ProcessAccounting?

    /// Answers a second.
    var rate: Double { seconds > 0 ? Double(counts.arrived) / seconds : 0 }

    /// Microseconds of processor time that the server spent on each answer, in its program and in the kernel.
    var microsecondsPerAnswer: (user: Double, system: Double)? {
        guard let before, let after, counts.arrived > 0 else { return nil }
        let answers = Double(counts.arrived)
        return (
            (after.userSeconds - before.userSeconds) * 1e6 / answers,
            (after.systemSeconds - before.systemSeconds) * 1e6 / answers
        )
    }

    /// The share of the time, 0 to 1, in which the generator had something to do. Near 1 it is the generator that is
    /// measured.
    var busyShare: Double {
        seconds > 0 ? min(1, max(0, 1 - Double(counts.idle) / (seconds * 1e9 * Double(threads)))) : 0
    }

    /// Octets of an answer on average.
    var meanOctets: Double {
        counts.answered > 0 ? Double(counts.responseOctets) / Double(counts.answered) : 0
    }

    /// The report for people.
    var text: String {
        var lines = [
            "\(Self.decimal(rate, 0)) answers a second over \(Self.decimal(seconds, 2)) s; "
                + "the generator was busy for \(Self.decimal(busyShare * 100, 0)) % of it",
            "sent \(counts.sent), answered \(counts.answered), lost \(counts.lost), "
                + "unexpected \(counts.unexpected), errors \(counts.errors), truncated \(counts.truncated)",
            "codes    \(codes.map { "\($0.name) \($0.count)" }.joined(separator: ", "))",
            "latency  \(latencies)",
            "octets   mean \(Self.decimal(meanOctets, 1)), "
                + "min \(counts.answered > 0 ? counts.shortest : 0), max \(counts.longest)",
        ]
        if let cost = microsecondsPerAnswer, let before, let after {
            lines += [
                "server   \(Self.decimal(cost.user + cost.system, 3)) us CPU an answer: "
                    + "user \(Self.decimal(cost.user, 3)), system \(Self.decimal(cost.system, 3))",
                "memory   resident \(before.residentKiB) KiB before, \(after.residentKiB) KiB after "
                    + "(private \(after.anonymousKiB), files \(after.fileKiB), proportional \(after.proportionalKiB))",
            ]
        }
        return lines.joined(separator: "\n")
    }

    private var latencies: String {
        let shares = Self.percentiles.map { name, share in
            "\(name) \(counts.latency.percentile(share) / 1000) us"
        }
        return shares.joined(separator: ", ") + ", max \(counts.latency.maximum / 1000) us"
    }

    private static let percentiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)]

    private var codes: [(name: String, count: UInt64)] {
        counts.codes.enumerated().filter { $0.element > 0 }.map { number, count in
            (RCode(rawValue: UInt16(number)).description, count)
        }
    }

    /// A number with a fixed count of decimal places.
    static func decimal(_ value: Double, _ places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int((value.magnitude * scale).rounded())
        let whole = "\(scaled / Int(scale))"
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + whole }
        let fraction = "\(scaled % Int(scale))"
        return sign + whole + "." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
