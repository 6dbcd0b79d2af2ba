// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Four options that name the files of a TLS identity: a certificate, its key, the authorities that are trusted and,
/// where there is one, the list of revoked certificates. The first three go together.
package struct TLSFileOptions: Sendable {
    /// The files that were given.
    package struct Files: Sendable, Hashable {
        package let certificate: String
        package let key: String
        package let authorities: String
        package let revoked: String?
    }

    private let prefix: String
    private let purpose: String

    /// - Parameters:
    ///   - prefix: What the options' names begin with, `origin-tls` for `origin-tls-certificate`.
    ///   - purpose: What the certificate does here, the beginning of its help.
    package init(prefix: String, purpose: String) {
        self.prefix = prefix
        self.purpose = purpose
    }

    /// The options themselves.
    package var all: [DaemonOption] {
        [
            DaemonOption(key("certificate"), .path, help: "PEM file of \(purpose) Read again when it changes."),
            DaemonOption(
                key("key"),
                .path,
                help: "PEM file of that certificate's private key, closed to other users. Read again when it changes."
            ),
            DaemonOption(
                key("ca"),
                .path,
                help: "PEM file of the authorities whose certificates are trusted. Read again when it changes."
            ),
            DaemonOption(
                key("revoked"),
                .path,
                help:
                    "File of the serial numbers of revoked certificates, as pki revoke writes it. Read again when it changes."
            ),
        ]
    }

    /// The three that go together, for messages.
    package var names: String { required.joined(separator: ", ") }

    /// The files, or nil when none of the options is there. Throws when one is there without those it needs.
    package func files(_ settings: Settings) throws(SettingsError) -> Files? {
        let revoked = try settings.optionalString(key("revoked"))
        let values = try required.map { key throws(SettingsError) in try settings.optionalString(key) }
        if revoked == nil, values.allSatisfy({ $0 == nil }) { return nil }
        for (key, value) in zip(required, values) where value == nil {
            throw settings.refuse(key, "is needed: \(names) go together")
        }
        let given = values.compactMap { $0 }
        return Files(certificate: given[0], key: given[1], authorities: given[2], revoked: revoked)
    }

    private var required: [String] { [key("certificate"), key("key"), key("ca")] }

    private func key(_ name: String) -> String { "\(prefix)-\(name)" }
}
