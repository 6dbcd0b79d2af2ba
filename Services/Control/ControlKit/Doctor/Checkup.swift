// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Foundation
import Postgres

/// Looks at every part of a local installation, from the disk to an answer over DNS.
///
/// Each check stands for itself: one that fails does not hide the others.
struct Checkup {
    let folder: StateFolder
    let ports: Ports

    /// All findings, healthy ones too, in an order in which the first failure explains the later ones.
    func run() async -> [Finding] {
        var findings = [disk(), supervisor()]
        findings += await database()
        for (name, port) in daemons {
            findings.append(process(name))
            findings.append(await readiness(name, port: port))
        }
        findings.append(await api())
        findings.append(await answers())
        return findings
    }

    /// The daemons and the ports of their operations listeners.
    private var daemons: [(name: String, port: Int)] {
        [
            ("zonewright-web", ports.webOperations), ("zonewright-glue", ports.glueOperations),
            ("zonewright-dns", ports.dnsOperations), ("zonewright-worker", ports.workerOperations),
        ]
    }

    private func disk() -> Finding {
        let subject = "disk space for \(folder.path)"
        guard
            let free = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)[.systemFreeSize] as? Int64
        else {
            return .sick(subject, "there is no such folder", remedy: "make up")
        }
        guard free > 1 << 30 else {
            return .sick(
                subject,
                "only \(free >> 20) MiB are free",
                remedy: "make room: the database needs some to commit"
            )
        }
        return .healthy(subject)
    }

    private func supervisor() -> Finding {
        Supervisor.isRunning(folder)
            ? .healthy("supervisor") : .sick("supervisor", "it does not run", remedy: "make up")
    }

    private func process(_ name: String) -> Finding {
        let subject = "\(name) process"
        let text = try? String(contentsOfFile: folder.pidFile(name), encoding: .utf8)
        guard let pid = text.flatMap({ pid_t($0.split(separator: "\n").first ?? "") }), ChildProcess.isAlive(pid) else {
            return .sick(subject, "it does not run", remedy: "read \(folder.logFile(name)), then make up")
        }
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        if status.contains("State:\tT") {
            return .sick(subject, "process \(pid) is stopped", remedy: "kill -CONT \(pid)")
        }
        return .healthy(subject)
    }

    private func readiness(_ name: String, port: Int) async -> Finding {
        let answer = await OperationsProbe.readiness(port: port)
        guard !answer.isReady else { return .healthy("\(name) readiness") }
        return .sick("\(name) readiness", answer.text, remedy: "read \(folder.logFile(name))")
    }

    private func database() async -> [Finding] {
        let subject = "database"
        guard let url = EnvironmentFile(path: folder.environmentFile)?["ZONEWRIGHT_DATABASE_URL"] else {
            return [.sick(subject, "\(folder.environmentFile) does not name it", remedy: "make up")]
        }
        do {
            let configuration = try PostgresConfiguration(url: url, applicationName: "zonewright")
            let migrations = try await Migrator(configuration: configuration, logger: DatabaseOptions.logger).status()
            guard migrations.pending.isEmpty else {
                return [
                    .sick(
                        subject,
                        "it is at version \(migrations.current), this release needs \(migrations.latest)",
                        remedy: "zonewright migrate"
                    )
                ]
            }
            let pool = PostgresPool(configuration: configuration, size: 1, logger: DatabaseOptions.logger)
            defer { pool.close() }
            return [.healthy(subject)] + Self.distribution(try await StatusRepository(pool: pool).snapshot())
                + Self.signatures(try await PresignedSummary.read(pool)) + [
                    Self.aliases(try await AliasStore(pool: pool).summary()),
                    Self.redirects(try await RedirectStore(pool: pool).unanswered()),
                ]
        } catch {
            return [.sick(subject, "\(error)", remedy: "read \(folder.logFile("postgres")), then make up")]
        }
    }

    private static func distribution(_ status: StatusSnapshot) -> [Finding] {
        var findings: [Finding] = []
        let waiting = status.oldestOutboxSeconds
        findings.append(
            waiting < 60
                ? .healthy("publication")
                : .sick(
                    "publication",
                    "\(status.outboxDepth) changes wait, the oldest for \(Int(waiting)) s",
                    remedy: "read the log of zonewright-glue: a zone it cannot render is named there"
                )
        )
        let connected = status.nodes.filter(\.isConnected)
        if connected.isEmpty {
            findings.append(.sick("responders", "none is connected", remedy: "start zonewright-dns, or read its log"))
        }
        for node in connected where node.lag > 1_000 {
            findings.append(
                .sick(
                    "responder \(node.name)",
                    "it is \(node.lag) positions behind",
                    remedy: "read its log; if it is stuck, restart it"
                )
            )
        }
        return findings
    }

    /// Nobody here renews the signatures of zones that were signed elsewhere.
    private static func signatures(_ summary: PresignedSummary) -> [Finding] {
        guard summary.zones > 0 else { return [] }
        let subject = "signatures of zones signed elsewhere"
        guard let left = summary.secondsLeft, left < 2 * 86_400 else { return [.healthy(subject)] }
        return [
            .sick(
                subject,
                left < 0 ? "the first ended \(Int(-left / 3_600)) h ago" : "the first end in \(Int(left / 3_600)) h",
                remedy: "sign the zone again, then zonewright zone import --presigned"
            )
        ]
    }

    private func api() async -> Finding {
        do {
            let target = try BenchTarget(file: EnvironmentFile(path: folder.environmentFile), environment: [:])
            let answer = try await target.send("GET", "/zones?per_page=1")
            guard answer.status == 200 else {
                return .sick(
                    "API",
                    "GET zones answered \(answer.status): \(answer.body)",
                    remedy: "check the token in env"
                )
            }
            return .healthy("API")
        } catch {
            return .sick("API", "\(error)", remedy: "read \(folder.logFile("zonewright-web"))")
        }
    }

    private func answers() async -> Finding {
        let subject = "answers over DNS"
        let port = ports.dns
        let reply = try? await offPool {
            try DNSProbe(host: "127.0.0.1", port: port).ask(.root, .ns, milliseconds: 2_000)
        }
        // The root is usually not hosted: a refusal is as good a sign of life as an answer.
        guard let reply = reply ?? nil, reply.rcode == .refused || reply.rcode == .noError else {
            return .sick(subject, "no answer on port \(port)", remedy: "read \(folder.logFile("zonewright-dns"))")
        }
        return .healthy(subject)
    }
}
