// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import DNSText
import DNSWire
import Foundation
import Synchronization

/// `zonewright bench propagation`: the time from the API's 2xx to a correct answer over UDP.
struct BenchPropagationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propagation",
        abstract: "Measure the time from the API's 2xx to a correct answer over UDP.",
        discussion: """
            Makes a zone of its own (propagation-bench.example), creates records in it at the given rate, asks the \
            responder for each until it answers the new value, and deletes the zone at the end.
            """
    )

    private static let zone = "propagation-bench.example"

    @Option(help: "Changes a second.")
    var rate = 50

    @Option(help: "For how long, in seconds.")
    var seconds = 60

    @Option(help: "When to give up on one change, in seconds.")
    var timeout = 30

    func validate() throws {
        guard (1...10_000).contains(rate) else { throw ValidationError("--rate: must be from 1 to 10000") }
        guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds: must be from 1 to 86400") }
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout: must be from 1 to 600") }
    }

    func run() async throws {
        let target = try BenchTarget()
        _ = try await target.send("DELETE", "/domains/\(Self.zone)")
        let made = try await target.send("POST", "/domains", json: #"{"name":"\#(Self.zone)"}"#)
        guard made.status == 201 else {
            throw ControlError("POST /domains answered \(made.status): \(made.body)")
        }
        let outcomes = await measure(target)
        _ = try await target.send("DELETE", "/domains/\(Self.zone)")

        let summary = LatencySummary(milliseconds: outcomes.compactMap { try? $0.get() })
        print("\(outcomes.count) changes at \(rate)/s for \(seconds) s; \(summary.count) answered")
        print(summary.text)
        let failures = outcomes.compactMap { outcome -> String? in
            guard case .failure(let error) = outcome else { return nil }
            return error.description
        }
        guard failures.isEmpty else {
            throw ControlError("\(failures.count) changes failed, for example: \(failures[0])")
        }
    }

    private func measure(_ target: BenchTarget) async -> [Result<Double, ControlError>] {
        let total = rate * seconds
        let bar = ProgressBar("Changing", total: total)
        defer { bar.finish() }
        let timeout = timeout
        return await withTaskGroup(of: Result<Double, ControlError>.self) { group in
            let start = ContinuousClock.now
            for number in 0..<total {
                try? await Task.sleep(until: start + .seconds(1) * number / rate)
                group.addTask {
                    let outcome = await Self.change(number, target: target, timeout: timeout)
                    bar.advance()
                    return outcome
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// One change: milliseconds from the API's answer to the responder's.
    private static func change(
        _ number: Int,
        target: BenchTarget,
        timeout: Int
    ) async -> Result<Double, ControlError> {
        do {
            let address: [UInt8] = [10, UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
            let text = address.map(String.init).joined(separator: ".")
            let body = #"{"name":"n\#(number)","type":"A","content":"\#(text)","ttl":60}"#
            let answer = try await target.send("POST", "/zones/\(zone)/records", json: body)
            let accepted = ContinuousClock.now
            guard answer.status == 201 else {
                return .failure(ControlError("POST records answered \(answer.status): \(answer.body)"))
            }
            let name = try Name(text: "n\(number).\(zone).")
            return try await offPool {
                let probe = try DNSProbe(host: target.dnsHost, port: target.dnsPort)
                while ContinuousClock.now - accepted < .seconds(timeout) {
                    let reply = probe.ask(name, .a, milliseconds: 250)
                    if reply?.answers.contains(where: { $0.type == .a && $0.rdata == address }) == true {
                        return .success((ContinuousClock.now - accepted) / .milliseconds(1))
                    }
                    usleep(500)
                }
                return .failure(ControlError("n\(number).\(zone) was not answered within \(timeout) s"))
            }
        } catch {
            return .failure(ControlError("\(error)"))
        }
    }
}
