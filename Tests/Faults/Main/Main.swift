// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import FaultScenarios
import Foundation
import TestSupport

/// Makes things go wrong and says what came of it:
///
///     zonewright-faults run [--quick] [--only NAME,…] [--programs FOLDER] [--seed N] [--report FILE]
///     zonewright-faults list
///     zonewright-faults proxy --listen HOST:PORT --to HOST:PORT [--unit segment|line|message] [--seed N]
///
/// `run` prints a line of JSON a scenario, and appends it to the report. The exit status is 1 when one did not pass.
/// `proxy` reads commands from its standard input, a line each, until that ends; see `FaultProxy.carryOut`.
@main
struct Main {
    /// How it was called was wrong.
    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    private let options: [String: String]
    private let isQuick: Bool

    static func main() async {
        do {
            exit(try await run(Array(CommandLine.arguments.dropFirst())))
        } catch {
            FileHandle.standardError.write(Data("zonewright-faults: \(error)\n".utf8))
            exit(64)
        }
    }

    private static func run(_ arguments: [String]) async throws -> Int32 {
        let main = try Main(arguments.dropFirst())
        switch arguments.first {
        case "list":
            for scenario in FaultScenario.all {
                say("\(scenario.name)\t\(scenario.hasQuickForm ? "quick and full" : "full only")\t\(scenario.summary)")
            }
            return 0
        case "proxy": return try await main.proxy()
        case "run": return try await main.run()
        default: throw UsageError(description: "run, list or proxy")
        }
    }

    private init(_ arguments: ArraySlice<String>) throws {
        var options: [String: String] = [:]
        var rest = arguments
        while let word = rest.popFirst() {
            if word == "--quick" {
                options[word] = ""
            } else if word.hasPrefix("--"), let value = rest.popFirst() {
                options[word] = value
            } else {
                throw UsageError(description: "\(word): not understood")
            }
        }
        isQuick = options["--quick"] != nil
        self.options = options
    }

    private func proxy() async throws -> Int32 {
        guard let unit = FaultUnit(rawValue: options["--unit"] ?? "segment") else {
            throw UsageError(description: "--unit: segment, line or message")
        }
        let proxy = try await FaultProxy.start(
            listen: address("--listen"),
            target: address("--to"),
            unit: unit,
            seed: options["--seed"].flatMap { UInt64($0) } ?? 1
        )
        Self.say("listening on \(proxy.port)")
        while let line = readLine() { Self.say(proxy.carryOut(line) ?? "ok") }
        await proxy.stop()
        return 0
    }

    private func run() async throws -> Int32 {
        let names = options["--only"]?.split(separator: ",").map(String.init) ?? []
        let unknown = names.filter { name in !FaultScenario.all.contains { $0.name == name } }
        guard unknown.isEmpty else {
            throw UsageError(description: "no such scenario: \(unknown.joined(separator: ", "))")
        }
        let settings = FaultSettings(
            isQuick: isQuick,
            programs: options["--programs"],
            seed: options["--seed"].flatMap { UInt64($0) } ?? UInt64.random(in: 1 ... .max)
        )
        var failures = 0
        for scenario in FaultScenario.all {
            let isWanted = names.isEmpty ? !isQuick || scenario.hasQuickForm : names.contains(scenario.name)
            guard isWanted else { continue }
            let result = await FaultResult.of(scenario, settings)
            FileHandle.standardError.write(Data((result.text + "\n").utf8))
            Self.say(result.json)
            if let file = options["--report"] { try Self.append(result.json + "\n", to: file) }
            if !result.passed { failures += 1 }
        }
        return failures == 0 ? 0 : 1
    }

    private func address(_ option: String) throws -> (host: String, port: Int) {
        let parts = (options[option] ?? "").split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else {
            throw UsageError(description: "\(option) HOST:PORT is needed")
        }
        return (String(parts[0]), port)
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Adds a line to a file, and makes it when it is not there.
    private static func append(_ line: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(line.utf8))
    }
}
