// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
package import Glibc

/// The server's process and its folder.
package struct PostgresServerProcess {
    let folder: String
    /// Holding this keeps the server alive.
    let lifeline: Pipe

    /// Makes a cluster and starts its server, as an unprivileged user when the tests run as root.
    static func start() throws -> PostgresServerProcess {
        let programs = try programFolder()
        let user = try unprivilegedUser()
        let folder = try temporaryFolder(owner: user)
        let prefix = user.map { ["setpriv", "--reuid=\($0.uid)", "--regid=\($0.gid)", "--clear-groups"] } ?? []
        let initialise =
            prefix + [
                "\(programs)/initdb", "-D", "\(folder)/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ]
        let made = Process()
        made.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        made.arguments = initialise
        made.currentDirectoryURL = URL(fileURLWithPath: "/")
        let output = Pipe()
        made.standardOutput = output
        made.standardError = output
        try made.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        made.waitUntilExit()
        guard made.terminationStatus == 0 else {
            throw SupportError("initdb failed: \(String(decoding: text, as: UTF8.self))")
        }
        return PostgresServerProcess(folder: folder, lifeline: try serve(programs, folder, prefix))
    }

    /// The server runs under a shell that waits for the end of its standard input, which is the end of this process at
    /// the latest, stops the server and removes the folder. It has a session of its own, so that Control-C reaches the
    /// tests first. (No `wait`: the tests' blocked SIGCHLD would be inherited, and the shell would wait for ever.)
    private static func serve(_ programs: String, _ folder: String, _ prefix: [String]) throws -> Pipe {
        let script = """
            exec 3<&0
            folder=$1
            shift
            "$@" </dev/null >"$folder/log" 2>&1 3<&- &
            server=$!
            read -r line <&3
            kill -QUIT $server
            tries=200
            while [ -e "$folder/data/postmaster.pid" ] && [ $tries -gt 0 ]; do sleep 0.05; tries=$((tries - 1)); done
            rm -rf "$folder"
            """
        let settings = [
            "fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=", "max_connections=200",
            "shared_buffers=64MB", "unix_socket_directories=\(folder)", "log_min_messages=warning",
        ]
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments =
            ["setsid", "sh", "-c", script, "sh", folder] + prefix + ["\(programs)/postgres", "-D", "\(folder)/data"]
            + settings.flatMap { ["-c", $0] }
        server.currentDirectoryURL = URL(fileURLWithPath: "/")
        let lifeline = Pipe()
        // Other children of the tests must not keep the server alive.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        server.standardInput = lifeline
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        return lifeline
    }

    /// Where PostgreSQL's server programs are; throws `SupportError` when there are none.
    package static func programFolder() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let candidates =
            versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(root)/\($0)/bin" }
            + ["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"]
        for candidate in candidates where FileManager.default.isExecutableFile(atPath: "\(candidate)/initdb") {
            return candidate
        }
        throw SupportError("there are no PostgreSQL server programs (install the package postgresql)")
    }

    /// Whom PostgreSQL runs as. Nil when the tests do not run as root: then the server runs as whoever runs them.
    package static func unprivilegedUser() throws -> (uid: uid_t, gid: gid_t)? {
        guard geteuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            // SAFETY: getpwnam returns NULL or a record that is valid until the next call, and is copied at once.
            if let entry = unsafe getpwnam(name) { return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid) }
        }
        throw SupportError("PostgreSQL does not run as root, and there is no user postgres or nobody")
    }

    /// Short, since the path of a Unix socket has at most 107 bytes.
    private static func temporaryFolder(owner: (uid: uid_t, gid: gid_t)?) throws -> String {
        let folder = "/tmp/zonewright-test-\(UUID().uuidString.prefix(8).lowercased())"
        var attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        if let owner {
            attributes[.ownerAccountID] = owner.uid
            attributes[.groupOwnerAccountID] = owner.gid
        }
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false,
            attributes: attributes
        )
        return folder
    }
}
