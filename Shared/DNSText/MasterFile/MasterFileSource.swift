// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// One file that is being read: what is left of it, and what a record in it may leave out.
struct MasterFileSource {
    /// The entries.
    var lexer: EntryLexer
    /// The path of an included file; nil for the one that was fed.
    let file: String?
    /// What completes relative names: the wire form of the origin, empty when there is none.
    var origin: [UInt8]
    /// The owner of the last record.
    var owner: Name?

    init(file: String?, origin: [UInt8], owner: Name?, maximumEntryLength: Int) {
        self.lexer = EntryLexer(maximumEntryLength: maximumEntryLength)
        self.file = file
        self.origin = origin
        self.owner = owner
    }
}
