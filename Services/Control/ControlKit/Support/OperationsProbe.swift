// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks a daemon's loopback listener how it is.
enum OperationsProbe {
    /// What `/readyz` said.
    struct Answer {
        let isReady: Bool
        /// The reasons, or why nothing was heard.
        let text: String
    }

    static func readiness(port: Int) async -> Answer {
        do {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/readyz")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(2))
            let body = try await response.body.collect(upTo: 65_536)
            let text = String(buffer: body).split(separator: "\n").joined(separator: "; ")
            return Answer(isReady: response.status == .ok, text: text)
        } catch {
            return Answer(isReady: false, text: "nothing answers on port \(port)")
        }
    }
}
