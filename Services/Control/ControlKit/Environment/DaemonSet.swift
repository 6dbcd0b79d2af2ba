// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Foundation

/// The four daemons of a local installation: their configuration files, ports and programs.
struct DaemonSet {
    /// One daemon.
    struct Member {
        /// `zonewright-web` and so on; also the name of its pid file and log.
        let name: String
        /// The port of its `/livez`, `/readyz` and `/metrics`.
        let operationsPort: Int
        /// What stands in its configuration file; keys are the names of its options.
        let configuration: [String: String]
    }

    let members: [Member]
    private let folder: StateFolder

    /// - Parameter databaseURL: the connection URL of a service's role.
    init(folder: StateFolder, ports: Ports, databaseURL: (_ role: String) throws -> String) rethrows {
        self.folder = folder
        func loopback(_ port: Int) -> String { "127.0.0.1:\(port)" }
        members = [
            Member(
                name: "zonewright-glue",
                operationsPort: ports.glueOperations,
                configuration: [
                    "listen": loopback(ports.glue), "ops-listen": loopback(ports.glueOperations),
                    "database-url": try databaseURL("zonewright_glue"), "node-name": "origin1",
                    "redirector-addresses": "127.0.0.1",
                ]
            ),
            Member(
                name: "zonewright-dns",
                operationsPort: ports.dnsOperations,
                configuration: [
                    "listen": loopback(ports.dns), "ops-listen": loopback(ports.dnsOperations),
                    "data-dir": folder.replica, "upstream": loopback(ports.glue), "node-name": "responder1",
                ]
            ),
            Member(
                name: "zonewright-web",
                operationsPort: ports.webOperations,
                configuration: [
                    "listen": loopback(ports.web), "ops-listen": loopback(ports.webOperations),
                    "database-url": try databaseURL("zonewright_web"),
                    "redirector-listen": loopback(ports.redirector),
                    "name-servers": ZonePolicy.example.nameServers.joined(separator: ","),
                    // Everybody on loopback shares one address: scripts that probe without a token are not the abuse
                    // that the default limit is there for.
                    "unauthenticated-rate-limit": "12000",
                ]
            ),
            Member(
                name: "zonewright-worker",
                operationsPort: ports.workerOperations,
                configuration: [
                    "ops-listen": loopback(ports.workerOperations),
                    "database-url": try databaseURL("zonewright_worker"),
                    // A developer's receiver listens on loopback.
                    "webhook-allow-private": "true",
                ]
            ),
        ]
    }

    /// Writes each daemon's configuration file, readable by the owner only.
    func writeConfiguration() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        for member in members {
            let text = String(decoding: try encoder.encode(member.configuration), as: UTF8.self)
            try StateFolder.writePrivate(text + "\n", to: folder.configFile(member.name))
        }
    }

    /// The programs for the supervisor: the built executables that stand beside this one.
    func programs() throws -> [SupervisorPlan.Program] {
        let binaries = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        return try members.map { member in
            let program = "\(binaries)/\(member.name)"
            guard FileManager.default.isExecutableFile(atPath: program) else {
                throw ControlError("\(program) is not built; run 'make release'")
            }
            // --pdeathsig: a daemon never outlives its supervisor, however that ended.
            return SupervisorPlan.Program(
                name: member.name,
                arguments: [
                    "/usr/bin/setpriv", "--pdeathsig", "TERM", program, "--config", folder.configFile(member.name),
                ],
                stopSignal: SIGTERM
            )
        }
    }
}
