// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Hummingbird
import Identity

extension APIRequestContext {
    /// The path parameter `name`, decoded. Parameters are never empty: the router takes no empty path segment.
    func path(_ name: String) -> String {
        self.parameters.get(name)?.percentDecoded() ?? ""
    }

    /// The zone that the path names.
    var zone: ResourceIdentifier { ResourceIdentifier(self.path("zone")) }

    /// The domain that the path names.
    var domain: ResourceIdentifier { ResourceIdentifier(self.path("domain")) }

    /// What audit rows and webhooks say about a change made by this request.
    func changeContext(_ principal: Principal) -> ChangeContext {
        var change = principal.context(remoteAddress: self.client?.text, requestID: self.requestID)
        change.reservation = self.reservation
        return change
    }
}

extension QueryParameters {
    /// The page asked for. A value that is no number counts as absent, one out of range is clamped: clients ask for
    /// 5,000 a page and mean "as many as you give".
    var page: Page {
        Page(
            number: self.clampedNumber("page") ?? 1,
            size: self.clampedNumber("per_page") ?? Page.defaultSize
        )
    }

    /// The number of `key`, where digits that exceed `Int` count as its greatest value.
    private func clampedNumber(_ key: String) -> Int? {
        guard let text = self[key], !text.isEmpty else { return nil }
        if let number = Int(text) {
            return number
        }
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber ? .max : nil
    }
}
