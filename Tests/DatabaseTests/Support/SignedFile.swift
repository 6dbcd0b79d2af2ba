// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain

/// A small signed zone `example.com`, as far as an import looks: the signatures are of the right form only, and valid for
/// the next sixty years.
struct SignedFile {
    /// Its key's tag is 31678.
    private static let key =
        "256 3 13 dY/LpsR4KcIbXosLdH13qgc4XOW155TOJSKC3/fLjfrv9gw6KjCCXmjsbXHVKPAW/GZbF/PaAOsWnf2rUfviLA=="

    var serial: UInt32 = 7
    /// What stands for the signatures: base64.
    var signature = "AAAA"
    /// `YYYYMMDDHHmmSS`.
    var expiration = "20860101000000"
    /// Hosts `h0`, `h1` and so on.
    var hosts = 2

    var text: String {
        let owners = ["example.com."] + (0..<hosts).map { "h\($0)" }.sorted().map { "\($0).example.com." }
        var lines: [String] = []
        func add(_ owner: String, _ type: String, _ content: String, ttl: Int = 3_600) {
            let labels = owner.split(separator: ".").count
            lines.append("\(owner) \(ttl) IN \(type) \(content)")
            lines.append(
                "\(owner) \(ttl) IN RRSIG \(type) 13 \(labels) \(ttl) \(expiration) 20200101000000 31678 example.com. "
                    + signature
            )
        }
        for (index, owner) in owners.enumerated() {
            let next = owners[(index + 1) % owners.count]
            if index == 0 {
                add(owner, "SOA", "ns.example.net. admin.example.net. \(serial) 7200 3600 1209600 300")
                add(owner, "NS", "ns.example.net.")
                add(owner, "DNSKEY", Self.key)
                add(owner, "NSEC", "\(next) NS SOA RRSIG NSEC DNSKEY", ttl: 300)
            } else {
                add(owner, "A", "192.0.2.1")
                add(owner, "NSEC", "\(next) A RRSIG NSEC", ttl: 300)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The import of the file as it was signed.
    func request(_ signing: ZoneImportRequest.Signing = .presigned(allowsExpired: false)) -> ZoneImportRequest {
        ZoneImportRequest(file: Array(text.utf8), mode: .replace, authority: .operator, signing: signing)
    }
}

extension EditorFixture {
    /// Imports with the operator's authority.
    @discardableResult
    func importFile(_ request: ZoneImportRequest, named name: String = "example.com") async throws -> ZoneImportReport {
        try await editor.importZone(
            account: account,
            named: name,
            request,
            context: ChangeContext(actor: .platform)
        )
    }
}
