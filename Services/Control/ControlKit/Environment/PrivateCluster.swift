// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The PostgreSQL cluster of a local installation: its own data folder, loopback only, password log-in only.
///
/// PostgreSQL refuses to run as root, so for root the cluster belongs to an unprivileged user of the machine.
struct PrivateCluster {
    /// The role that `initdb` makes; only `zonewright up` uses it.
    static let superuser = "zonewright_admin"

    private let folder: StateFolder
    private let port: Int
    private let binaries: String
    private let runAs: String?

    /// - Throws: `ControlError` when no PostgreSQL server or no unprivileged user is found.
    init(folder: StateFolder, port: Int) throws {
        self.folder = folder
        self.port = port
        binaries = try Self.findBinaries()
        runAs = geteuid() == 0 ? try Self.unprivilegedUser() : nil
    }

    /// A connection URL for the superuser.
    func adminURL(database: String) throws -> String {
        "postgresql://\(Self.superuser):\(try folder.secret("postgres"))@127.0.0.1:\(port)/\(database)"
    }

    /// The data folder itself: where the link leads, since the server's user may be unable to follow it.
    private var dataFolder: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: folder.postgres)) ?? folder.postgres
    }

    /// The program and arguments that run the server in the foreground.
    func serverArguments() -> [String] {
        asOwner([
            "\(binaries)/postgres", "-D", dataFolder,
            "-c", "listen_addresses=127.0.0.1", "-c", "port=\(port)", "-c", "unix_socket_directories=",
            "-c", "max_connections=120", "-c", "shared_buffers=128MB", "-c", "wal_level=replica",
            "-c", "max_wal_size=2GB", "-c", "log_min_messages=warning",
            // Under load a commit waits 0.4 ms for others to share its fsync with; alone it does not wait.
            "-c", "commit_delay=400", "-c", "commit_siblings=4",
        ])
    }

    /// Makes the cluster unless it exists.
    func create() throws {
        guard !FileManager.default.fileExists(atPath: folder.postgres + "/PG_VERSION") else { return }
        try placeDataFolder()
        let password = try folder.secret("postgres")
        // initdb reads the password from a file, which its own user must be able to read: beside the data for a moment.
        let passwordFile = dataFolder + "/initial-password"
        try StateFolder.writePrivate(password + "\n", to: passwordFile)
        if let runAs { try ChildProcess.run(["/usr/bin/chown", runAs, passwordFile], log: folder.logFile("initdb")) }
        let data = dataFolder + "/data.new"
        try ChildProcess.run(
            asOwner([
                "\(binaries)/initdb", "-D", data, "-U", Self.superuser, "--pwfile", passwordFile,
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
            ]),
            log: folder.logFile("initdb")
        )
        try FileManager.default.removeItem(atPath: passwordFile)
        // PG_VERSION appears in the final place last, so that an interrupted start begins again.
        let files = try FileManager.default.contentsOfDirectory(atPath: data).sorted { first, second in
            (first == "PG_VERSION" ? 1 : 0, first) < (second == "PG_VERSION" ? 1 : 0, second)
        }
        for file in files {
            try FileManager.default.moveItem(atPath: "\(data)/\(file)", toPath: "\(dataFolder)/\(file)")
        }
        try FileManager.default.removeItem(atPath: data)
    }

    /// Makes the empty data folder for the server's user. Where that user cannot reach the checkout (a home folder of
    /// root, for example), the data stands under /var/lib and `.zonewright/postgres` is a link to it.
    private func placeDataFolder() throws {
        let manager = FileManager.default
        if (try? manager.attributesOfItem(atPath: folder.postgres)) != nil {
            try manager.removeItem(atPath: folder.postgres)
        }
        guard let runAs else {
            try manager.createDirectory(atPath: folder.postgres, withIntermediateDirectories: true)
            // SAFETY: the path is copied by the call.
            unsafe chmod(folder.postgres, 0o700)
            return
        }
        let log = folder.logFile("initdb")
        let reachable = ChildProcess.wait(
            for: try ChildProcess.spawn(asOwner(["/usr/bin/test", "-x", folder.path]), log: log)
        )
        var place = folder.postgres
        if reachable != 0 {
            let name = folder.path.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            place = "/var/lib/zonewright-\(String(name, radix: 16))"
            try? manager.removeItem(atPath: place)
            try manager.createSymbolicLink(atPath: folder.postgres, withDestinationPath: place)
        }
        try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
        // SAFETY: the path is copied by the call.
        unsafe chmod(place, 0o700)
        try ChildProcess.run(["/usr/bin/chown", runAs, place], log: log)
    }

    /// The same command as the server's user; it ends when the supervisor does, however that ends.
    private func asOwner(_ command: [String]) -> [String] {
        let wrapper = ["/usr/bin/setpriv", "--pdeathsig", "INT"]
        guard let runAs else { return wrapper + command }
        return wrapper + ["--reuid", runAs, "--regid", runAs, "--init-groups"] + command
    }

    private static func findBinaries() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap(Int.init).sorted().last {
            FileManager.default.isExecutableFile(atPath: "\(root)/\($0)/bin/postgres")
        }
        guard let newest else {
            throw ControlError("no PostgreSQL server below \(root): apt-get install postgresql")
        }
        return "\(root)/\(newest)/bin"
    }

    private static func unprivilegedUser() throws -> String {
        // SAFETY: the results are only compared with nil.
        func exists(_ name: String) -> Bool { unsafe getpwnam(name) != nil && getgrnam(name) != nil }
        guard let name = ["postgres", "nobody"].first(where: exists) else {
            throw ControlError("PostgreSQL does not run as root, and this machine has no user 'postgres' to run it as")
        }
        return name
    }
}
