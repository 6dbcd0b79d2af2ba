// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// A master file gives the same records and errors in whatever pieces it comes, and its records are written and read
/// back.
///
/// An input is the length of the pieces (one octet) and text.
final class MasterFileCheck: FuzzCheck {
    private let origin = Name(validated: [1, 0x7A, 0])

    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let pieceLength = input.first else { return }
        let text = Array(input[1...])
        let whole = read(text, pieceLength: max(1, text.count))
        let pieces = read(text, pieceLength: 1 + Int(pieceLength % 16))
        try promise(whole == pieces, "pieces make no difference")
        guard !whole.records.isEmpty else { return }
        var writer = MasterFileWriter(origin: origin, defaultTTL: 60)
        for record in whole.records {
            try promise((try? RDataValidator.validate(record.type, record.rdata)) != nil, "what is read is valid")
            try promise((try? ResourceRecord(line: record.line)) == record, "a line gives its record: \(record.line)")
            writer.append(record)
        }
        let written = read(writer.take(), pieceLength: 4_096)
        try promise(written.errors.isEmpty, "what is written is read: \(written.errors)")
        try promise(written.records == whole.records, "what is written is read as the same records")
    }

    private struct Contents: Equatable {
        var records: [ResourceRecord] = []
        var errors: [MasterFileError] = []
        var omitted = 0
    }

    private func read(_ text: [UInt8], pieceLength: Int) -> Contents {
        var options = MasterFileOptions()
        options.maximumGenerated = 64
        options.maximumEntryLength = 4_096
        options.maximumErrors = 16
        options.maximumIncludeDepth = 2
        options.include = { path in path.isEmpty ? nil : Array("a 60 A 192.0.2.1\n$INCLUDE \(path)".utf8) }
        var reader = MasterFileReader(origin: origin, options: options)
        var contents = Contents()
        for start in stride(from: 0, to: text.count, by: pieceLength) {
            reader.feed(text[start..<min(start + pieceLength, text.count)])
            while let entry = reader.next() { contents.records.append(entry.record) }
        }
        reader.finish()
        while let entry = reader.next() { contents.records.append(entry.record) }
        contents.errors = reader.errors
        contents.omitted = reader.omittedErrorCount
        return contents
    }
}
