// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a reader of master files allows, and its bounds.
package struct MasterFileOptions: Sendable {
    /// The longest entry, in octets of text with its comments: room for RDATA of 65,535 octets in any form.
    package var maximumEntryLength = 307_200
    /// How many errors are kept; those beyond are counted only.
    package var maximumErrors = 1_000
    /// Gets the text of the file that `$INCLUDE` names, nil when there is none; without it, `$INCLUDE` is refused.
    ///
    /// The path stands as the file has it: the loader decides what it is relative to and what may be read.
    package var include: (@Sendable (_ path: String) -> [UInt8]?)?
    /// How deeply files may include each other.
    package var maximumIncludeDepth = 8
    /// How many records all `$GENERATE` of a file may make; 0 refuses the directive.
    package var maximumGenerated = 0

    /// Neither `$INCLUDE` nor `$GENERATE`, and the bounds above.
    package init() {}
}
