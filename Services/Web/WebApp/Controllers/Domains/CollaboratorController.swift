// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Hummingbird

/// `/v2/{account}/domains/{domain}/collaborators`: dropped from the API in favour of memberships of accounts.
struct CollaboratorController {
    /// Adds the routes below `/v2/{account}/domains/{domain}/collaborators`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.gone)
        group.post(use: self.gone)
        group.delete(":collaborator", use: self.gone)
    }

    @Sendable func gone(_ request: Request, context: APIRequestContext) async throws -> Response {
        throw APIError(.gone, "Collaborators are no longer a part of the API")
    }
}
