// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres

/// Imports zone files with the operator's authority: SOA, apex NS and DNSSEC types are taken over, and any name goes.
struct ZoneImporter {
    private let account: Account
    private let editor: ZoneEditor
    private let notifier: ChangeNotifier

    init(pool: PostgresPool, account: Account) {
        self.account = account
        notifier = ChangeNotifier(pool: pool, logger: DatabaseOptions.logger)
        editor = ZoneEditor(pool: pool, policy: .example, notifier: notifier)
    }

    /// Imports one file whole, or throws and changes nothing.
    ///
    /// - Parameter isBulk: Whether the file is one of many.
    /// - Throws: `ZoneImportError`, `ValidationErrors` (the name, the kind of zone), `VerificationRequired`,
    ///   `ControlError`, `PostgresError`.
    func run(
        _ file: ZoneFile,
        mode: ZoneImportRequest.Mode,
        signing: ZoneImportRequest.Signing = .edited,
        isBulk: Bool = false,
        dryRun: Bool
    ) async throws -> ZoneImportReport {
        let request = ZoneImportRequest(
            file: try file.read(),
            mode: mode,
            authority: .operator,
            signing: signing,
            isBulk: isBulk,
            dryRun: dryRun
        )
        return try await editor.importZone(
            account: account,
            named: file.name,
            request,
            context: ChangeContext(actor: .platform)
        )
    }

    /// Tells the origins that there is work.
    func flush() async throws {
        try await notifier.notify()
    }
}
