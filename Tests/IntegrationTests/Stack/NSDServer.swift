// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport

/// NSD (Debian package `nsd`) serving one zone file on a free loopback port.
final class NSDServer {
    let port: Int
    private let process: DaemonProcess
    private let folder: String

    /// - Parameters:
    ///   - name: the zone's name; '.' is the root.
    ///   - file: a master file that NSD can read.
    init(zone name: String, file: String) throws {
        port = try FreePort.next()
        folder = "/tmp/zonewright-nsd-\(getpid())-\(port)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let configuration = """
            server:
                ip-address: 127.0.0.1@\(port)
                server-count: 1
                username: ""
                zonesdir: "\(folder)"
                database: ""
                pidfile: "\(folder)/pid"
                xfrdfile: "\(folder)/xfrd"
                zonelistfile: "\(folder)/zonelist"
                rrl-ratelimit: 0
            remote-control:
                control-enable: no
            zone:
                name: "\(name)"
                zonefile: "\(file)"

            """
        try configuration.write(toFile: folder + "/nsd.conf", atomically: true, encoding: .utf8)
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/nsd") else {
            throw SupportError("there is no /usr/sbin/nsd: apt-get install nsd")
        }
        process = try DaemonProcess(
            name: "nsd",
            program: "/usr/sbin/nsd",
            arguments: ["-d", "-c", folder + "/nsd.conf"]
        )
    }

    /// Stops the server and waits until it has gone.
    func stop() async throws {
        try await process.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
