// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Logging
import Postgres
import TestSupport

/// A database of its own with an account, and an editor that has the rights of the web service only.
struct EditorFixture: Sendable {
    let database: TestDatabase
    /// With the rights of `zonewright_web`.
    let pool: PostgresPool
    /// May read and break everything.
    let superuser: PostgresPool
    let account: Account
    let notifier: ChangeNotifier
    let editor: ZoneEditor

    static let policy = ZonePolicy(
        nameServers: ["ns1.host.example", "ns2.host.example"],
        mailbox: "hostmaster.host.example"
    )

    static func make(connections: Int = 4) async throws -> EditorFixture {
        let database = try await TestDatabase.make()
        let pool = try database.pool(.web, size: connections)
        let account = try await AccountStore(pool: pool).create(email: "owner@customer.example", name: "Customer")
        let notifier = ChangeNotifier(pool: pool, logger: Logger(label: "tests"))
        return EditorFixture(
            database: database,
            pool: pool,
            superuser: try database.pool(.superuser),
            account: account,
            notifier: notifier,
            editor: ZoneEditor(pool: pool, policy: policy, notifier: notifier)
        )
    }

    /// Another account.
    func makeAccount() async throws -> Account {
        try await AccountStore(pool: pool).create(email: "other@customer.example", name: "Other")
    }

    var context: ChangeContext {
        ChangeContext(
            actor: .account(id: account.id, email: account.email),
            tokenID: 7,
            remoteAddress: "192.0.2.1"
        )
    }

    /// A domain with its zone.
    func makeZone(_ name: String = "example.com") async throws -> Zone {
        _ = try await editor.createDomain(account: account, name: name, context: context)
        return try await zone(name)
    }

    func zone(_ name: String = "example.com") async throws -> Zone {
        try await ZoneRepository(pool: pool).zone(account: account.id, .name(name))
    }

    @discardableResult
    func create(_ input: RecordInput, in zone: String = "example.com") async throws -> ZoneRecord {
        try await editor.createRecord(account: account, zone: .name(zone), input, context: context)
    }

    func records(_ zone: String = "example.com") async throws -> [ZoneRecord] {
        let page = Page(size: Page.maximumSize)
        return try await RecordRepository(pool: pool).list(zone: try await self.zone(zone), page: page).items
    }

    /// How many rows a table has.
    func count(_ table: String) async throws -> Int {
        let rows = try await superuser.query("SELECT count(*) FROM \(unescaped: table)")
        return try rows.first?.decode(0) ?? -1
    }

    /// How many rows every table has that a change writes.
    func footprint() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in [
            "app.domain", "app.zone", "app.record", "app.zone_change", "app.audit", "distribution.outbox", "jobs.job",
        ] {
            counts[table] = try await count(table)
        }
        return counts
    }

    /// A webhook of the account.
    func makeWebhook() async throws {
        try await superuser.execute(
            """
            INSERT INTO app.webhook (account_id, url, secret)
            VALUES (\(account.id), 'https://hook.example/', 'whsec_AAAA')
            """
        )
    }
}

extension RecordInput {
    static func a(_ name: String, _ address: String = "192.0.2.1", ttl: Int64? = nil) -> RecordInput {
        RecordInput(name: name, type: "A", content: address, ttl: ttl)
    }

    static func cname(_ name: String, _ target: String) -> RecordInput {
        RecordInput(name: name, type: "CNAME", content: target)
    }
}
