// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes

/// The API's own OpenAPI 3.1 document.
struct OpenAPIDocument: Sendable {
    let operations: [APIOperation]
    let schemas: [(name: String, schema: APISchema)]

    /// All that is served.
    static let current = OpenAPIDocument(
        operations: APIOperation.identity + APIOperation.access + APIOperation.domains + APIOperation.registrants
            + APIOperation.registrar
            + APIOperation.zones + APIOperation.records
            + APIOperation.own + APIOperation.zoneStates + APIOperation.catalog + APIOperation.dynamic
            + APIOperation.annotations + APIOperation.userTokens,
        schemas: APISchema.common + APISchema.identity + APISchema.access + APISchema.domains + APISchema.registrants
            + APISchema.registrar + APISchema.certificates
            + APISchema.zones + APISchema.own + APISchema.zoneStates + APISchema.catalog + APISchema.annotations
    )
}

extension OpenAPIDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("openapi", "3.1.0")
            json.object("info") { json in
                json.member("title", "Zonewright")
                json.member("version", "2.0.0")
                json.member("description", "Managed DNS. Paths below /v2 are compatible with DNSimple's API v2.")
                json.object("license") { json in
                    json.member("name", "Apache 2.0")
                    json.member("identifier", "Apache-2.0")
                }
            }
            json.array("servers") { json in
                json.object { $0.member("url", "/") }
            }
            json.object("paths") { self.writePaths(to: &$0) }
            json.object("components") { json in
                json.object("schemas") { json in
                    for (name, schema) in self.schemas {
                        json.member(name, schema)
                    }
                }
                Self.writeComponents(to: &json)
            }
        }
    }

    /// Every path once, in the order of the first operation of each.
    private func writePaths(to json: inout JSONWriter) {
        var paths: [String] = []
        for operation in self.operations where !paths.contains(operation.path) {
            paths.append(operation.path)
        }
        for path in paths {
            json.object(path) { json in
                for operation in self.operations where operation.path == path {
                    json.member(operation.method.rawValue.lowercased(), operation)
                }
            }
        }
    }

    private static func writeComponents(to json: inout JSONWriter) {
        json.object("securitySchemes") { json in
            json.object("token") { json in
                json.member("type", "http")
                json.member("scheme", "bearer")
                json.member("description", "A token of an account.")
            }
        }
        json.object("headers") { json in
            for (name, description) in Self.rateLimitHeaders {
                json.object(name) { json in
                    json.member("description", description)
                    json.member("required", true)
                    json.member("schema", APISchema.integer)
                }
            }
            json.object("X-Request-Id") { json in
                json.member("description", "The id of the request, as the audit log and webhooks have it.")
                json.member("required", true)
                json.member("schema", APISchema.format("uuid"))
            }
            json.object("ETag") { json in
                json.member("description", "The tag of the state that is answered, for If-Match and If-None-Match.")
                json.member("required", true)
                json.member("schema", APISchema.text(pattern: "^\"[!#-~]*\"$"))
            }
            json.object("Retry-After") { json in
                json.member("description", "Seconds to wait.")
                json.member("required", true)
                json.member("schema", APISchema.integer)
            }
        }
    }

    private static let rateLimitHeaders = [
        ("X-RateLimit-Limit", "Requests that the window holds."),
        ("X-RateLimit-Remaining", "Requests left in the window."),
        ("X-RateLimit-Reset", "When the window ends, in Unix seconds."),
    ]

    /// The fields of every answer.
    static let everyHeader = rateLimitHeaders.map(\.0) + ["X-Request-Id"]
}
