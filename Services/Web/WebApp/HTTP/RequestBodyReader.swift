// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// Most bytes of a JSON body: far more than a batch of 1,000 records needs.
    static let jsonBodyLimit = 1 << 20
    /// Most bytes of a zone file to import.
    static let importBodyLimit = 8 << 20

    /// The whole body, whatever its Content-Type says.
    ///
    /// - Throws: an ``APIError``: 413 when it is longer than `limit`, where a length that the client announced is judged
    ///   before anything is read; 400 when it breaks off.
    func bodyBytes(limit: Int) async throws -> [UInt8] {
        if let announced = self.headers[.contentLength], let length = Int(announced), length > limit {
            throw APIError.tooLarge(limit: limit)
        }
        do {
            let buffer = try await self.body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(limit: limit)
        } catch let error as CancellationError {
            throw error
        } catch {
            // The client went away, or its framing is wrong: nothing that is ours.
            throw APIError(.badRequest, "The request body is incomplete")
        }
    }

    /// The body as a JSON object. An empty body counts as an empty object, so that the answer names the fields that
    /// are missing.
    ///
    /// - Throws: an ``APIError``: 400 for what is not JSON or no object, 413 for what is too long.
    func jsonObject(limit: Int = Self.jsonBodyLimit) async throws -> JSONObject {
        let bytes = try await self.bodyBytes(limit: limit)
        return bytes.isEmpty ? JSONObject() : try JSONObject(bytes)
    }
}

extension JSONObject {
    /// The object that a body holds.
    ///
    /// - Throws: an ``APIError`` with status 400 for what is not JSON or no object.
    init(_ body: [UInt8]) throws(APIError) {
        let value: JSONValue
        do throws(JSONParseError) {
            value = try JSONParser.parse(body)
        } catch {
            throw APIError(.badRequest, error.message)
        }
        guard case .object(let object) = value else {
            throw APIError(.badRequest, "The request body must be a JSON object")
        }
        self = object
    }
}
