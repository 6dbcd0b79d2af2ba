// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import Logging
import Postgres
import Synchronization
import TestSupport

/// A PostgreSQL server of a scenario, on a port of loopback, that may be killed, copied, followed and promoted.
final class FaultCluster: Sendable {
    /// The database of the installation.
    static let database = "zonewright"

    /// The data folder.
    let folder: String
    let port: Int
    private let settings: [String]
    private let programs: String
    private let process = Mutex<DaemonProcess?>(nil)
    private let environment = Mutex<[String: String]>([:])

    private init(folder: String, port: Int, settings: [String], programs: String) {
        self.folder = folder
        self.port = port
        self.settings = settings
        self.programs = programs
    }

    /// A new cluster, not started yet.
    ///
    /// - Parameter settings: further ones, `name=value`. A commit is written before it is acknowledged, but not forced to
    ///   the disk: processes are killed here, not the machine.
    static func make(in parent: String, named name: String, settings: [String] = []) throws -> FaultCluster {
        let programs = try PostgresServerProcess.programFolder()
        let cluster = FaultCluster(
            folder: "\(parent)/\(name)",
            port: try FreePort.next(),
            settings: settings,
            programs: programs
        )
        try cluster.run([
            "\(programs)/initdb", "-D", cluster.folder, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", "--no-instructions", "--wal-segsize=4",
        ])
        return cluster
    }

    /// Starts the server and waits until it takes connections, also after a crash.
    func start(limit: Duration = .seconds(120)) async throws {
        try await waitUntil("PostgreSQL on port \(port) answers", limit: limit, every: .milliseconds(50)) {
            try self.startUnlessRunning()
            return await self.isAnswering()
        }
    }

    /// What the server has in its environment from its next start on.
    func set(environment variables: [String: String]) {
        environment.withLock { $0 = variables }
    }

    /// Starts the server process unless it runs.
    func startUnlessRunning() throws {
        let command =
            try Self.asServerUser(["\(programs)/postgres", "-D", folder])
            + [
                "port=\(port)", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200",
                "shared_buffers=64MB", "fsync=off", "synchronous_commit=on", "wal_level=replica",
                "max_wal_senders=8", "hot_standby=on", "log_min_messages=warning", "max_wal_size=1GB",
            ].flatMap { ["-c", $0] } + settings.flatMap { ["-c", $0] }
        try process.withLock { process in
            guard process == nil || process?.exitStatus != nil else { return }
            process = try DaemonProcess(
                name: "postgres",
                program: command[0],
                arguments: Array(command.dropFirst()),
                environment: environment.withLock { $0 }
            )
        }
    }

    /// SIGKILL to the server; its children end as they notice.
    func crash() async throws {
        guard let process = process.withLock({ $0 }) else { return }
        process.signal(SIGKILL)
        _ = try await process.waitForExit()
    }

    /// Ends the server in order, connections or not.
    func stop() async throws {
        guard let process = process.withLock({ $0 }), process.exitStatus == nil else { return }
        process.signal(SIGINT)
        _ = try await process.waitForExit()
    }

    /// A copy of the running cluster as it is now (pg_basebackup), not started yet.
    ///
    /// - Parameter primary: the port by which it follows this one; nil for a copy that is a server of its own.
    func copy(named name: String, following primary: Int? = nil, settings: [String]? = nil) throws -> FaultCluster {
        let parent = (folder as NSString).deletingLastPathComponent
        let copy = FaultCluster(
            folder: "\(parent)/\(name)",
            port: try FreePort.next(),
            settings: settings ?? self.settings,
            programs: programs
        )
        try run([
            "\(programs)/pg_basebackup", "-D", copy.folder, "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres",
            "--checkpoint=fast", "--no-sync", "--wal-method=stream",
        ])
        if let primary {
            let connection = "host=127.0.0.1 port=\(primary) user=postgres application_name=\(name)"
            try Data().write(to: URL(fileURLWithPath: copy.folder + "/standby.signal"))
            let file = copy.folder + "/postgresql.auto.conf"
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            try Data((text + "primary_conninfo = '\(connection)'\n").utf8).write(to: URL(fileURLWithPath: file))
        }
        return copy
    }

    /// Makes a replica the primary.
    func promote() throws {
        try run(["\(programs)/pg_ctl", "promote", "-D", folder, "-w"])
    }

    /// Runs a command of psql as the superuser.
    func sql(_ command: String) async throws {
        try await FaultStack.run(
            "\(programs)/psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url("postgres"), "-c", command]
        )
    }

    /// The server's log so far.
    var log: String { process.withLock { $0 }?.log ?? "" }

    /// A connection URL, through `port` instead of the server's own when given.
    func url(_ role: String, database: String = FaultCluster.database, port: Int? = nil) -> String {
        "postgresql://\(role)@127.0.0.1:\(port ?? self.port)/\(database)"
    }

    /// A pool of the superuser's.
    func pool(database: String = FaultCluster.database) throws -> PostgresPool {
        PostgresPool(
            configuration: try PostgresConfiguration(
                url: url("postgres", database: database),
                applicationName: "faults"
            ),
            size: 2,
            acquireTimeout: .seconds(60),
            logger: Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func isAnswering() async -> Bool {
        guard
            let configuration = try? PostgresConfiguration(
                url: url("postgres", database: "postgres"),
                applicationName: "faults"
            ),
            let connection = try? await PostgresConnection.connect(configuration)
        else { return false }
        defer { Task { await connection.close() } }
        return (try? await connection.query("SELECT 1")) != nil
    }

    /// Runs one of PostgreSQL's programs to its end.
    private func run(_ command: [String]) throws {
        let whole = try Self.asServerUser(command)
        let tool = Process()
        tool.executableURL = URL(fileURLWithPath: whole[0])
        tool.arguments = Array(whole.dropFirst())
        tool.currentDirectoryURL = URL(fileURLWithPath: "/")
        let output = Pipe()
        tool.standardOutput = output
        tool.standardError = output
        try tool.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        tool.waitUntilExit()
        guard tool.terminationStatus == 0 else {
            throw FaultError("\(command.joined(separator: " ")): \(String(decoding: text, as: UTF8.self))")
        }
    }

    /// PostgreSQL does not run as root.
    private static func asServerUser(_ command: [String]) throws -> [String] {
        guard let user = try PostgresServerProcess.unprivilegedUser() else { return command }
        return ["/usr/bin/setpriv", "--reuid=\(user.uid)", "--regid=\(user.gid)", "--clear-groups"] + command
    }
}
