// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

extension APIRequestContext {
    /// The id that the path has as `parameter`.
    ///
    /// - Throws: `NotFound` for what cannot be an id.
    func numericID(_ parameter: String, _ kind: NotFound.Kind) throws(NotFound) -> Int64 {
        let text = self.path(parameter)
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let id = Int64(text)
        else {
            throw NotFound(kind, text)
        }
        return id
    }
}
