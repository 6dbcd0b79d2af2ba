// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import TestSupport

/// The name server of the Debian package `pebble`, whose records tests set.
final class ChallengeServer: Sendable {
    let address: String
    private let client: HTTPClient
    private let process: DaemonProcess

    init() async throws {
        address = "127.0.0.1:\(try FreePort.next())"
        let management = try FreePort.next()
        process = try DaemonProcess(
            name: "pebble-challtestsrv",
            program: "/usr/bin/pebble-challtestsrv",
            arguments: [
                "-dns01", address, "-management", "127.0.0.1:\(management)", "-http01", "", "-https01", "",
                "-tlsalpn01", "", "-defaultIPv6", "",
            ]
        )
        client = HTTPClient(port: management)
        let deadline = ContinuousClock.now + .seconds(60)
        while (try? client.get("/")) == nil {
            guard process.exitStatus == nil, ContinuousClock.now < deadline else { throw SupportError(process.log) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Adds a TXT record of `_acme-challenge` below `name`.
    func add(_ value: String, below name: String) throws {
        let body = #"{"host": "_acme-challenge.\#(name).", "value": "\#(value)"}"#
        let answer = try client.post("/set-txt", json: body)
        guard answer.status == 200 else { throw SupportError("set-txt: \(answer.status)") }
    }

    /// Removes the TXT records of `_acme-challenge` below `name`.
    func remove(below name: String) throws {
        let answer = try client.post("/clear-txt", json: #"{"host": "_acme-challenge.\#(name)."}"#)
        guard answer.status == 200 else { throw SupportError("clear-txt: \(answer.status)") }
    }

    func stop() async throws {
        process.signal(9)
        _ = try await process.waitForExit()
    }
}
