// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Hummingbird
import Identity

/// `/v2/{account}/billing/charges`: nothing is charged here, so the list is empty; its filters are judged all the same.
struct ChargeController {
    /// Adds the route below `/v2/{account}/billing`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("charges", use: self.list)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let query = QueryParameters(request.uri)
        for key in ["start_date", "end_date"] {
            if let date = query[key], !Self.isDate(date) {
                throw APIError(.badRequest, "Invalid date format must be ISO8601 (YYYY-MM-DD)")
            }
        }
        return .emptyList(query.page)
    }

    /// Whether `text` is a date of the calendar as `YYYY-MM-DD`.
    static func isDate(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isForm =
            parts.map(\.count) == [4, 2, 2]
            && parts.allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
        let numbers = parts.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard isForm, numbers.count == 3, (1...12).contains(numbers[1]) else { return false }
        let isLeap = numbers[0] % 4 == 0 && (numbers[0] % 100 != 0 || numbers[0] % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...lengths[numbers[1] - 1]).contains(numbers[2])
    }
}
