// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A response whose body is JSON text.
    init(_ status: HTTPResponse.Status, json: JSONWriter, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        self.init(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    /// `{"data":…}`.
    static func data(_ value: some JSONWritable, status: HTTPResponse.Status = .ok) -> Response {
        var json = JSONWriter()
        json.object { $0.member("data", value) }
        return Response(status, json: json)
    }

    /// `{"data":{…}}` with the members that `body` writes.
    static func data(status: HTTPResponse.Status = .ok, _ body: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter()
        json.object { $0.object("data", body) }
        return Response(status, json: json)
    }

    /// `{"data":[…],"pagination":{…}}`.
    static func list<Item: JSONWritable>(_ result: PageResult<Item>) -> Response {
        Response(.ok, json: JSONWriter(result))
    }

    /// 204 without a body.
    static let noContent = Response(status: .noContent)
}

extension JSONWriter {
    /// `{"data":[…],"pagination":{…}}`.
    init<Item: JSONWritable>(_ result: PageResult<Item>) {
        self.init(reservingCapacity: 256 + result.items.count * 320)
        self.object { json in
            json.member("data", result.items)
            json.object("pagination") { json in
                json.member("current_page", result.page.number)
                json.member("per_page", result.page.size)
                json.member("total_entries", result.totalEntries)
                json.member("total_pages", result.totalPages)
            }
        }
    }
}

extension APIError {
    /// The error in its envelope; `errors` stands only where there is something to say under it.
    var response: Response {
        var json = JSONWriter()
        json.object { json in
            json.member("message", self.message)
            switch self.details {
            case .fields(let errors): json.member("errors", errors)
            case .batch(let errors): json.member("errors", errors)
            case .importLines(let error): json.object("errors") { $0.member("zone_file", error) }
            case nil: break
            }
        }
        return Response(self.status, json: json, headers: self.headers)
    }
}
