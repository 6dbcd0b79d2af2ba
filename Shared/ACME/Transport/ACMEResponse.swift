// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// An ACME server's answer.
struct ACMEResponse: Sendable {
    let status: Int
    let body: [UInt8]
    let nonce: String?
    let location: String?
    let retryAfter: Duration?

    /// Nothing, when the answer is a success.
    ///
    /// - Throws: ``ACMEError`` otherwise.
    func check() throws(ACMEError) {
        if (200..<300).contains(status) { return }
        let problem =
            (try? JSONDecoder().decode(ACMEProblem.self, from: Data(body)))
            ?? ACMEProblem(type: "about:blank", detail: "status \(status)", status: status)
        if status == 429 || problem.kind == "rateLimited" { throw .rateLimited(problem, retryAfter: retryAfter) }
        if status >= 500 { throw .unavailable(problem.summary, retryAfter: retryAfter) }
        guard status >= 400 else { throw .invalidAnswer("status \(status)") }
        throw .refused(problem)
    }

    /// The body of a success.
    func decode<Value: Decodable>(_ type: Value.Type) throws(ACMEError) -> Value {
        try check()
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw .invalidAnswer("a body that is not what was asked for")
        }
    }
}
