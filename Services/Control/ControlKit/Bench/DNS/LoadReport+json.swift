// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation

extension LoadReport {
    /// The members of the JSON form, whose names are a contract with the scripts that read them.
    private struct Members: Encodable {
        struct Latency: Encodable {
            var mean: Double
            var p50: Double
            var p90: Double
            var p99: Double
            var p999: Double
            var max: Double
        }

        struct Octets: Encodable {
            var mean: Double
            var min: Int
            var max: Int
        }

        struct Server: Encodable {
            struct Memory: Encodable {
                var resident: Int
                var anonymous: Int
                var file: Int
                var proportional: Int
            }

            var userMicroseconds: Double
            var systemMicroseconds: Double
            var memoryKiBBefore: Memory
            var memoryKiBAfter: Memory
        }

        var answersPerSecond: Double
        var seconds: Double
        var generatorBusyShare: Double
        var sent: UInt64
        var answered: UInt64
        var lost: UInt64
        var unexpected: UInt64
        var errors: UInt64
        var truncated: UInt64
        var codes: [String: UInt64]
        var latencyMicroseconds: Latency
        var octets: Octets
        var server: Server?
    }

    /// The report for programs: one JSON object.
    ///
    /// - Throws: `ControlError` when a number is none, which no load makes.
    func json() throws(ControlError) -> String {
        let latency = counts.latency
        func microseconds(_ share: Double) -> Double { Double(latency.percentile(share)) / 1000 }
        var codes: [String: UInt64] = [:]
        for (number, count) in counts.codes.enumerated() where count > 0 {
            codes[RCode(rawValue: UInt16(number)).description] = count
        }
        let members = Members(
            answersPerSecond: rate,
            seconds: seconds,
            generatorBusyShare: busyShare,
            sent: counts.sent,
            answered: counts.answered,
            lost: counts.lost,
            unexpected: counts.unexpected,
            errors: counts.errors,
            truncated: counts.truncated,
            codes: codes,
            latencyMicroseconds: Members.Latency(
                mean: Double(latency.mean) / 1000,
                p50: microseconds(0.5),
                p90: microseconds(0.9),
                p99: microseconds(0.99),
                p999: microseconds(0.999),
                max: Double(latency.maximum) / 1000
            ),
            octets: Members.Octets(
                mean: meanOctets,
                min: counts.answered > 0 ? counts.shortest : 0,
                max: counts.longest
            ),
            server: server
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            return String(decoding: try encoder.encode(members), as: UTF8.self)
        } catch {
            throw ControlError("the report cannot be written: \(error)")
        }
    }

    private var server: Members.Server? {
        guard let cost = microsecondsPerAnswer, let before, let after else { return nil }
        return Members.Server(
            userMicroseconds: cost.user,
            systemMicroseconds: cost.system,
            memoryKiBBefore: Self.memory(before),
            memoryKiBAfter: Self.memory(after)
        )
    }

    private static func memory(_ accounting: ProcessAccounting) -> Members.Server.Memory {
        Members.Server.Memory(
            resident: accounting.residentKiB,
            anonymous: accounting.anonymousKiB,
            file: accounting.fileKiB,
            proportional: accounting.proportionalKiB
        )
    }
}
