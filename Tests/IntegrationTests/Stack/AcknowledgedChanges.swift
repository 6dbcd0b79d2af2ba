// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization
import TestSupport

/// A client that changes records at a steady rate and remembers what the API acknowledged.
///
/// Every other change makes a name of its own, which nothing touches again: each acknowledged one must be answered at the
/// end. The others write twenty names over and over: of those only the newest acknowledged value may be answered.
final class AcknowledgedChanges: Sendable {
    private struct State {
        var ids: [String: Int] = [:]
        var addresses: [String: [UInt8]] = [:]
        var isStopped = false
    }

    private let stack: LocalStack
    private let zone: String
    private let state = Mutex(State())

    init(stack: LocalStack, zone: String) {
        self.stack = stack
        self.zone = zone
    }

    /// Name and address of each acknowledged record. A name whose last change had no answer is left out: both its old and
    /// its new value are right then.
    var acknowledged: [String: [UInt8]] {
        state.withLock { $0.addresses }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    /// Changes until stopped, at most `changesPerSecond`.
    func run(changesPerSecond: Int) async {
        var number = 0
        while !state.withLock({ $0.isStopped }) {
            if number.isMultiple(of: 2) { create(number) } else { rewrite(number) }
            number += 1
            try? await Task.sleep(for: .seconds(1) / changesPerSecond)
        }
    }

    /// The address that change `number` writes; no two changes write the same.
    private static func address(_ number: Int) -> [UInt8] {
        [10, UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    private func create(_ number: Int) {
        let address = Self.address(number)
        let content = address.map(String.init).joined(separator: ".")
        let body = #"{"name":"own\#(number)","type":"A","content":"\#(content)","ttl":60}"#
        guard let answer = try? stack.api("POST", "/zones/\(zone)/records", body), answer.status == 201 else { return }
        state.withLock { $0.addresses["own\(number)"] = address }
    }

    private func rewrite(_ number: Int) {
        let name = "n\(number / 2 % 20)"
        let address = Self.address(number)
        let content = address.map(String.init).joined(separator: ".")
        let known = state.withLock { state in
            state.addresses[name] = nil
            return state.ids[name]
        }
        let answer: HTTPAnswer?
        if let known {
            answer = try? stack.api("PATCH", "/zones/\(zone)/records/\(known)", #"{"content":"\#(content)"}"#)
        } else {
            let body = #"{"name":"\#(name)","type":"A","content":"\#(content)","ttl":60}"#
            answer = try? stack.api("POST", "/zones/\(zone)/records", body)
        }
        guard let answer, answer.status == 200 || answer.status == 201, let id = JSONText(answer.text).integer("id")
        else {
            forgetUncertain(name, known: known)
            return
        }
        state.withLock { state in
            state.ids[name] = id
            state.addresses[name] = address
        }
    }

    /// After a creation without an answer the record may or may not exist; the list tells.
    private func forgetUncertain(_ name: String, known: Int?) {
        guard known == nil, let list = try? stack.api("GET", "/zones/\(zone)/records?name=\(name)&type=A") else {
            return
        }
        let id = JSONText(list.text).integer("id")
        state.withLock { $0.ids[name] = id }
    }
}
