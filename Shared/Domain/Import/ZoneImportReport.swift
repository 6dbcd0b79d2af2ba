// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What an import did or, with `dry_run`, would do.
package struct ZoneImportReport: Hashable, Sendable {
    /// A record of the report, in the API's form.
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var type: String
        package var content: String
        package var ttl: Int32
        package var priority: Int32?

        package init(name: String, type: String, content: String, ttl: Int32, priority: Int32?) {
            self.name = name
            self.type = type
            self.content = content
            self.ttl = ttl
            self.priority = priority
        }
    }

    package var zoneName: String
    package var dryRun: Bool
    /// Records that are new. At most `Self.maximumEntries`; `createCount` counts all.
    package var creates: [Entry]
    /// Records whose TTL changes, as they will be. At most `Self.maximumEntries`.
    package var updates: [Entry]
    /// Records that go. At most `Self.maximumEntries`.
    package var deletes: [Entry]
    package var createCount: Int
    package var updateCount: Int
    package var deleteCount: Int
    /// Records of the file that the zone has already.
    package var unchangedCount: Int
    /// Records of the file that were left out on purpose: SOA and apex NS in a customer's import.
    package var skippedCount: Int

    /// What the operator should know of the file, by line.
    package var warnings: [ZoneImportError.Line]
    /// Of a zone that was signed elsewhere.
    package var signing: ZoneSigning?

    /// How many entries of each list a report carries.
    package static let maximumEntries = 1_000

    package init(
        zoneName: String,
        dryRun: Bool,
        creates: [Entry],
        updates: [Entry],
        deletes: [Entry],
        createCount: Int,
        updateCount: Int,
        deleteCount: Int,
        unchangedCount: Int,
        skippedCount: Int,
        warnings: [ZoneImportError.Line] = [],
        signing: ZoneSigning? = nil
    ) {
        self.zoneName = zoneName
        self.dryRun = dryRun
        self.creates = creates
        self.updates = updates
        self.deletes = deletes
        self.createCount = createCount
        self.updateCount = updateCount
        self.deleteCount = deleteCount
        self.unchangedCount = unchangedCount
        self.skippedCount = skippedCount
        self.warnings = warnings
        self.signing = signing
    }
}
