// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Reads master files (RFC 1035 5, RFC 2308 4, RFC 3597 5) in whatever pieces they come.
///
///     var reader = MasterFileReader(origin: zone)
///     for piece in pieces {
///         reader.feed(piece)
///         while let entry = reader.next() { … }
///     }
///     reader.finish()
///     while let entry = reader.next() { … }
///     guard reader.errors.isEmpty else { … }
///
/// An entry that is wrong is reported and skipped, and reading goes on with the next one, so that all errors of a file
/// come out at once. Memory is bounded by the pieces and the options: an entry has a longest length.
///
/// The records are those of the file, in its order: duplicates, owners outside of the zone or the SOA that a transfer
/// prints again at its end are the caller's business.
package struct MasterFileReader: Sendable {
    /// What is wrong, in the order of the file; at most `MasterFileOptions.maximumErrors`.
    package internal(set) var errors: [MasterFileError] = []
    /// How many more errors there are than `errors` holds.
    package internal(set) var omittedErrorCount = 0

    let options: MasterFileOptions
    /// The file that is being read.
    var source: MasterFileSource
    /// The files that include it, the outermost first.
    var suspended: [MasterFileSource] = []
    /// A `$GENERATE` whose records are not all made.
    var generation: Generation?
    /// How many records were generated.
    var generatedCount = 0
    /// The TTL of `$TTL`.
    var defaultTTL: UInt32?
    /// The TTL that a record gave last.
    var lastTTL: UInt32?
    /// The MINIMUM of the SOA record.
    var soaMinimum: UInt32?

    /// A reader of a file whose relative names lie below `origin`.
    ///
    /// Without an origin, relative names are errors until `$ORIGIN` gives one. `defaultTTL` stands as if a `$TTL` were
    /// in front of the file.
    package init(origin: Name?, defaultTTL: UInt32? = nil, options: MasterFileOptions = MasterFileOptions()) {
        self.options = options
        self.defaultTTL = defaultTTL
        self.source = MasterFileSource(
            file: nil,
            origin: origin?.wire ?? [],
            owner: nil,
            maximumEntryLength: options.maximumEntryLength
        )
    }

    /// Takes the next piece of the file. Call it once `next()` has returned nil, or memory grows with the pieces.
    package mutating func feed(_ piece: some Collection<UInt8>) {
        if suspended.isEmpty {
            source.lexer.feed(piece)
        } else {
            suspended[0].lexer.feed(piece)
        }
    }

    /// Says that no piece follows; call `next()` until nil once more.
    package mutating func finish() {
        if suspended.isEmpty {
            source.lexer.finish()
        } else {
            suspended[0].lexer.finish()
        }
    }

    /// The next record; nil when all that was fed is read.
    package mutating func next() -> MasterFileRecord? {
        while true {
            if generation != nil {
                if let record = nextGenerated() { return record }
                continue
            }
            switch source.lexer.scan() {
            case .needsMore: return nil
            case .finished:
                guard let parent = suspended.popLast() else { return nil }
                source = parent
            case .entry:
                if let record = readEntry() { return record }
            }
        }
    }
}

// MARK: - Entries

extension MasterFileReader {
    /// The record of the entry that the lexer holds; nil for a directive or an error.
    private mutating func readEntry() -> MasterFileRecord? {
        if let fault = source.lexer.fault {
            report(line: fault.line, column: fault.column, fault.reason)
            return nil
        }
        let bytes = source.lexer.bytes
        let tokens = source.lexer.tokens
        let origin = source.origin
        var cursor = TextCursor(bytes: bytes.span, tokens: tokens.span, origin: origin.span)
        do throws(EntryError) {
            if let first = tokens.first, !first.isQuoted, first.count > 0, bytes[first.start] == Octet.dollar {
                try readDirective(&cursor)
                return nil
            }
            let record = try readRecord(&cursor, ownerIsOmitted: source.lexer.ownerIsOmitted)
            return MasterFileRecord(record: record, line: Int(tokens.first?.line ?? 0), file: source.file)
        } catch {
            let place = place(of: error.offset, in: tokens)
            report(line: place.line, column: place.column, error.reason)
            return nil
        }
    }

    /// The record that the tokens write.
    mutating func readRecord(
        _ cursor: inout TextCursor,
        ownerIsOmitted: Bool
    ) throws(EntryError) -> ResourceRecord {
        let start = cursor.peek?.start ?? 0
        let owner: Name
        let header: RecordHeader
        var rdata: [UInt8] = []
        do throws(TextError) {
            if ownerIsOmitted, let last = source.owner {
                owner = last
            } else if ownerIsOmitted {
                throw TextError(offset: start, reason: .missing("the owner, as no record stands before this one,"))
            } else {
                owner = try readOwner(&cursor)
            }
            source.owner = owner
            header = try RecordHeader.parse(&cursor)
            // Kept even if the data is wrong, or one error would bring a missing TTL with it.
            if let ttl = header.ttl { lastTTL = ttl }
            rdata.reserveCapacity(cursor.rdataCapacity)
            try RDataText.parse(type: header.type, &cursor, into: &rdata)
        } catch {
            throw EntryError(error)
        }
        if header.type == .soa { noteMinimum(rdata) }
        guard let ttl = header.ttl ?? defaultTTL ?? lastTTL ?? soaMinimum else {
            throw EntryError(offset: start, reason: .missingTTL)
        }
        return ResourceRecord(owner: owner, type: header.type, rrclass: header.rrclass, ttl: ttl, rdata: rdata)
    }

    /// The owner in the next token: the name of the last record itself if it is the same, which saves its storage.
    private func readOwner(_ cursor: inout TextCursor) throws(TextError) -> Name {
        var wire: [UInt8] = []
        wire.reserveCapacity((cursor.peek?.count ?? 0) &+ cursor.origin.count &+ 2)
        try NameText.parse(&cursor, into: &wire)
        if let last = source.owner, last.wire == wire { return last }
        return Name(validated: wire)
    }

    /// Keeps the last field of an SOA record, the TTL of last resort (RFC 1035 5.1 with RFC 2308 4).
    private mutating func noteMinimum(_ rdata: [UInt8]) {
        guard soaMinimum == nil else { return }
        let minimum = rdata.suffix(4).reduce(0) { UInt32($0) << 8 | UInt32($1) }
        soaMinimum = min(minimum, RecordHeader.maximumTTL)
    }

    /// Line and column of an octet of the entry.
    private func place(of offset: Int, in tokens: [TextToken]) -> (line: Int, column: Int) {
        guard let token = tokens.last(where: { $0.start <= offset }) ?? tokens.first else { return (1, 1) }
        return (Int(token.line), Int(token.column) + max(0, offset - token.start))
    }

    /// Adds an error, or counts it when there are enough.
    mutating func report(line: Int, column: Int, _ reason: MasterFileError.Reason) {
        guard errors.count < options.maximumErrors else {
            omittedErrorCount += 1
            return
        }
        errors.append(MasterFileError(file: source.file, line: line, column: column, reason: reason))
    }
}
