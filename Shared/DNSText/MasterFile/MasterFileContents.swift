// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A whole master file, read at once.
package struct MasterFileContents: Sendable {
    /// The records that could be read, in the order of the file.
    package let records: [MasterFileRecord]
    /// What is wrong, in the order of the file; at most `MasterFileOptions.maximumErrors`.
    package let errors: [MasterFileError]
    /// How many more errors there are.
    package let omittedErrorCount: Int

    /// Reads all of `text`.
    package init(
        text: some Collection<UInt8>,
        origin: Name?,
        defaultTTL: UInt32? = nil,
        options: MasterFileOptions = MasterFileOptions()
    ) {
        var reader = MasterFileReader(origin: origin, defaultTTL: defaultTTL, options: options)
        reader.feed(text)
        reader.finish()
        var records: [MasterFileRecord] = []
        while let record = reader.next() { records.append(record) }
        self.records = records
        self.errors = reader.errors
        self.omittedErrorCount = reader.omittedErrorCount
    }
}
