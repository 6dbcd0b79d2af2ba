// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ACME
import Foundation
import Jobs
import Runtime

/// The options about the certificate authority, as values.
struct CertificateOptions: Sendable {
    /// All of them.
    static let all: [DaemonOption] = [
        DaemonOption(
            "acme-directory",
            help: """
                URL of the directory of the certificate authority (ACME) that certificates of hosted domains come from; \
                needs job-keys. Without it this worker gets none.
                """
        ),
        DaemonOption(
            "acme-contact",
            .list,
            help: "E-mail addresses that the certificate authority is told, separated by commas."
        ),
        DaemonOption(
            "acme-authority-file",
            help:
                "PEM file with the authorities that the directory's own certificate is checked against; the system's without it."
        ),
        DaemonOption(
            "acme-binding-file",
            help: "File with identifier:key of the account that one has at the authority already, the key in base64url."
        ),
        DaemonOption(
            "certificate-schedule",
            default: "*/10 * * * *",
            help: "When it is looked for certificates that are to be renewed: the five fields of crontab, in UTC."
        ),
    ]

    let directory: String
    /// URLs.
    let contact: [String]
    let authorityFile: String?
    let binding: ExternalAccountBinding?
    let schedule: CrontabExpression
    let sealer: JobSealer

    /// Nil where no certificates are got.
    init?(_ settings: Settings, sealer: JobSealer?, schedule: CrontabExpression) throws {
        guard let directory = try settings.optionalString("acme-directory") else { return nil }
        guard directory.hasPrefix("https://") else {
            throw settings.refuse("acme-directory", "must begin with https://")
        }
        guard let sealer else { throw settings.refuse("acme-directory", "needs job-keys, which seal what is secret") }
        self.directory = directory
        self.sealer = sealer
        self.schedule = schedule
        contact = try settings.list("acme-contact").map { address in
            guard address.contains("@"), address.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "," }) else {
                throw settings.refuse("acme-contact", "\"\(address)\" is not an e-mail address")
            }
            return "mailto:\(address)"
        }
        authorityFile = try settings.optionalString("acme-authority-file")
        binding = try settings.optionalString("acme-binding-file").map { file in
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw settings.refuse("acme-binding-file", "cannot be read")
            }
            let parts = text.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ":", maxSplits: 1)
            guard parts.count == 2,
                let binding = ExternalAccountBinding(identifier: String(parts[0]), secret: String(parts[1]))
            else {
                throw settings.refuse("acme-binding-file", "must hold identifier:key, the key in base64url")
            }
            return binding
        }
    }
}
