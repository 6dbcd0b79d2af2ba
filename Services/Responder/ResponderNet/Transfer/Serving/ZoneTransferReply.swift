// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Logging
import ZoneTransfer

/// A zone on its way to a peer.
final class ZoneTransferReply: TransferReply, @unchecked Sendable {
    // SAFETY: whoever pulls the messages does so from one thread at a time, as `TransferReply` demands; nothing else
    // touches the state.
    private let service: TransferService
    private let question: TransferQuestion
    private let form: TransferRecords.Form
    private let serial: UInt32
    private let peer: String
    private let started = ContinuousClock.now
    private var transaction: TSIGTransaction?
    private var messages: TransferMessages?
    private var octets = 0
    private var sent = 0
    private var outcome = TransferCounters.Outcome.aborted

    init(
        _ service: TransferService,
        _ question: TransferQuestion,
        _ records: TransferRecords,
        _ transaction: TSIGTransaction?,
        peer: String
    ) {
        self.service = service
        self.question = question
        self.peer = peer
        self.transaction = transaction
        form = records.form
        serial = records.soa.serial ?? 0
        messages = TransferMessages(question, records, transaction: transaction)
        service.counters.began()
    }

    deinit {
        service.counters.ended(form, outcome, records: messages?.recordCount ?? sent, octets: octets)
        let level: Logger.Level =
            switch (outcome, form) {
            case (.failed, _): .error
            case (.aborted, _): .notice
            case (.completed, .whole): .info
            case (.completed, _): .debug
            }
        service.logger.log(
            level: level,
            "zone transfer \(outcome.rawValue)",
            metadata: [
                "zone": "\(question.zone.text)", "peer": "\(peer)", "form": "\(form.rawValue)", "serial": "\(serial)",
                "octets": "\(octets)",
            ]
        )
    }

    func next() -> [UInt8]? {
        guard messages != nil else { return nil }
        do {
            guard ContinuousClock.now - started < TransferService.longestTransfer else { throw TransferTooLong() }
            guard let message = try messages?.next(now: service.now()) else {
                outcome = .completed
                close()
                return nil
            }
            octets += message.count
            return message
        } catch {
            outcome = .failed
            service.logger.error(
                "a zone cannot be read to the end of a transfer",
                metadata: ["zone": "\(question.zone.text)", "reason": "\(error)"]
            )
            // A message with an error code ends a transfer at any point (RFC 5936 2.2): what came before is void.
            let message = messages?.failure(.serverFailure, now: service.now())
            close()
            return message
        }
    }

    /// Lets the snapshot go.
    private func close() {
        sent = messages?.recordCount ?? sent
        messages = nil
    }
}

/// A transfer has taken longer than any may.
private struct TransferTooLong: Error, CustomStringConvertible {
    var description: String { "the transfer takes too long" }
}
