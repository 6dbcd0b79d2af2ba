// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport

/// Another make of name server that learns its zones from a catalog of ours and from nothing else.
final class CatalogFollower {
    /// The makes that know catalogs. (NSD 4.6 does not.)
    enum Make: String, CaseIterable, Sendable {
        case knot
        case bind
        case powerDNS = "powerdns"
    }

    /// The catalog's name.
    static let catalog = "catalog.invalid"

    /// Which server it is.
    let make: Make
    private let server: ForeignNameServer

    /// A server that is not running yet; its files go into `folder`.
    init(_ make: Make, folder: String) throws {
        self.make = make
        server = try ForeignNameServer(make.rawValue, in: folder)
    }

    /// Where it answers, and hears of changes.
    var port: Int { server.port }
    private var secret: String { server.secret }
    private var folder: String { server.folder }
    private var key: String { "\(make.rawValue).key" }

    /// What our peers file says about it.
    var peerLines: String {
        // PowerDNS signs what it asks of the catalog, and nothing that it asks of the zones in it.
        let unsigned = "peer unsigned address=127.0.0.1 key=none zones=*.catalogued.example\n"
        return """
            key \(key) hmac-sha256 \(secret)
            peer \(make.rawValue) address=127.0.0.1 key=\(key) zones=*.catalogued.example catalog=\(Self.catalog) \
            notify=127.0.0.1:\(port)
            \(make == .powerDNS ? unsigned : "")
            """
    }

    /// All that it has logged.
    var log: String { server.log }

    /// Starts it with the catalog of the primary at `primary`.
    func start(primary: Int) async throws {
        switch make {
        case .knot: try startKnot(primary)
        case .bind: try startBIND(primary)
        case .powerDNS: try await startPowerDNS(primary)
        }
    }

    /// Stops it.
    func stop() async throws {
        try await server.stop()
    }

    private func startKnot(_ primary: Int) throws {
        let path = try server.write(
            """
            server:
                listen: 127.0.0.1@\(port)
                rundir: "\(folder)"
                pidfile: "\(folder)/pid"
                udp-workers: 1
                tcp-workers: 2
                background-workers: 1
            log:
              - target: stderr
                any: info
            database:
                storage: "\(folder)"
            key:
              - id: \(key).
                algorithm: hmac-sha256
                secret: \(secret)
            remote:
              - id: primary
                address: 127.0.0.1@\(primary)
                key: \(key).
            acl:
              - id: primary
                address: 127.0.0.1
                key: \(key).
                action: notify
            template:
              - id: member
                storage: "\(folder)"
                master: primary
                acl: primary
            zone:
              - domain: \(Self.catalog).
                storage: "\(folder)"
                master: primary
                acl: primary
                catalog-role: interpret
                catalog-template: member

            """,
            to: "knot.conf"
        )
        try server.spawn("/usr/sbin/knotd", ["-c", path])
    }

    private func startBIND(_ primary: Int) throws {
        let path = try server.write(
            """
            options {
                directory "\(folder)";
                pid-file "\(folder)/pid";
                lock-file "\(folder)/lock";
                session-keyfile "\(folder)/session.key";
                listen-on port \(port) { 127.0.0.1; };
                listen-on-v6 { none; };
                recursion no;
                dnssec-validation no;
                notify no;
                serial-query-rate 1000;
                catalog-zones {
                    zone "\(Self.catalog)"
                        default-primaries { 127.0.0.1 port \(primary) key "\(key)"; }
                        zone-directory "\(folder)"
                        min-update-interval 1;
                };
            };
            controls { };
            key "\(key)" { algorithm hmac-sha256; secret "\(secret)"; };
            zone "\(Self.catalog)" {
                type secondary;
                file "catalog.db";
                primaries { 127.0.0.1 port \(primary) key "\(key)"; };
            };

            """,
            to: "named.conf"
        )
        try server.spawn("/usr/sbin/named", ["-g", "-n", "1", "-c", path])
    }

    private func startPowerDNS(_ primary: Int) async throws {
        let database = "\(folder)/pdns.sqlite3"
        _ = try server.write(
            """
            launch=gsqlite3
            gsqlite3-database=\(database)
            gsqlite3-pragma-synchronous=0
            gsqlite3-dnssec=yes
            local-address=127.0.0.1
            local-port=\(port)
            secondary=yes
            daemon=no
            guardian=no
            write-pid=no
            socket-dir=\(folder)
            xfr-cycle-interval=1
            allow-notify-from=127.0.0.1
            cache-ttl=0
            query-cache-ttl=0
            negquery-cache-ttl=0
            zone-cache-refresh-interval=0
            receiver-threads=1
            loglevel=6

            """,
            to: "pdns.conf"
        )
        try await server.run(
            "/usr/bin/sqlite3",
            [database, ".read /usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"]
        )
        let commands = [
            ["create-secondary-zone", Self.catalog, "127.0.0.1:\(primary)"],
            ["set-kind", Self.catalog, "consumer"],
            ["import-tsig-key", key, "hmac-sha256", secret],
            ["activate-tsig-key", Self.catalog, key, "secondary"],
        ]
        for command in commands { try await server.run("/usr/bin/pdnsutil", ["--config-dir=\(folder)"] + command) }
        try server.spawn("/usr/sbin/pdns_server", ["--config-dir=\(folder)"])
    }
}
