// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// What `If-Match` demands of a change; nil where the field is absent. Several fields are one list (RFC 9110 5.3).
    var precondition: Precondition? {
        let values = self.headers[values: .ifMatch]
        return values.isEmpty ? nil : Precondition(ifMatch: values.joined(separator: ","))
    }

    /// The answer with its tag, or 304 without a body where `If-None-Match` names that tag.
    func conditional(_ response: Response, _ tag: EntityTag) -> Response {
        let values = self.headers[values: .ifNoneMatch]
        guard !values.isEmpty, Precondition.isNamed(tag, inIfNoneMatch: values.joined(separator: ",")) else {
            return response.tagged(tag)
        }
        return Response(status: .notModified).tagged(tag)
    }

    /// `{"data":…,"pagination":…}` with a tag of the zone's version and of what is shown.
    func conditionalList<Item: JSONWritable>(_ result: PageResult<Item>, of zone: Zone) -> Response {
        let json = JSONWriter(result)
        return self.conditional(Response(.ok, json: json), EntityTag(zone, representation: json.bytes))
    }
}

extension Response {
    /// The answer with an entity tag.
    func tagged(_ tag: EntityTag) -> Response {
        var response = self
        response.headers[.eTag] = tag.description
        return response
    }
}
