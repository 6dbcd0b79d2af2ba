// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport
import ZoneTransfer

/// Another make of name server that follows our zone.
final class SecondaryServer {
    /// The makes.
    enum Make: String, CaseIterable, Sendable {
        case nsd
        case knot
        case bind
        case powerDNS = "powerdns"
    }

    /// Which server it is.
    let make: Make
    private let server: ForeignNameServer

    /// A server that is not running yet.
    init(_ make: Make, folder: String) throws {
        self.make = make
        server = try ForeignNameServer(make.rawValue, in: folder)
    }

    /// Where it answers, and hears of changes.
    var port: Int { server.port }
    /// The base64 text of its key's secret.
    var secret: String { server.secret }
    private var folder: String { server.folder }

    /// The name of its key.
    var keyName: String { "\(make.rawValue).key." }

    /// The algorithm of its key: each is used once at least.
    var algorithm: TSIGAlgorithm {
        switch make {
        case .nsd, .powerDNS: .hmacSHA256
        case .knot: .hmacSHA384
        case .bind: .hmacSHA512
        }
    }

    /// The key.
    func key() throws -> TSIGKey {
        let octets = Data(base64Encoded: secret) ?? Data()
        return TSIGKey(name: try Name(text: keyName), algorithm: algorithm, secret: Array(octets))
    }

    /// What our peers file says about it.
    var peerLines: String {
        """
        key \(keyName) \(algorithm.rawValue) \(secret)
        peer \(make.rawValue) address=127.0.0.1 key=\(keyName) zones=\(SecondaryZone.name) notify=127.0.0.1:\(port)

        """
    }

    /// All that it has logged.
    var log: String { server.log }

    /// Starts it as a secondary of the primary at `primary`.
    func start(primary: Int) async throws {
        switch make {
        case .nsd: try startNSD(primary)
        case .knot: try startKnot(primary)
        case .bind: try startBIND(primary)
        case .powerDNS: try await startPowerDNS(primary)
        }
    }

    /// Stops it.
    func stop() async throws {
        try await server.stop()
    }

    private func startNSD(_ primary: Int) throws {
        let path = try server.write(
            """
            server:
                ip-address: 127.0.0.1@\(port)
                server-count: 1
                username: ""
                zonesdir: "\(folder)"
                database: ""
                pidfile: "\(folder)/pid"
                xfrdfile: "\(folder)/xfrd"
                xfrdir: "\(folder)"
                zonelistfile: "\(folder)/zonelist"
                xfrd-reload-timeout: 0
                verbosity: 3
                rrl-ratelimit: 0
            remote-control:
                control-enable: no
            key:
                name: "\(keyName)"
                algorithm: \(algorithm.rawValue)
                secret: "\(secret)"
            zone:
                name: "\(SecondaryZone.name)"
                zonefile: "zone"
                request-xfr: 127.0.0.1@\(primary) \(keyName)
                allow-notify: 127.0.0.1 \(keyName)
                provide-xfr: 127.0.0.1 \(keyName)

            """,
            to: "nsd.conf"
        )
        try server.spawn("/usr/sbin/nsd", ["-d", "-c", path])
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
              - id: \(keyName)
                algorithm: \(algorithm.rawValue)
                secret: \(secret)
            remote:
              - id: primary
                address: 127.0.0.1@\(primary)
                key: \(keyName)
            acl:
              - id: all
                address: 127.0.0.1
                key: \(keyName)
                action: [notify, transfer]
            zone:
              - domain: \(SecondaryZone.name)
                storage: "\(folder)"
                file: zone
                master: primary
                acl: all

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
                allow-transfer { key "\(keyName)"; };
            };
            controls { };
            key "\(keyName)" { algorithm \(algorithm.rawValue); secret "\(secret)"; };
            zone "\(SecondaryZone.name)" {
                type secondary;
                file "zone";
                masterfile-format text;
                primaries { 127.0.0.1 port \(primary) key "\(keyName)"; };
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
            allow-axfr-ips=127.0.0.1
            cache-ttl=0
            query-cache-ttl=0
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
        let zone = String(SecondaryZone.name.dropLast())
        let key = String(keyName.dropLast())
        let commands = [
            ["create-secondary-zone", zone, "127.0.0.1:\(primary)"],
            ["import-tsig-key", key, algorithm.rawValue, secret],
            ["activate-tsig-key", zone, key, "secondary"],
            ["activate-tsig-key", zone, key, "primary"],
            ["set-meta", zone, "IXFR", "1"],
        ]
        for command in commands { try await server.run("/usr/bin/pdnsutil", ["--config-dir=\(folder)"] + command) }
        try server.spawn("/usr/sbin/pdns_server", ["--config-dir=\(folder)"])
    }
}
