// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database
import Domain
import Foundation
import Jobs
import Logging
import NIOCore
import Postgres
import Synchronization
import ZoneTransfer

/// Keeps secondary zones as their primaries have them: looks at the serial when it is time, and fetches the zone when there
/// is a newer one, for the web tier to put in place. Primaries are tried in turn.
///
/// A zone that is broken is refused, and the last good one stays. One whose primaries are not heard for as long as its
/// SOA record's EXPIRE is taken off (RFC 1034 4.3.5) and comes back with the next answer.
struct SecondaryTransferrer: Sendable {
    /// For one transfer.
    private static let transferLimit = Duration.seconds(600)
    /// For one question after the serial, the connection included.
    private static let questionLimit = Duration.seconds(10)
    /// How long others keep off a zone that was taken, in seconds: more than a question and a transfer take.
    private static let lease = 1_200.0

    let store: SecondaryStore
    var client = DNSClient(timeout: .seconds(10))
    var schedule = SecondarySchedule()
    /// Whether primaries may have private and loopback addresses.
    let allowsPrivate: Bool
    let notifier: ChangeNotifier
    let logger: Logger

    /// A transferrer that has the worker's usual times.
    init(pool: PostgresPool, allowsPrivate: Bool, logger: Logger) {
        let notifier = ChangeNotifier(pool: pool, logger: logger)
        store = SecondaryStore(pool: pool)
        self.allowsPrivate = allowsPrivate
        self.notifier = notifier
        self.logger = logger
    }

    /// Looks at all zones that are due, one after the other.
    func run() async throws {
        if try await store.expire() > 0 {
            logger.warning("secondary zones have expired")
            try? await notifier.notify()
        }
        while !Task.isCancelled, let claimed = try await store.claim(lease: Self.lease) {
            try await refresh(claimed)
        }
    }

    /// Tries the primaries in turn until one answers.
    private func refresh(_ claimed: ClaimedSecondary) async throws {
        var failures: [String] = []
        for primary in claimed.primaries {
            do {
                try await refresh(claimed, from: primary)
                return
            } catch let error as SecondaryFailure {
                failures.append("\(primary.ip): \(error.reason)")
            } catch let error as DNSClientError {
                failures.append("\(primary.ip): \(error)")
            } catch let error as IncomingFailure {
                failures.append("\(primary.ip): \(error)")
            }
        }
        let text = failures.joined(separator: "; ")
        logger.info("a secondary zone was not had", metadata: ["zone": "\(claimed.name)", "reason": "\(text)"])
        try await store.failed(claimed, text, wait: schedule.retry(after: claimed.failures, retry: claimed.retry))
    }

    private func refresh(_ claimed: ClaimedSecondary, from primary: ClaimedSecondary.Primary) async throws {
        let address = try address(of: primary)
        guard let zone = try? Name(text: claimed.name, origin: .root) else {
            throw SecondaryFailure("the zone's name cannot be asked for")
        }
        guard case .upToDate(let serial) = try await ask(zone, .serial, of: address, limit: Self.questionLimit) else {
            throw SecondaryFailure("there is no serial")
        }
        if let known = claimed.serial, !SerialNumber.isNewer(serial, than: known) {
            let wait = schedule.refresh(claimed.refresh)
            if try await store.confirmed(claimed, wait: wait) { try? await notifier.notify() }
            return
        }
        guard case .whole(let records) = try await ask(zone, .whole, of: address, limit: Self.transferLimit),
            let first = records.first, let soa = try? RData.SOA(rdata: first.rdata)
        else { throw SecondaryFailure("the zone is not whole") }
        guard records.contains(where: { $0.type == .ns && $0.owner == zone }) else {
            throw SecondaryFailure("the zone has no NS records at its apex")
        }
        let file = Array(records.map(\.line).joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
        try Self.check(file, claimed)
        let fetched = FetchedSecondary(
            origin: primary.ip,
            serial: soa.serial,
            refresh: soa.refresh,
            retry: soa.retry,
            expire: soa.expire,
            wait: schedule.refresh(Int64(soa.refresh)),
            retryWait: schedule.retry(after: claimed.failures, retry: claimed.retry),
            file: file
        )
        if try await store.deliver(fetched, claimed) {
            logger.info(
                "a secondary zone was fetched",
                metadata: ["zone": "\(claimed.name)", "serial": "\(soa.serial)"]
            )
        }
    }

    /// Judges the zone by itself, so that another primary can be asked for a better one.
    private static func check(_ file: [UInt8], _ claimed: ClaimedSecondary) throws {
        guard file.count <= FetchedSecondary.maximumOctets else {
            throw SecondaryFailure("the zone has more than \(FetchedSecondary.maximumOctets >> 20) MiB")
        }
        guard let name = ZoneName(stored: claimed.name) else {
            throw SecondaryFailure("the zone's name cannot be served")
        }
        do {
            _ = try ZoneImportPlan(
                .transferred(file),
                existing: [],
                zone: name,
                policy: .example,
                standing: ZoneStanding(now: Timestamp(microseconds: 0))
            )
        } catch {
            throw SecondaryFailure("the zone is refused: \(error.lines.first?.reason ?? "it is broken")")
        }
    }

    /// Customers must not have the worker talk to machines of its own network.
    private func address(of primary: ClaimedSecondary.Primary) throws -> SocketAddress {
        guard let address = try? SocketAddress(ipAddress: primary.ip, port: Int(primary.port)),
            let octets = try? Self.octets(of: primary.ip)
        else { throw SecondaryFailure("the address cannot be used") }
        guard allowsPrivate || PublicAddress.contains(octets) else {
            throw SecondaryFailure("the address is not a public one")
        }
        return address
    }

    private static func octets(of address: String) throws -> [UInt8] {
        let type = address.contains(":") ? RRType.aaaa : .a
        return try ResourceRecord(line: "x. 0 IN \(type) \(address)").rdata
    }

    private func ask(
        _ zone: Name,
        _ kind: IncomingTransfer.Kind,
        of address: SocketAddress,
        limit: Duration
    ) async throws -> IncomingZone {
        var transfer = try IncomingTransfer(zone: zone, kind: kind, id: .random(in: .min ... .max), key: nil)
        let request = try transfer.request(now: Self.now)
        let answer = SecondaryAnswer(transfer)
        try await client.stream(request, to: address, limit: limit) { try answer.receive($0, now: Self.now) }
        guard let zone = answer.zone else { throw SecondaryFailure("there is no answer") }
        return zone
    }

    /// Seconds since 1970, for signatures.
    private static var now: UInt64 { UInt64(max(Date().timeIntervalSince1970, 0)) }
}

/// An answer as it comes, on a thread of the network.
private final class SecondaryAnswer: Sendable {
    private struct State: Sendable {
        var transfer: IncomingTransfer
        var zone: IncomingZone?
    }

    private let state: Mutex<State>

    init(_ transfer: IncomingTransfer) {
        state = Mutex(State(transfer: transfer))
    }

    /// What was asked for, once it is complete.
    var zone: IncomingZone? { state.withLock { $0.zone } }

    /// Takes a message; whether it was the last.
    func receive(_ octets: [UInt8], now: UInt64) throws -> Bool {
        try state.withLock { state in
            state.zone = try state.transfer.receive(octets, now: now)
            return state.zone != nil
        }
    }
}

/// Why a primary was of no use, for the zone's owner.
private struct SecondaryFailure: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
