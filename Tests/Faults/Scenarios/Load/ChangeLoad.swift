// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Synchronization
import TestSupport

/// Clients that change records at a steady rate and remember what the API acknowledged.
///
/// Half of the changes make a name of its own each, with an idempotency key by which a request without an answer is sent
/// again. The others count up the address of names that each belong to one client: it must never go back anywhere.
final class ChangeLoad: Sendable {
    private struct State {
        /// Name and address of each acknowledged record.
        var addresses: [String: [UInt8]] = [:]
        /// When each was acknowledged.
        var times: [(name: String, at: ContinuousClock.Instant)] = []
        var counters: [String: Int] = [:]
        var problems: [String] = []
        /// Creations whose outcome the API cannot tell yet: it keeps the key of a process that was killed for a minute.
        var unsettled: [(number: Int, key: String)] = []
        var changes = 0
        var repeats = 0
        /// How often each status was the reason to send a request again; 0 for no answer.
        var reasons: [Int: Int] = [:]
    }

    /// How many clients there are.
    private static let lanes = 8
    private static let countersPerLane = 2

    let zone: String
    private let stack: FaultStack
    private let state = Mutex(State())
    private let stopFlag = StopFlag()
    private let records: [Int]
    private let counts: Bool

    /// Makes the zone and the names that are counted up.
    ///
    /// - Parameter counts: whether half of the changes count up; otherwise each makes a name of its own.
    init(_ stack: FaultStack, zone: String, counts: Bool = true) throws {
        self.stack = stack
        self.zone = zone
        self.counts = counts
        try stack.makeZone(zone)
        records = try (0..<(Self.lanes * Self.countersPerLane)).map {
            try stack.makeRecord("c\($0)", in: zone, address: "10.0.0.0")
        }
    }

    /// Names that are counted up.
    var counterNames: [String] { records.indices.map { "c\($0).\(zone)." } }
    /// Name and address of each acknowledged record that has a name of its own.
    var acknowledged: [String: [UInt8]] { state.withLock { $0.addresses } }
    /// When each was acknowledged.
    var acknowledgements: [String: ContinuousClock.Instant] {
        state.withLock { Dictionary($0.times.map { ($0.name, $0.at) }) { $1 } }
    }
    /// How many records with a name of their own were acknowledged.
    var acknowledgedCount: Int { state.withLock { $0.times.count } }
    /// The names acknowledged after the first `count`, in the order of their acknowledgements.
    func acknowledgements(after count: Int) -> [(name: String, at: ContinuousClock.Instant)] {
        state.withLock { Array($0.times.dropFirst(count)) }
    }

    /// The last acknowledged value of each counted name.
    var counters: [String: Int] { state.withLock { $0.counters } }
    /// Answers that should not have come.
    var problems: [String] { state.withLock { $0.problems } }
    /// How many changes were acknowledged, and how many requests were sent again for want of an answer.
    var totals: (changes: Int, repeats: Int) { state.withLock { ($0.changes, $0.repeats) } }

    /// Why requests were sent again: the status, or 0 for no answer, and how often.
    var reasons: [Int: Int] { state.withLock { $0.reasons } }

    func stop() { stopFlag.set() }

    /// The address that stands for a number.
    static func address(_ number: Int) -> [UInt8] {
        [10, UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    /// Changes until stopped, or until there were `limit` changes.
    func run(perSecond rate: Int, limit: Int = .max) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask { try await onThread { self.work(lane, rate, limit) } }
            }
            try await group.waitForAll()
        }
    }

    private func work(_ lane: Int, _ rate: Int, _ limit: Int) {
        let start = ContinuousClock.now
        var values = [Int](repeating: 0, count: Self.countersPerLane)
        var number = lane
        while !stopFlag.isSet, number < limit {
            let due = start + .seconds(1) * number / rate
            while ContinuousClock.now < due, !stopFlag.isSet { usleep(1_000) }
            if !counts || (number / Self.lanes).isMultiple(of: 2) {
                create(number)
            } else {
                let place = number / Self.lanes / 2 % Self.countersPerLane
                values[place] += 1
                count(lane * Self.countersPerLane + place, values[place])
            }
            number += Self.lanes
        }
    }

    /// Sends the creations that are unsettled again, with their keys, until each is settled.
    func settle() async throws {
        let unsettled = state.withLock { state in
            defer { state.unsettled = [] }
            return state.unsettled
        }
        try await onThread {
            for (number, key) in unsettled { self.create(number, key: key, waits: true) }
        }
    }

    /// How many creations are unsettled.
    var unsettled: Int { state.withLock { $0.unsettled.count } }

    private func create(_ number: Int, key: String = UUID().uuidString, waits: Bool = false) {
        let address = Self.address(number)
        let text = address.map(String.init).joined(separator: ".")
        let body = #"{"name":"o\#(number)","type":"A","content":"\#(text)","ttl":60}"#
        request("o\(number)") {
            let answer = try self.stack.api(
                "POST",
                "/zones/\(self.zone)/records",
                body,
                key: key,
                timeout: .seconds(10)
            )
            guard answer.status == 409 else { return (answer.status, answer.text) }
            if answer.header("retry-after") != nil {
                guard !waits else { return (503, "") }
                self.state.withLock { $0.unsettled.append((number, key)) }
                return (0, "")
            }
            // The answer was lost in a crash after the change was carried out: the API says to look.
            let found = try self.stack.api("GET", "/zones/\(self.zone)/records?name=o\(number)&type=A")
            return found.status == 200 && found.integer("id") != nil ? (201, "") : (503, "")
        } onSuccess: { state in
            state.addresses["o\(number)"] = address
            state.times.append(("o\(number)", .now))
        }
    }

    private func count(_ counter: Int, _ value: Int) {
        let text = Self.address(value).map(String.init).joined(separator: ".")
        let body = #"{"content":"\#(text)"}"#
        let path = "/zones/\(zone)/records/\(records[counter])"
        request("c\(counter)") {
            let answer = try self.stack.api("PATCH", path, body, timeout: .seconds(10))
            return (answer.status, answer.text)
        } onSuccess: { state in
            state.counters["c\(counter)"] = value
        }
    }

    /// Sends until there is an answer that is one: a crash gives none, or a 5xx.
    private func request(
        _ what: String,
        _ send: () throws -> (status: Int, text: String),
        onSuccess: (inout State) -> Void
    ) {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let answer = try? send()
            switch answer?.status ?? 503 {
            case 200, 201:
                state.withLock { state in
                    state.changes += 1
                    onSuccess(&state)
                }
                return
            case 0: return
            case 429, 500...:
                state.withLock { state in
                    state.repeats += 1
                    state.reasons[answer?.status ?? 0, default: 0] += 1
                }
                usleep(50_000)
            default:
                state.withLock { $0.problems.append("\(what): \(answer?.status ?? 0) \(answer?.text ?? "")") }
                return
            }
        }
        state.withLock { $0.problems.append("\(what): no answer within two minutes") }
    }
}
