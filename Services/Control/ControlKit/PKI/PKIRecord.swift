// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What the folder's `pki.json` remembers. Times are seconds since 1970.
struct PKIRecord: Codable, Equatable, Sendable {
    /// A key that signs, or signed, certificates.
    struct Authority: Codable, Equatable, Sendable {
        /// 1, 2, 3 …: the name of its files.
        var number: Int
        /// Hexadecimal digits.
        var serial: String
        var notBefore: Int
        var notAfter: Int
        /// When it was retired; nil while it is trusted.
        var retiredAt: Int?
    }

    /// A certificate.
    struct Issued: Codable, Equatable, Sendable {
        /// Hexadecimal digits.
        var serial: String
        var subject: PKISubject
        /// The number of the authority that signed it.
        var authority: Int
        var notBefore: Int
        var notAfter: Int
        /// When it was taken back.
        var revokedAt: Int?
    }

    /// The form of the file.
    var version = 1
    /// From the oldest to the one that signs.
    var authorities: [Authority] = []
    /// In the order in which they were made.
    var issued: [Issued] = []

    /// The authorities in the bundle that all nodes trust.
    var trusted: [Authority] { authorities.filter { $0.retiredAt == nil } }

    /// The newest certificate of a name.
    func newest(of name: String) -> Issued? { issued.last { $0.subject.name == name } }

    /// The newest certificate of each name, by name.
    var holders: [Issued] {
        Dictionary(issued.map { ($0.subject.name, $0) }) { _, newer in newer }.values
            .sorted { $0.subject.name < $1.subject.name }
    }

    /// Certificates that would still be good, had they not been revoked.
    func revoked(at now: Int) -> [Issued] { issued.filter { $0.revokedAt != nil && $0.notAfter >= now } }
}
