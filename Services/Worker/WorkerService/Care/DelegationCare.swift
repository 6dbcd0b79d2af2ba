// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import Runtime

/// Has all zones looked at in turn: what their parents say of them.
struct DelegationCare: Sendable {
    /// Zones of a run; there is one a minute at least.
    private static let zonesOfRun: Int64 = 500
    private static let concurrency = 20
    /// As long as a run may take.
    private static let lease = CheckDelegations.timeLimit.inSeconds
    /// Seconds until a zone is looked at again, and how much earlier by chance, so that zones do not stay in step.
    private static let interval = 86_400.0
    private static let jitter = 7_200.0
    /// After a failure that may be the network's.
    private static let retry = 3_600.0

    let store: DelegationCheckStore
    /// Nil where nobody outside is to be asked.
    let checker: DelegationChecker?
    let logger: Logger

    /// One run.
    func run() async throws {
        let claims = try await store.claim(limit: Self.zonesOfRun, lease: Self.lease)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, claim) in claims.enumerated() {
                if index >= Self.concurrency { try await group.next() }
                group.addTask { try await look(at: claim) }
            }
            try await group.waitForAll()
        }
    }

    var handler: JobHandler {
        JobHandler(CheckDelegations.self) { _, _ in try await run() }
    }

    private func look(at claim: DelegationCheckStore.Claim) async throws {
        // Without published name servers there is nothing to compare with.
        guard claim.nameServers != nil else {
            return try await store.record(DelegationCheck(.pending), zone: claim.zone, wait: Self.retry)
        }
        let check =
            try await checker?.check(claim)
            ?? DelegationCheck(
                .unknown,
                reason: "parents are not asked here (option delegation-schedule of the worker)"
            )
        let wait = check.state == .unknown ? Self.retry : Self.interval - .random(in: 0...Self.jitter)
        try await store.record(check, zone: claim.zone, wait: wait)
        logger.debug("looked at a delegation", metadata: ["zone": "\(claim.name)", "state": "\(check.state)"])
    }
}
