// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport

/// An installation of a scenario: PostgreSQL and daemons, each of which can be killed on its own.
final class FaultStack: Sendable {
    let settings: FaultSettings
    /// Everything it keeps; gone at the end.
    let folder: String
    /// What clients of the database connect to: the cluster that is the primary now.
    let database: FaultProxy
    private let state: Mutex<State>

    private struct State {
        var cluster: FaultCluster
        var clusters: [FaultCluster]
        var daemons: [ManagedDaemon] = []
        var proxies: [FaultProxy]
        var account = ""
        var token = ""
        var webPort = 0
        var mounts: [String] = []
        var networks: [FaultNetwork] = []
    }

    /// Makes an installation without daemons for the time of `body`; then everything is stopped and removed.
    ///
    /// - Parameters:
    ///   - postgres: settings of the database server, `name=value`.
    ///   - diskMegabytes: the size of the disk that the database has to itself, if it has. Only for root.
    static func with<Value: Sendable>(
        _ settings: FaultSettings,
        postgres: [String] = [],
        diskMegabytes: Int? = nil,
        _ body: (FaultStack) async throws -> Value
    ) async throws -> Value {
        let folder = try makeFolder()
        let disk = "\(folder)/disk"
        if let diskMegabytes { try await mount(disk, megabytes: diskMegabytes) }
        let cluster = try FaultCluster.make(
            in: diskMegabytes == nil ? folder : disk,
            named: "primary",
            settings: postgres
        )
        let proxy = try await FaultProxy.start(target: ("127.0.0.1", cluster.port), seed: settings.seed)
        let stack = FaultStack(settings, folder, cluster, proxy)
        if diskMegabytes != nil { stack.state.withLock { $0.mounts.append(disk) } }
        let result: Result<Value, any Error>
        do {
            try await cluster.start()
            try await stack.setUp()
            result = .success(try await body(stack))
        } catch {
            result = .failure(error)
        }
        await stack.tearDown()
        return try result.get()
    }

    private init(_ settings: FaultSettings, _ folder: String, _ cluster: FaultCluster, _ database: FaultProxy) {
        self.settings = settings
        self.folder = folder
        self.database = database
        state = Mutex(State(cluster: cluster, clusters: [cluster], proxies: [database]))
    }

    /// The cluster that is the primary now.
    var cluster: FaultCluster { state.withLock { $0.cluster } }
    var account: String { state.withLock { $0.account } }
    var token: String { state.withLock { $0.token } }
    var webPort: Int { state.withLock { $0.webPort } }

    /// Takes over the care of a further cluster.
    func keep(_ cluster: FaultCluster) {
        state.withLock { $0.clusters.append(cluster) }
    }

    /// Clients of the database find another cluster from now on.
    func use(_ cluster: FaultCluster) {
        state.withLock { $0.cluster = cluster }
        database.retarget(port: cluster.port)
        database.resetConnections()
    }

    /// A proxy in front of a port of loopback, that ends with the stack.
    func proxy(to port: Int, unit: FaultUnit = .segment) async throws -> FaultProxy {
        let proxy = try await FaultProxy.start(target: ("127.0.0.1", port), unit: unit, seed: settings.seed)
        state.withLock { $0.proxies.append(proxy) }
        return proxy
    }

    /// A small file system at a folder below the stack's, that ends with it. Only for root.
    func mountSmallDisk(named name: String, megabytes: Int) async throws -> String {
        let path = "\(folder)/\(name)"
        try await Self.mount(path, megabytes: megabytes)
        state.withLock { $0.mounts.append(path) }
        return path
    }

    /// A network beside the machine's own, that ends with the stack; nil where there can be none.
    func network() async throws -> FaultNetwork? {
        guard let network = try await FaultNetwork.make() else { return nil }
        state.withLock { $0.networks.append(network) }
        return network
    }

    /// The folder of the database's own disk.
    var diskFolder: String { "\(folder)/disk" }

