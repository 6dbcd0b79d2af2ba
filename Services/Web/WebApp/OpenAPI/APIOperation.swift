// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

/// One operation of the API as its document describes it.
struct APIOperation: Sendable {
    /// Who may ask.
    enum Access: Sendable {
        /// Everybody.
        case open
        /// Whoever has a valid token.
        case token
    }

    let method: HTTPRequest.Method
    /// With its parameters in braces: `/v2/{account}/domains/{domain}`.
    let path: String
    /// Unique in the document; generators of clients name their functions after it.
    let name: String
    let summary: String
    let access: Access
    /// Parameters of the query and header fields.
    let parameters: [APIParameter]
    let body: APIBody?
    /// The answers of a success.
    let results: [APIResult]
    /// The statuses of failures beyond those that every such operation has.
    let failures: [Int]
    /// What is refused with 400 although it fits the schemas, since no schema can say it; nil where there is nothing.
    let refusal: String?

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ name: String,
        _ summary: String,
        access: Access = .token,
        query parameters: [APIParameter] = [],
        body: APIBody? = nil,
        _ results: APIResult...,
        failures: [Int] = [],
        refused refusal: String? = nil
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.summary = summary
        self.access = access
        let hasKey = method == .post && access == .token
        self.parameters = parameters + (hasKey ? [.idempotencyKey] : [])
        self.body = body
        self.results = results
        // Whoever sends If-Match wants to be refused.
        self.failures = failures + (parameters.contains { $0.name == "If-Match" } ? [412] : [])
        self.refusal = refusal
    }

    /// The names of the path's parameters, in order.
    var pathParameters: [String] {
        self.path.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
    }

    /// Every status of a failure. A request that is no HTTP, one too many and a database that is away can meet any
    /// operation.
    var failureStatuses: [Int] {
        var statuses: Set<Int> = [400, 429, 503]
        if self.access == .token {
            statuses.formUnion([401, 403])
        }
        if !self.pathParameters.isEmpty {
            statuses.insert(404)
        }
        if self.body != nil {
            statuses.insert(413)
        }
        if self.method == .post, self.access == .token {
            // What becomes of an Idempotency-Key.
            statuses.formUnion([409, 413, 422])
        }
        // A failure that is told in a form of its own stands with the results.
        return statuses.union(self.failures).subtracting(self.results.map(\.status)).sorted()
    }
}

/// A parameter of the query, or a header field.
struct APIParameter: Sendable {
    enum Place: String, Sendable {
        case query, header
    }

    let name: String
    let place: Place
    let schema: APISchema
    let description: String
    let isRequired: Bool

    init(
        _ name: String,
        _ schema: APISchema = .string,
        _ description: String,
        in place: Place = .query,
        isRequired: Bool = false
    ) {
        self.name = name
        self.place = place
        self.schema = schema
        self.description = description
        self.isRequired = isRequired
    }

    /// A header field.
    static func header(_ name: String, _ description: String) -> APIParameter {
        APIParameter(name, .string, description, in: .header)
    }

    /// The client's name for one request.
    static let idempotencyKey = APIParameter(
        "Idempotency-Key",
        .text(atLeast: 1, atMost: 255, pattern: "^[!-~]+$"),
        "The same request with the same key is carried out once.",
        in: .header
    )

    /// The page of a list.
    static let page: [APIParameter] = [
        // A value that is no number counts as absent, so that it is no error.
        APIParameter("page", .either([.atLeast(1), .string]), "The page, from 1; what is no number counts as absent."),
        APIParameter("per_page", .either([.atLeast(1), .string]), "Items a page: 30 unless given, 100 at most."),
    ]

    /// Page and order of a list.
    static func list(sortedBy fields: String) -> [APIParameter] {
        [APIParameter("sort", "Fields with :asc or :desc, separated by commas: \(fields).")] + Self.page
    }

    /// Only what contains the text.
    static let nameLike = APIParameter("name_like", "Only names that contain this.")
}

extension APIParameter {
    init(_ name: String, _ description: String) {
        self.init(name, .string, description)
    }
}

/// What a request carries.
struct APIBody: Sendable {
    /// Each content type with what it holds.
    let media: [(type: String, schema: APISchema)]
    let isRequired: Bool

    /// - Parameter json: what may be sent as JSON instead.
    init(schema: APISchema, contentTypes: [String], isRequired: Bool, json: APISchema? = nil) {
        self.media = contentTypes.map { ($0, schema) } + (json.map { [("application/json", $0)] } ?? [])
        self.isRequired = isRequired
    }

    /// A JSON body.
    static func json(_ schema: APISchema, isRequired: Bool = true) -> APIBody {
        APIBody(schema: schema, contentTypes: ["application/json"], isRequired: isRequired)
    }
}

/// The answer of a success.
struct APIResult: Sendable {
    let status: Int
    let description: String
    /// Nil where there is no body.
    let contentType: String?
    let schema: APISchema
    /// Whether the answer has an entity tag.
    var isTagged = false

    /// The same with an entity tag.
    var tagged: APIResult {
        var result = self
        result.isTagged = true
        return result
    }

    /// `{"data":…}`.
    static func data(_ schema: APISchema, status: Int = 200) -> APIResult {
        .json(.answer(.init("data", schema)), status: status)
    }

    /// `{"data":[…],"pagination":{…}}`.
    static func page(of element: APISchema) -> APIResult {
        .json(.answer(.init("data", .list(of: element)), .init("pagination", .named("Pagination"))))
    }

    /// JSON that is not wrapped.
    static func json(_ schema: APISchema, status: Int = 200) -> APIResult {
        APIResult(
            status: status,
            description: status == 201 ? "It was made." : status == 202 ? "It has begun." : "It succeeded.",
            contentType: "application/json",
            schema: schema
        )
    }

    /// A failure that is told in another form than those of most operations.
    static func failure(_ status: Int, _ description: String, _ schema: APISchema) -> APIResult {
        APIResult(status: status, description: description, contentType: "application/json", schema: schema)
    }

    /// Something else than JSON.
    static func other(_ contentType: String, status: Int = 200, _ description: String) -> APIResult {
        APIResult(status: status, description: description, contentType: contentType, schema: .string)
    }

    /// An answer without a body.
    static func empty(_ status: Int = 204, _ description: String = "It is done.") -> APIResult {
        APIResult(status: status, description: description, contentType: nil, schema: .any)
    }
}
