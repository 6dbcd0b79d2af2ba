// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import AsyncHTTPClient
import Foundation

/// Starting and stopping everything that `zonewright up` runs.
struct LocalInstallation {
    let folder: StateFolder
    let ports: Ports

    /// Stops the supervisor and with it every program; returns whether one ran.
    @discardableResult
    func stop() async throws -> Bool {
        guard Supervisor.isRunning(folder) else { return false }
        let text = try? String(contentsOfFile: folder.pidFile("supervisor"), encoding: .utf8)
        guard let pid = text.flatMap({ pid_t($0.trimming(while: \.isWhitespace)) }), pid > 1 else {
            throw ControlError("a supervisor runs, but \(folder.pidFile("supervisor")) does not name it")
        }
        kill(pid, SIGTERM)
        for _ in 0..<4_500 where Supervisor.isRunning(folder) {
            try await Task.sleep(for: .milliseconds(20))
        }
        guard !Supervisor.isRunning(folder) else {
            throw ControlError(
                "the supervisor (\(pid)) did not stop within 90 seconds; see \(folder.logFile("supervisor"))"
            )
        }
        return true
    }

    /// Leaves a supervisor running that keeps the plan's programs alive.
    func startSupervisor() throws {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        _ = try ChildProcess.spawn(
            [program, "supervise", "--state", folder.path],
            log: folder.logFile("supervisor"),
            newSession: true
        )
    }

    /// Runs `body` while PostgreSQL alone runs, as a child of this process.
    func withCluster<Result>(_ cluster: PrivateCluster, _ body: () async throws -> Result) async throws -> Result {
        let pid = try ChildProcess.spawn(cluster.serverArguments(), log: folder.logFile("postgres"))
        do {
            let result = try await body()
            kill(pid, SIGINT)
            _ = ChildProcess.wait(for: pid)
            return result
        } catch {
            kill(pid, SIGINT)
            _ = ChildProcess.wait(for: pid)
            throw error
        }
    }

    /// Waits until every daemon says that it is ready.
    ///
    /// - Throws: `ControlError` with what a daemon still lacks, after `seconds`.
    func waitUntilReady(_ daemons: DaemonSet, seconds: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        for daemon in daemons.members {
            while true {
                let answer = await OperationsProbe.readiness(port: daemon.operationsPort)
                if answer.isReady { break }
                guard ContinuousClock.now < deadline else {
                    throw ControlError(
                        "\(daemon.name) is not ready: \(answer.text); its log is \(folder.logFile(daemon.name))"
                    )
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}

extension String {
    /// Without the leading and trailing characters that satisfy `condition`.
    fileprivate func trimming(while condition: (Character) -> Bool) -> Substring {
        let start = drop(while: condition)
        guard let end = start.lastIndex(where: { !condition($0) }) else { return "" }
        return start[...end]
    }
}