    private static func mount(_ path: String, megabytes: Int) async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=777", "tmpfs", path])
    }

    /// Runs a program to its end; what it wrote. Throws when it fails.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) async throws
        -> String
    {
        let process = try DaemonProcess(
            name: program,
            program: program,
            arguments: arguments,
            environment: environment
        )
        let status = try await process.waitForExit(timeout: .seconds(1_200))
        guard status == 0 else { throw FaultError("\(program) \(arguments): \(status) \(process.log)") }
        return process.log
    }

    /// The path of one of the programs under test.
    func program(_ name: String) throws -> String {
        try settings.programs.map { "\($0)/\(name)" } ?? DaemonProcess.executable(name).path
    }

    /// Runs the operator's command.
    @discardableResult
    func zonewright(_ arguments: String...) async throws -> String {
        try await Self.run(
            program("zonewright"),
            arguments,
            environment: [
                "ZONEWRIGHT_DATABASE_URL": cluster.url("zonewright_operator", port: database.port),
                "SWIFT_BACKTRACE": "enable=no",
            ]
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes a daemon that is stopped at the end; it is not started yet.
    ///
    /// - Parameters:
    ///   - host: the address that it is asked at.
    ///   - listenHost: the address that it serves at, when that is another.
    ///   - role: the database role that it connects as, if it does.
    ///   - prefix: a program and its arguments that the daemon is run by.
    func daemon(
        _ program: String,
        named name: String,
        serves: Bool = true,
        host: String = "127.0.0.1",
        listenHost: String? = nil,
        arguments: [String] = [],
        role: String? = nil,
        environment: [String: String] = [:],
        prefix: [String] = []
    ) throws -> ManagedDaemon {
        let (port, operations) = (try FreePort.next(), try FreePort.next())
        var variables = environment
        if let role { variables["ZONEWRIGHT_DATABASE_URL"] = cluster.url(role, port: database.port) }
        let listen = serves ? ["--listen", "\(listenHost ?? host):\(port)"] : []
        let daemon = ManagedDaemon(
            name: name,
            host: host,
            port: port,
            operationsPort: operations,
            command: prefix + [try self.program(program)] + listen
                + ["--ops-listen", "\(host):\(operations)", "--log-format", "text"] + arguments,
            environment: variables
        )
        state.withLock { state in
            state.daemons.append(daemon)
            if program == "zonewright-web" { state.webPort = port }
        }
        return daemon
    }

    private func setUp() async throws {
        let configuration = try PostgresConfiguration(
            url: cluster.url("postgres", database: "postgres"),
            applicationName: "faults"
        )
        try await ClusterSetup(configuration: configuration).run { _ in "unused" }
        let `operator` = try PostgresConfiguration(
            url: cluster.url("zonewright_operator"),
            applicationName: "faults"
        )
        let logger = Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }
        try await Migrator(configuration: `operator`, logger: logger).migrate()
        let account = try await zonewright(
            "account",
            "create",
            "--email",
            "faults@zonewright.example",
            "--name",
            "Faults"
        )
        let token = try await zonewright("token", "create", "--account", account, "--name", "faults")
        state.withLock { state in
            state.account = account
            state.token = token
        }
    }

    private func tearDown() async {
        let (daemons, clusters, proxies, mounts, networks) = state.withLock {
            ($0.daemons, $0.clusters, $0.proxies, $0.mounts, $0.networks)
        }
        for daemon in daemons.reversed() { try? await daemon.crash() }
        for cluster in clusters { try? await cluster.stop() }
        for proxy in proxies { await proxy.stop() }
        for network in networks { await network.remove() }
        for mount in mounts.reversed() { _ = try? await Self.run("/bin/umount", ["-l", mount]) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A folder that the database's user may write to.
    private static func makeFolder() throws -> String {
        let path = "/tmp/zonewright-faults-\(UInt32.random(in: .min ... .max))"
        var attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        if let user = try PostgresServerProcess.unprivilegedUser() {
            attributes[.ownerAccountID] = user.uid
            attributes[.groupOwnerAccountID] = user.gid
        }
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: attributes
        )
        return path
    }
}
