// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// A private PKI in a folder: what `zonewright pki` does.
///
/// Each step writes the record first and what follows from it after: a step that was cut off is completed by doing it again.
struct PKI {
    let folder: PKIFolder
    /// Seconds since 1970.
    var now: () -> Int = { Int(Date().timeIntervalSince1970) }

    /// Makes the folder and the first authority; false when it is there already.
    func initialise(days: Int) throws -> Bool {
        try folder.create()
        return try folder.locked {
            if folder.exists(folder.record) {
                let record = try load()
                try complete(record)
                return false
            }
            var record = PKIRecord()
            try addAuthority(to: &record, days: days)
            return true
        }
    }

    /// What was made.
    func load() throws -> PKIRecord {
        guard folder.exists(folder.record) else {
            throw ControlError("\(folder.path) is no PKI: 'zonewright pki init \(folder.path)' makes one")
        }
        let record: PKIRecord
        do {
            record = try JSONDecoder().decode(PKIRecord.self, from: Data(try folder.read(folder.record).utf8))
        } catch let error as DecodingError {
            throw ControlError("\(folder.record) cannot be read: \(error)")
        }
        guard record.version == 1, !record.trusted.isEmpty else {
            throw ControlError("\(folder.record) is not of this version of zonewright")
        }
        return record
    }

    /// Makes a certificate; nil when the newest one of that name is the same and has more than a third of its life left.
    func issue(_ subject: PKISubject, seconds: Int) throws -> PKIRecord.Issued? {
        try change { record in
            if let newest = record.newest(of: subject.name) {
                guard newest.subject.role == subject.role || newest.revokedAt != nil else {
                    throw ControlError(
                        "\(subject.name) is a node of the role \(newest.subject.role.rawValue): revoke it first, or take another name"
                    )
                }
                let isCurrent = newest.authority == record.trusted.last?.number && newest.revokedAt == nil
                if isCurrent, newest.subject == subject, !isDue(newest), isComplete(newest) { return nil }
            }
            return try certify(subject, seconds: seconds, in: &record)
        }
    }

    /// Makes new certificates for holders that have one: for these names, or for those that are due.
    ///
    /// - Parameters:
    ///   - names: Nil for all.
    ///   - onlyDue: Only those with a third of their life left, or of an authority that does not sign any more.
    ///   - makesKeys: With a new key each; otherwise keys stay.
    func renew(
        _ names: [String]?,
        onlyDue: Bool,
        makesKeys: Bool,
        seconds: Int?
    ) throws -> [PKIRecord.Issued] {
        try change { record in
            for name in names ?? [] {
                guard let newest = record.newest(of: name) else { throw ControlError("nothing was issued to \(name)") }
                guard newest.revokedAt == nil else {
                    throw ControlError("\(name) is revoked: 'pki issue' makes a new certificate and key")
                }
            }
            var made: [PKIRecord.Issued] = []
            for holder in record.holders where holder.revokedAt == nil {
                if let names, !names.contains(holder.subject.name) { continue }
                let isCurrent = holder.authority == record.trusted.last?.number && isComplete(holder)
                if onlyDue, isCurrent, !isDue(holder) { continue }
                if makesKeys { try folder.remove(folder.key(holder.subject.name)) }
                let life = seconds ?? holder.notAfter - holder.notBefore - PKICertificates.allowance
                made.append(try certify(holder.subject, seconds: life, in: &record))
            }
            return made
        }
    }

    /// Makes a new authority, which signs from now on, and puts it into the bundle beside the old one.
    func rotate(days: Int) throws -> PKIRecord.Authority {
        try change { record in
            guard record.trusted.count == 1 else {
                throw ControlError(
                    "a rotation is under way: 'pki renew --all', then 'pki retire', before another one begins"
                )
            }
            return try addAuthority(to: &record, days: days)
        }
    }

    /// Takes the authorities that do not sign any more out of the bundle, and their keys away.
    ///
    /// - Parameter isForced: Also while nodes depend on them.
    func retire(isForced: Bool) throws -> [PKIRecord.Authority] {
        try change { record in
            guard let current = record.trusted.last else { return [] }
            let old = record.trusted.dropLast()
            let dependent = record.holders.filter {
                $0.authority != current.number && $0.revokedAt == nil && $0.notAfter >= now()
            }
            guard isForced || old.isEmpty || dependent.isEmpty else {
                let names = dependent.map(\.subject.name).joined(separator: ", ")
                throw ControlError("\(names): still with a certificate of the old authority; 'pki renew --all' first")
            }
            for index in record.authorities.indices where record.authorities[index].number != current.number {
                if record.authorities[index].retiredAt == nil { record.authorities[index].retiredAt = now() }
            }
            try save(record)
            return Array(old)
        }
    }

