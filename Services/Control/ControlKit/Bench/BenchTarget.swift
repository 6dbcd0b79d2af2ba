// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The installation that a benchmark works on: what `.zonewright/env` tells, or the same variables in the environment.
struct BenchTarget: Sendable {
    let url: String
    let token: String
    let account: String
    let dnsHost: String
    let dnsPort: Int

    /// - Throws: `ControlError` naming the variable that is missing.
    init(
        file: EnvironmentFile? = EnvironmentFile(path: StateFolder.standard().environmentFile),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        func value(_ name: String) throws -> String {
            guard let value = environment[name] ?? file?[name], !value.isEmpty else {
                throw ControlError("\(name) is not set; run 'make up' or source .zonewright/env")
            }
            return value
        }
        url = try value("ZONEWRIGHT_URL")
        token = try value("ZONEWRIGHT_TOKEN")
        account = try value("ZONEWRIGHT_ACCOUNT")
        dnsHost = try value("ZONEWRIGHT_DNS_HOST")
        let port = try value("ZONEWRIGHT_DNS_PORT")
        guard let number = Int(port), (1...65_535).contains(number) else {
            throw ControlError("ZONEWRIGHT_DNS_PORT is '\(port)', which is no port")
        }
        dnsPort = number
    }

    /// Sends one request of the account and returns the status and the body.
    ///
    /// - Parameter path: below the account, from its first slash.
    func send(_ method: String, _ path: String, json: String? = nil) async throws -> (status: Int, body: String) {
        var request = HTTPClientRequest(url: "\(url)/v2/\(account)\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        if let json {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: json))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), String(buffer: body))
    }
}
