// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// `/v2/openapi.json`: the document, for everybody.
struct OpenAPIController {
    /// The document and its entity tag. Both are the same as long as the program is.
    private static let document: (body: ByteBuffer, tag: String) = {
        let bytes = JSONWriter.bytes(of: OpenAPIDocument.current)
        // FNV-1a: the tag tells two releases of the document apart, and nobody gains by a collision.
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (ByteBuffer(bytes: bytes), "\"\(String(hash, radix: 16))\"")
    }()

    /// Adds the route below `/v2`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("openapi.json", use: self.get)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let (body, tag) = Self.document
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "public, max-age=300"]
        let known = request.headers[.ifNoneMatch] ?? ""
        guard known != "*", !known.split(separator: ",").contains(where: { Self.names($0, tag) }) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }

    /// Whether an element of If-None-Match is the tag, weak or not (RFC 9110 section 13.1.2).
    private static func names(_ element: Substring, _ tag: String) -> Bool {
        let trimmed = element.drop { $0 == " " }
        return (trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed).prefix { $0 != " " } == tag
    }
}