    /// Takes all certificates of a name back, or one by its serial number; those that are now and were not before.
    func revoke(name: String?, serial: String?) throws -> [PKIRecord.Issued] {
        try change { record in
            let wanted = serial.map { $0.lowercased().filter { $0 != ":" } }
            let isMeant: (PKIRecord.Issued) -> Bool = { $0.subject.name == name || $0.serial == wanted }
            guard record.issued.contains(where: isMeant) else {
                throw ControlError("nothing was issued to \(name ?? serial ?? "nobody")")
            }
            var revoked: [PKIRecord.Issued] = []
            for index in record.issued.indices where isMeant(record.issued[index]) {
                guard record.issued[index].revokedAt == nil, record.issued[index].notAfter >= now() else { continue }
                record.issued[index].revokedAt = now()
                revoked.append(record.issued[index])
            }
            try save(record)
            return revoked
        }
    }

    /// Whether a third of a certificate's life or less is left.
    func isDue(_ issued: PKIRecord.Issued) -> Bool { Self.isDue(issued.notBefore, issued.notAfter, now()) }

    /// Whether a third or less is left of what lasts from one time to another.
    static func isDue(_ from: Int, _ to: Int, _ now: Int) -> Bool { (to - now) * 3 <= to - from }

    // MARK: Steps

    private func change<Result>(_ body: (inout PKIRecord) throws -> Result) throws -> Result {
        // Before the lock, whose file would make a folder that is none look like one.
        _ = try load()
        return try folder.locked {
            var record = try load()
            try complete(record)
            let result = try body(&record)
            try complete(record)
            return result
        }
    }

    private func save(_ record: PKIRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try folder.write(String(decoding: try encoder.encode(record), as: UTF8.self) + "\n", to: folder.record)
    }

    /// Writes what follows from the record and is not as it should be.
    private func complete(_ record: PKIRecord) throws {
        var bundle = ""
        for authority in record.authorities {
            guard authority.retiredAt == nil else {
                try folder.remove(folder.authorityKey(authority.number))
                continue
            }
            bundle += try folder.read(folder.authorityCertificate(authority.number))
        }
        try replace(folder.trusted, with: bundle)
        let lines = record.revoked(at: now()).map { issued in
            "\(issued.serial) # \(issued.subject.name), revoked \(PKIListing.date(issued.revokedAt ?? 0))\n"
        }
        try replace(
            folder.revoked,
            with: "# Certificates that origins refuse, by serial number. Made by zonewright pki.\n" + lines.joined()
        )
    }

    private func replace(_ file: String, with text: String) throws {
        if folder.exists(file), try folder.read(file) == text { return }
        try folder.write(text, to: file)
    }

    /// Whether a certificate is there, and its key.
    private func isComplete(_ issued: PKIRecord.Issued) -> Bool {
        guard let certificate = try? folder.read(folder.certificate(issued.subject.name)),
            let key = try? folder.read(folder.key(issued.subject.name))
        else { return false }
        return PKICertificates.isPair(certificate: certificate, key: key, serial: issued.serial)
    }

    @discardableResult
    private func addAuthority(to record: inout PKIRecord, days: Int) throws -> PKIRecord.Authority {
        let authority = PKIRecord.Authority(
            number: (record.authorities.last?.number ?? 0) + 1,
            serial: PKICertificates.text(PKICertificates.makeSerial()),
            notBefore: now() - PKICertificates.allowance,
            notAfter: now() + days * 86_400
        )
        // Known only once both files are there: a number that was cut off is used again.
        let key = PKICertificates.makeKey()
        try folder.write(key, to: folder.authorityKey(authority.number), isSecret: true)
        try folder.write(
            try PKICertificates.authority(authority, key: key),
            to: folder.authorityCertificate(authority.number)
        )
        record.authorities.append(authority)
        try save(record)
        try complete(record)
        return authority
    }

    /// Makes a node's certificate, and a key unless it has one that may go on.
    private func certify(
        _ subject: PKISubject,
        seconds: Int,
        in record: inout PKIRecord
    ) throws -> PKIRecord.Issued {
        guard let authority = record.trusted.last else { throw ControlError("there is no authority") }
        let issued = PKIRecord.Issued(
            serial: PKICertificates.text(PKICertificates.makeSerial()),
            subject: subject,
            authority: authority.number,
            notBefore: now() - PKICertificates.allowance,
            notAfter: min(now() + seconds, authority.notAfter)
        )
        // The key of a revoked certificate is in wrong hands.
        let goesOn = record.newest(of: subject.name)?.revokedAt == nil && folder.exists(folder.key(subject.name))
        let key = goesOn ? try folder.read(folder.key(subject.name)) : PKICertificates.makeKey()
        let certificate = try PKICertificates.node(
            issued,
            key: key,
            authority: try folder.read(folder.authorityCertificate(authority.number)),
            authorityKey: try folder.read(folder.authorityKey(authority.number))
        )
        // What is signed is on record before it is anywhere else.
        record.issued.append(issued)
        try save(record)
        if !goesOn { try folder.write(key, to: folder.key(subject.name), isSecret: true) }
        try folder.write(certificate, to: folder.certificate(subject.name))
        return issued
    }
}
