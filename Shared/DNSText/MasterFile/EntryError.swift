// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What is wrong with one entry, by the octet of the entry's text.
struct EntryError: Error {
    var offset: Int
    var reason: MasterFileError.Reason

    init(offset: Int, reason: MasterFileError.Reason) {
        self.offset = offset
        self.reason = reason
    }

    init(_ error: TextError) {
        self.init(offset: error.offset, reason: .syntax(error.reason))
    }
}
