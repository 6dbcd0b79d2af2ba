// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

extension APIOperation: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("operationId", self.name)
            json.member("summary", self.summary)
            if let refusal = self.refusal {
                json.member("description", Self.refusalOpening + refusal)
            }
            json.member("tags", [self.tag])
            json.array("security") { json in
                if self.access == .token {
                    json.object { $0.array("token") { _ in } }
                }
            }
            if !self.pathParameters.isEmpty || !self.parameters.isEmpty {
                json.array("parameters") { self.writeParameters(to: &$0) }
            }
            if let body = self.body {
                json.member("requestBody", body)
            }
            json.object("responses") { self.writeResponses(to: &$0) }
        }
    }

    /// What the description begins with of an operation whose schemas say less than its validation. Who tests by the
    /// document can tell these operations by it.
    static let refusalOpening = "Refused with 400 as well, though it fits the schemas: "

    /// The first part of the path that names a kind of resource.
    private var tag: String {
        let parts = self.path.split(separator: "/").filter { $0.first != "{" && $0 != "v2" && $0 != "x" && $0 != "v1" }
        return String(parts.first ?? "api")
    }

    private func writeParameters(to json: inout JSONWriter) {
        for name in self.pathParameters {
            json.object { json in
                json.member("name", name)
                json.member("in", "path")
                json.member("required", true)
                json.member("schema", Self.pathSchemas[name] ?? .string)
            }
        }
        for parameter in self.parameters {
            json.object { json in
                json.member("name", parameter.name)
                json.member("in", parameter.place.rawValue)
                json.member("required", parameter.isRequired)
                json.member("description", parameter.description)
                json.member("schema", parameter.schema)
            }
        }
    }

    /// Parameters of paths that are numbers. All others are names, or a name or a number.
    private static let pathSchemas: [String: APISchema] = [
        "account": .id, "record": .id, "webhook": .id, "primary": .id,
    ]

    private func writeResponses(to json: inout JSONWriter) {
        for result in self.results {
            Self.writeResponse(result.status, result.description, content: result, to: &json)
        }
        for status in self.failureStatuses {
            let error = APIResult(
                status: status,
                description: Self.reasons[status] ?? "It failed.",
                contentType: "application/json",
                schema: .named("Error")
            )
            Self.writeResponse(status, error.description, content: error, to: &json)
        }
    }

    private static func writeResponse(
        _ status: Int,
        _ description: String,
        content: APIResult,
        to json: inout JSONWriter
    ) {
        json.object(String(status)) { json in
            json.member("description", description)
            json.object("headers") { json in
                let retry = status == 429 || status == 503 ? ["Retry-After"] : []
                for name in OpenAPIDocument.everyHeader + retry + (content.isTagged ? ["ETag"] : []) {
                    json.object(name) { $0.member("$ref", "#/components/headers/\(name)") }
                }
            }
            if let type = content.contentType {
                json.object("content") { json in
                    json.object(type) { $0.member("schema", content.schema) }
                }
            }
        }
    }

    /// What failures mean.
    private static let reasons: [Int: String] = [
        400: "The request is malformed, or a field is wrong.",
        401: "There is no valid token.",
        403: "The token may not do this.",
        404: "There is no such resource, or it is not the token's.",
        406: "The owner of the zone above has to allow this first.",
        409: "The request is being worked on, or its answer was lost.",
        410: "This was removed.",
        412: "A condition is not met, or this is not offered.",
        413: "The body is too large.",
        422: "The Idempotency-Key belongs to another request.",
        428: "Something has to be done first.",
        429: "The window of requests is used up.",
        503: "The database is away for the moment.",
        504: "The answer did not come in time.",
    ]
}

extension APIBody: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("required", self.isRequired)
            json.object("content") { json in
                for (type, schema) in self.media {
                    json.object(type) { $0.member("schema", schema) }
                }
            }
        }
    }
}
