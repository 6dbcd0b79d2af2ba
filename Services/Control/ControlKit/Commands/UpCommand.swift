// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Foundation

/// `zonewright up`.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run everything on loopback: PostgreSQL, the four daemons, an account, a token, example zones.",
        discussion: """
            Everything is kept in .zonewright/ (or ZONEWRIGHT_STATE); PORT_BASE (8050) is the first of nine ports. \
            Running it again restarts the daemons and keeps the data.
            """
    )

    @Option(help: "A folder of zone files to import when there is no account yet.")
    var examples = "Docs/examples"

    @Flag(help: "Import no example zones.")
    var noExamples = false

    func run() async throws {
        let folder = StateFolder.standard()
        let installation = LocalInstallation(folder: folder, ports: try Ports())
        try folder.create()
        if try await installation.stop() { print("Stopped what was running.") }
        try PortCheck.requireFree(installation.ports)

        let cluster = try PrivateCluster(folder: folder, port: installation.ports.postgres)
        try cluster.create()
        let setup = LocalSetup(folder: folder, ports: installation.ports, cluster: cluster)
        let exampleFolder = noExamples ? nil : examples
        let environment = try await installation.withCluster(cluster) { try await setup.run(examples: exampleFolder) }
        try StateFolder.writePrivate(environment.text, to: folder.environmentFile)

        let daemons = try DaemonSet(folder: folder, ports: installation.ports) { try setup.databaseURL(role: $0) }
        try daemons.writeConfiguration()
        let postgres = SupervisorPlan.Program(
            name: "postgres",
            arguments: cluster.serverArguments(),
            stopSignal: SIGINT
        )
        try SupervisorPlan(programs: [postgres] + daemons.programs()).write(to: folder.plan)
        try installation.startSupervisor()
        do {
            try await installation.waitUntilReady(daemons, seconds: 60)
            try await StatusCommand.wait(seconds: 120, url: try setup.databaseURL(role: "zonewright_operator"))
        } catch {
            try await installation.stop()
            throw error
        }
        print(Self.instructions(environment, folder: folder))
    }

    /// What to try, ready to be pasted.
    private static func instructions(_ environment: EnvironmentFile, folder: StateFolder) -> String {
        func value(_ name: String) -> String { environment[name] ?? "" }
        let api = "\(value("ZONEWRIGHT_URL"))/v2"
        let account = value("ZONEWRIGHT_ACCOUNT")
        let authorization = "-H 'Authorization: Bearer \(value("ZONEWRIGHT_TOKEN"))'"
        let dig = "dig @\(value("ZONEWRIGHT_DNS_HOST")) -p \(value("ZONEWRIGHT_DNS_PORT")) +norecurse"
        return """
            Zonewright is running. Try:

            curl \(authorization) \(api)/whoami
            curl \(authorization) -X POST \(api)/\(account)/domains -d '{"name":"first.example"}'
            curl \(authorization) -X POST \(api)/\(account)/zones/first.example/records \\
                -d '{"name":"www","type":"A","content":"192.0.2.10","ttl":300}'
            \(dig) www.first.example A
            \(dig) first.example SOA

            Variables for scripts: \(folder.environmentFile)   Logs: \(folder.path)/log   Stop: make down
            """
    }
}
