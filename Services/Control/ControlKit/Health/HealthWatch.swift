// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Checks again and again, and writes a line when a server is to be used or not to be used any more.
struct HealthWatch {
    let check: HealthCheck
    let announcement: HealthAnnouncement
    let peers: [ServerAddress]
    /// A file whose presence takes the server out of use.
    let drainFile: String?
    let interval: Duration
    private var hysteresis: HealthHysteresis
    private var comparison: PeerComparison
    /// The last reason written to standard error, so that it is written once.
    private var lastReason = ""

    init(
        check: HealthCheck,
        announcement: HealthAnnouncement,
        peers: [ServerAddress],
        drainFile: String?,
        interval: Duration,
        hysteresis: HealthHysteresis,
        comparison: PeerComparison
    ) {
        self.check = check
        self.announcement = announcement
        self.peers = peers
        self.drainFile = drainFile
        self.interval = interval
        self.hysteresis = hysteresis
        self.comparison = comparison
    }

    /// Runs until the process is ended.
    ///
    /// - Throws: `ControlError` when nobody reads standard output any more. Nothing is withdrawn then.
    mutating func run() async throws {
        // The write's error is told instead of dying by the signal.
        signal(SIGPIPE, SIG_IGN)
        let start = ContinuousClock.now
        while true {
            let begun = ContinuousClock.now
            try await round(at: begun - start)
            // A tenth more or less, so that many sites do not ask, nor change their routes, in step.
            let pause = interval * Double.random(in: 0.9...1.1)
            try await Task.sleep(until: begun + pause)
            if HealthAnnouncement.isAbandoned {
                throw ControlError("nobody reads standard output any more; the routes are left as they are")
            }
        }
    }

    private mutating func round(at now: Duration) async throws {
        if let drainFile, FileManager.default.fileExists(atPath: drainFile) {
            let change = hysteresis.force()
            try act(change, reason: "drained: \(drainFile) exists")
            return
        }
        let verdict = await verdict(at: now)
        let change = hysteresis.note(verdict)
        switch verdict {
        case .healthy: try act(change, reason: "healthy")
        case .unhealthy(let reason): try act(change, reason: "unhealthy: \(reason)")
        case .unknown(let reason): try act(nil, reason: "could not check, the state stays as it is: \(reason)")
        }
    }

    /// The canary's verdict, and if that is good, that of the comparison with the peers.
    private mutating func verdict(at now: Duration) async -> HealthVerdict {
        guard !peers.isEmpty else { return await check.verdict() }
        // At the same time: peers that do not answer must not delay the check.
        async let canary = check.verdict()
        let serials = await check.serials(at: [check.server] + peers)
        let lag = comparison.note(own: serials[0], peers: Array(serials.dropFirst()), now: now)
        let verdict = await canary
        guard verdict == .healthy, comparison.isStale(lag) else { return verdict }
        return .unhealthy("its zone is older than at most peers for longer than --maximum-lag")
    }

    private mutating func act(_ change: Bool?, reason: String) throws {
        if reason != lastReason || change != nil {
            lastReason = reason
            let outcome = change.map { $0 ? " -> up" : " -> down" } ?? ""
            FileHandle.standardError.write(Data("health of \(check.server.host): \(reason)\(outcome)\n".utf8))
        }
        if let change { try announcement.write(isUp: change) }
    }
}
