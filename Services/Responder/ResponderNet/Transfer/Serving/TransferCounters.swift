// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Runtime
import Synchronization
import ZoneTransfer

/// What is counted of transfers, signatures and notifications.
final class TransferCounters: Sendable {
    /// How a request for a zone ended.
    enum Outcome: String, CaseIterable {
        /// All of it was sent.
        case completed
        /// The client went away, or was too slow.
        case aborted
        /// The zone could not be read to its end.
        case failed
    }

    /// Why a request for a zone was turned down.
    enum Refusal: String, CaseIterable {
        /// No peer may have the zone by this way.
        case policy
        /// The zone is not held.
        case notHeld = "not-held"
        /// The request cannot be read.
        case malformed
        /// The zone could not be read at all.
        case failed
    }

    /// What became of a signature.
    enum Signature: String, CaseIterable {
        case good
        case badKey = "badkey"
        case badSignature = "badsig"
        case badTime = "badtime"
        case badTruncation = "badtrunc"
        case malformed
    }

    /// What became of a notification.
    enum Notification: String, CaseIterable {
        /// A datagram went out, again or for the first time.
        case sent
        /// The peer has answered NOERROR.
        case acknowledged
        /// The peer has answered something else.
        case refused
        /// No answer came in time.
        case unanswered
        /// No answer came, however often it was tried.
        case abandoned
        /// Too many were waiting.
        case dropped
    }

    private struct Values {
        var transfers: [TransferRecords.Form: [Outcome: UInt64]] = [:]
        var refusals: [Refusal: UInt64] = [:]
        var signatures: [Signature: UInt64] = [:]
        var notifications: [Notification: UInt64] = [:]
        var records: UInt64 = 0
        var octets: UInt64 = 0
        var open = 0
        var waiting = 0
    }

    private let values = Mutex(Values())

    /// Counts a transfer that begins.
    func began() {
        values.withLock { $0.open += 1 }
    }

    /// Counts a transfer that has ended.
    func ended(_ form: TransferRecords.Form, _ outcome: Outcome, records: Int, octets: Int) {
        values.withLock { values in
            values.open -= 1
            values.transfers[form, default: [:]][outcome, default: 0] += 1
            values.records += UInt64(records)
            values.octets += UInt64(octets)
        }
    }

    /// Counts a request that was turned down.
    func refused(_ reason: Refusal) {
        values.withLock { $0.refusals[reason, default: 0] += 1 }
    }

    /// Counts a signed message.
    func signed(_ result: Signature) {
        values.withLock { $0.signatures[result, default: 0] += 1 }
    }

    /// Counts something that happened to a notification.
    func notified(_ event: Notification, _ count: Int = 1) {
        values.withLock { $0.notifications[event, default: 0] += UInt64(count) }
    }

    /// Notes how many notifications wait for an answer or to be sent.
    func setWaiting(_ count: Int) {
        values.withLock { $0.waiting = count }
    }

    /// Shows everything at `/metrics`. Labels are of the enumerations above.
    func register(in registry: MetricsRegistry) {
        registry.collect(.counter, "dns_transfers_total", help: "Zone transfers by form and outcome.") { [self] in
            let transfers = values.withLock { $0.transfers }
            return TransferRecords.Form.allCases.flatMap { form in
                Outcome.allCases.map { outcome in
                    MetricSample(
                        labels: [("form", form.rawValue), ("outcome", outcome.rawValue)],
                        value: Double(transfers[form]?[outcome] ?? 0)
                    )
                }
            }
        }
        counters(registry, "dns_transfer_refusals_total", "Transfer requests turned down.", "reason") { $0.refusals }
        counters(registry, "dns_tsig_messages_total", "Signed messages received.", "result") { $0.signatures }
        counters(registry, "dns_notifies_total", "Notifications of secondaries.", "event") { $0.notifications }
        number(registry, .counter, "dns_transfer_records_total", "Records sent in transfers.") { $0.records }
        number(registry, .counter, "dns_transfer_octets_total", "Octets of messages sent in transfers.") { $0.octets }
        number(registry, .gauge, "dns_transfers_open", "Transfers under way.") { UInt64($0.open) }
        number(registry, .gauge, "dns_notifies_waiting", "Notifications not acknowledged yet.") { UInt64($0.waiting) }
    }

    private func counters<Key: CaseIterable & RawRepresentable & Hashable & Sendable>(
        _ registry: MetricsRegistry,
        _ name: String,
        _ help: String,
        _ label: String,
        _ read: @escaping @Sendable (Values) -> [Key: UInt64]
    ) where Key.RawValue == String {
        registry.collect(.counter, name, help: help) { [self] in
            let counts = values.withLock { read($0) }
            return Key.allCases.map {
                MetricSample(labels: [(label, $0.rawValue)], value: Double(counts[$0] ?? 0))
            }
        }
    }

    private func number(
        _ registry: MetricsRegistry,
        _ kind: MetricKind,
        _ name: String,
        _ help: String,
        _ read: @escaping @Sendable (Values) -> UInt64
    ) {
        registry.collect(kind, name, help: help) { [self] in
            [MetricSample(value: Double(values.withLock { read($0) }))]
        }
    }
}

extension TransferCounters.Signature {
    /// How an error of a signature is counted.
    init(_ error: TSIGError) {
        switch error {
        case .badKey: self = .badKey
        case .badTime: self = .badTime
        case .badTruncation: self = .badTruncation
        default: self = .badSignature
        }
    }
}
