// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport

/// Another make of name server with the same zones.
struct DifferentialServer {
    /// The makes.
    enum Make: String, CaseIterable, Sendable {
        case nsd
        case knot
        case bind

        /// Whether it takes a zone: NSD and Knot refuse data below a DNAME (RFC 6672 2.4).
        func loads(_ zone: DifferentialZone) -> Bool { self == .bind || !zone.hasDataBelowDNAME }
    }

    /// Which server it is.
    let make: Make
    /// Where it answers.
    let port: Int
    private let process: DaemonProcess

    /// Starts it with zones, whose files are put into `folder`.
    init(_ make: Make, zones: [DifferentialZone], folder: String) throws {
        self.make = make
        port = try FreePort.next()
        let folder = "\(folder)/\(make.rawValue)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, zone) in zones.enumerated() {
            let text = zone.lines.map { $0 + "\n" }.joined()
            try text.write(toFile: "\(folder)/zone\(index)", atomically: true, encoding: .utf8)
        }
        let names = zones.map(\.name.text)
        let (program, arguments, configuration) =
            switch make {
            case .nsd: ("/usr/sbin/nsd", ["-d", "-c"], Self.nsd(port, names, folder))
            case .knot: ("/usr/sbin/knotd", ["-c"], Self.knot(port, names, folder))
            case .bind: ("/usr/sbin/named", ["-g", "-n", "1", "-c"], Self.bind(port, names, folder))
            }
        let path = "\(folder)/configuration"
        try configuration.write(toFile: path, atomically: true, encoding: .utf8)
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw SecondaryError("there is no \(program): make packages-test")
        }
        process = try DaemonProcess(name: make.rawValue, program: program, arguments: arguments + [path])
    }

    /// Waits until each zone is answered from.
    func waitUntilReady(_ zones: [DifferentialZone]) async throws {
        try await process.waitUntilServing(zones, port: port)
    }

    /// Ends it.
    func stop() async throws {
        try await process.stop()
    }

    private static func nsd(_ port: Int, _ zones: [String], _ folder: String) -> String {
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
            rrl-ratelimit: 0
            tcp-count: 20
        remote-control:
            control-enable: no

        """
            + zones.enumerated().map { "zone:\n    name: \"\($1)\"\n    zonefile: \"zone\($0)\"\n" }.joined()
    }

    private static func knot(_ port: Int, _ zones: [String], _ folder: String) -> String {
        """
        server:
            listen: 127.0.0.1@\(port)
            rundir: "\(folder)"
            pidfile: "\(folder)/pid"
            udp-workers: 1
            tcp-workers: 1
            background-workers: 1
        log:
          - target: stderr
            any: warning
        database:
            storage: "\(folder)"
        zone:

        """
            + zones.enumerated()
            .map {
                """
                  - domain: "\($1)"
                    storage: "\(folder)"
                    file: zone\($0)
                    zonefile-sync: -1
                    semantic-checks: off
                    journal-content: none

                """
            }.joined()
    }

    private static func bind(_ port: Int, _ zones: [String], _ folder: String) -> String {
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
            empty-zones-enable no;
            notify no;
            minimal-responses no;
            zero-no-soa-ttl no;
            check-names primary ignore;
            check-integrity no;
            check-mx ignore;
            check-mx-cname ignore;
            check-srv-cname ignore;
            check-sibling no;
            check-dup-records ignore;
            check-wildcard no;
        };
        controls { };

        """
            + zones.enumerated().map { "zone \"\($1)\" { type primary; file \"zone\($0)\"; };\n" }.joined()
    }
}

extension DaemonProcess {
    /// Waits until the server has each zone.
    func waitUntilServing(_ zones: [DifferentialZone], port: Int) async throws {
        let client = DNSClient(port: port, timeout: .milliseconds(200))
        let deadline = ContinuousClock.now + .seconds(60)
        for zone in zones {
            let query = DNSClient.question(zone.name, .soa)
            while true {
                let answer = try? client.askUDP(query)
                if let answer, answer.count > 12, answer[3] & 15 == 0, answer[7] == 1 { break }
                guard ContinuousClock.now < deadline, exitStatus == nil else {
                    throw SecondaryError("\(name) does not serve \(zone.name.text): \(log)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
