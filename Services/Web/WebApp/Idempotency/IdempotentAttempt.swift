// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// A request with an Idempotency-Key, its body read.
struct IdempotentAttempt {
    /// The request again, for the handler.
    let request: Request
    let seal: IdempotencySeal
    let fingerprint: [UInt8]

    /// Nil when the key is none.
    ///
    /// - Throws: an ``APIError``: 400 without a token of its own, 413 for a body that no route takes.
    init?(_ request: Request, key: String) async throws {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        // A password must not be the key to what is stored: it could be guessed from there.
        guard let token = request.bearerToken else {
            throw APIError(.badRequest, "Idempotency-Key needs a bearer token")
        }
        let body = try await request.bodyBytes(limit: Request.importBodyLimit)
        self.request = Request(head: request.head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
        self.seal = IdempotencySeal(token: token, key: key)
        self.fingerprint = IdempotencySeal.fingerprint(
            method: request.method.rawValue,
            target: request.uri.string,
            body: body
        )
    }

    /// The first answer again.
    ///
    /// - Throws: when it cannot be opened.
    func replay(status: Int, sealedBody: [UInt8]?) throws -> Response {
        var headers: HTTPFields = [.idempotencyReplayed: "true"]
        guard let sealedBody else {
            return Response(status: .init(code: status), headers: headers)
        }
        headers[.contentType] = "application/json; charset=utf-8"
        let body = try self.seal.open(sealedBody)
        return Response(
            status: .init(code: status),
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}

extension APIError {
    /// The key was used for another request: 422.
    static let idempotencyKeyTaken = APIError(
        .unprocessableContent,
        "This Idempotency-Key was used for another request"
    )
    /// The same request is being worked on: 409, to be tried again soon.
    static let idempotentRequestInFlight = APIError(
        .conflict,
        "A request with this Idempotency-Key is being worked on",
        headers: [.retryAfter: "1"]
    )
    /// The request was carried out before, and its answer is not known: 409.
    static let idempotentAnswerLost = APIError(
        .conflict,
        "The request with this Idempotency-Key was carried out, but its answer was lost"
    )
}

extension Response {
    /// The whole body; the response goes on having it.
    mutating func takeBody() async throws -> [UInt8] {
        let collected = CollectedBody()
        try await self.body.write(collected)
        self.body = .init(byteBuffer: collected.buffer)
        return Array(collected.buffer.readableBytesView)
    }
}

/// Takes a body instead of a connection. Used by one task only.
private final class CollectedBody: ResponseBodyWriter {
    private(set) var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws {
        var part = buffer
        self.buffer.writeBuffer(&part)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
