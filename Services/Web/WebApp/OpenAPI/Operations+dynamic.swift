// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    /// Dynamic DNS, as update clients speak it.
    static let dynamic: [APIOperation] = [
        update(.get, "dynamicUpdate", body: nil),
        update(
            .post,
            "postDynamicUpdate",
            body: APIBody(
                schema: .map(of: .string),
                contentTypes: ["application/x-www-form-urlencoded"],
                isRequired: false
            )
        ),
    ]

    private static func update(_ method: HTTPRequest.Method, _ name: String, body: APIBody?) -> APIOperation {
        APIOperation(
            method,
            "/nic/update",
            name,
            "Give hosts their addresses (dyndns2). The password of Basic may be a token, with any user name.",
            query: [
                APIParameter("hostname", "Full host names, separated by commas; 20 at most."),
                APIParameter("myip", "An address of each family at most; without one, the client's."),
                APIParameter("myipv6", "The address of the other family, for clients that send it apart."),
            ],
            body: body,
            .other("text/plain", "A line for each host: good, nochg, nohost, notfqdn, dnserr; or one numhost."),
            .other("text/plain", status: 401, "badauth: there is no valid token."),
            .other("text/plain", status: 403, "badauth: the token may not be used from here."),
            .other("text/plain", status: 429, "abuse: the window of requests is used up."),
            .other("text/plain", status: 503, "911: the database is away for the moment.")
        )
    }
}
