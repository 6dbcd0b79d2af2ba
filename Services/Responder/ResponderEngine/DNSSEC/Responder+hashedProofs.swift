// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

/// Denial of existence with NSEC3 (RFC 5155 7.2).
extension Responder {
    /// Adds what proves a negative answer.
    mutating func proveHashed(
        _ denial: Denial,
        encloser: Int,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) {
        switch denial {
        case .noData, .emptyNonTerminal:
            try proveTypes(at: key.labels, parameters, in: zone)
        case .noName:
            guard let provable = try proveEncloser(encloser, parameters, in: zone) else { return }
            note(.proofOfWildcardAbsence, provable)
            try putRecord(of: provable, isWildcard: true, parameters, in: zone)
        case .wildcardNoData, .emptyWildcard:
            guard let provable = try proveEncloser(encloser, parameters, in: zone) else { return }
            note(.proofOfWildcardTypes, provable)
            try putRecord(of: provable, isWildcard: true, parameters, in: zone)
        }
    }

    /// Adds what proves which types the last `labels` labels have: their own record (RFC 5155 7.2.3), or, for what
    /// opt-out has left out, that of the closest encloser that has one and the one that covers the next closer name
    /// (RFC 5155 7.2.4 and 7.2.7).
    mutating func proveTypes(
        at labels: Int,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) {
        guard let match = try hashed(labels, isWildcard: false, parameters, in: zone) else { return }
        if match.isExact {
            note(.proofOfTypes, labels)
            return try putRecord(match, in: zone)
        }
        _ = try climb(from: labels &- 1, under: match, parameters, in: zone)
    }

    /// Adds what proves that a wildcard was right to match: the record that covers the next closer name (RFC 5155
    /// 7.2.6).
    mutating func proveNextCloser(
        than encloser: Int,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) {
        guard let covering = try nextCloser(than: encloser, parameters, in: zone) else { return }
        note(.proofOfAbsence, encloser &+ 1)
        try putRecord(covering, in: zone)
    }

    /// Adds the closest encloser proof (RFC 5155 7.2.1): the labels of the encloser that it is about, nil when there is
    /// none.
    private mutating func proveEncloser(
        _ encloser: Int,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) -> Int? {
        guard let covering = try nextCloser(than: encloser, parameters, in: zone) else { return nil }
        return try climb(from: encloser, under: covering, parameters, in: zone)
    }

    /// Adds the record of the closest name from `start` labels upwards that has one, and the one that covers the name
    /// below it; `match` is what covers the name below `start`.
    private mutating func climb(
        from start: Int,
        under match: NSEC3Match,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) -> Int? {
        var covering = match
        var level = start
        while level >= zone.apexLabels {
            guard let found = try hashed(level, isWildcard: false, parameters, in: zone) else { return nil }
            if found.isExact {
                note(.proofOfTypes, level)
                try putRecord(found, in: zone)
                note(.proofOfAbsence, level &+ 1)
                try putRecord(covering, in: zone)
                return level
            }
            covering = found
            level &-= 1
        }
        note(.proofMissing, zone.apexLabels)
        return nil
    }

    /// What covers the name that is one label longer than the closest encloser.
    private mutating func nextCloser(
        than encloser: Int,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) -> NSEC3Match? {
        guard let match = try hashed(encloser &+ 1, isWildcard: false, parameters, in: zone) else { return nil }
        guard !match.isExact else {
            // Nothing can prove that such a name does not exist (RFC 5155 7.2.9).
            note(.hashCollision, encloser &+ 1)
            state.isUnprovable = true
            state.extendedError = ExtendedError.invalidData
            return nil
        }
        return match
    }

    /// Adds the record that matches or covers a name.
    private mutating func putRecord(
        of labels: Int,
        isWildcard: Bool,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) {
        guard let match = try hashed(labels, isWildcard: isWildcard, parameters, in: zone) else { return }
        try putRecord(match, in: zone)
    }

    /// The record at or in front of the hash of the last `labels` labels, or of the label `*` below them.
    private mutating func hashed(
        _ labels: Int,
        isWildcard: Bool,
        _ parameters: NSEC3Parameters,
        in zone: ZoneView
    ) throws(ZoneReadError) -> NSEC3Match? {
        guard parameters.iterations <= NameHasher.maximumIterations else {
            noteIterations(parameters.iterations)
            state.isUnprovable = true
            state.extendedError = ExtendedError.unsupportedNSEC3Iterations
            return nil
        }
        let start = unsafe labels == 0 ? state.name.count &- 1 : key.offset(ofLast: labels)
        unsafe hasher.take(
            UnsafeRawBufferPointer(rebasing: state.name[start...]),
            isWildcard: isWildcard,
            salt: parameters.salt,
            iterations: parameters.iterations
        )
        let match = try unsafe reader.nsec3(hasher.hash, in: zone)
        if match == nil { note(isWildcard ? .proofOfWildcardMissing : .proofMissing, labels) }
        return match
    }

    /// Writes an NSEC3 RRset: its owner is the hash in base32hex, in lower case, below the apex.
    private mutating func putRecord(_ match: NSEC3Match, in zone: ZoneView) throws(ZoneReadError) {
        guard let nsec3 = match.node.rrset(TypeNumber.nsec3) else { throw .damaged }
        // SAFETY: the buffer is on the stack, and the name's octets are copied into the message at once.
        let isSound = unsafe withUnsafeTemporaryAllocation(byteCount: 256 + 33, alignment: 1) { room in
            let apex = unsafe apexName(of: zone)
            let hash = unsafe match.hash
            guard hash.count == SHA1.digestLength, apex.count <= 255 &- 33 else { return false }
            unsafe room[0] = 32
            unsafe Self.encode(hash, into: UnsafeMutableRawBufferPointer(rebasing: room[1...]))
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[33...]).copyMemory(from: apex)
            let wire = unsafe UnsafeRawBufferPointer(rebasing: room[..<(33 &+ apex.count)])
            unsafe putProof(nsec3, of: match.node, owner: .wire(wire), in: zone)
            return true
        }
        if !isSound { throw .damaged }
    }

    /// Writes 20 octets as 32 digits of base32hex (RFC 4648 7).
    private static func encode(_ hash: UnsafeRawBufferPointer, into digits: UnsafeMutableRawBufferPointer) {
        var read = 0
        var write = 0
        while read < SHA1.digestLength {
            var bits: UInt64 = 0
            for index in 0..<5 { bits = unsafe bits << 8 | UInt64(hash[read &+ index]) }
            for index in 0..<8 {
                let digit = UInt8(truncatingIfNeeded: bits >> UInt64(35 &- index &* 5)) & 31
                unsafe digits[write &+ index] = digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
            }
            read &+= 5
            write &+= 8
        }
    }
}
