// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Logging
import ResponderEngine
import ZoneStore
import ZoneTransfer

/// Gives zones to the peers that may have them, and answers queries that are signed.
package final class TransferService: Sendable {
    /// How long one transfer may take: its snapshot keeps the file from using space again.
    static let longestTransfer = Duration.seconds(3_600)

    let store: ZoneStore
    let policy: TransferPolicy
    let catalogs: Catalogs?
    let counters: TransferCounters
    let logger: Logger
    let now: @Sendable () -> UInt64

    /// - Parameter now: seconds since 1970.
    init(
        store: ZoneStore,
        policy: TransferPolicy,
        catalogs: Catalogs? = nil,
        counters: TransferCounters,
        logger: Logger,
        now: @escaping @Sendable () -> UInt64 = WallClock.seconds
    ) {
        self.store = store
        self.policy = policy
        self.catalogs = catalogs
        self.counters = counters
        self.logger = logger
        self.now = now
    }

    /// A request after its signature was judged.
    enum Opened {
        /// This is the response.
        case answered([UInt8])
        /// The request, without its signature, and what signs the response.
        case accepted(Message, TSIGTransaction?)
        /// Nothing is answered.
        case dropped
    }

    /// Takes a message apart and judges its signature.
    func judge(_ message: [UInt8], keyring: TSIGKeyring) -> Opened {
        guard let signed = try? SignedMessage(message), let request = try? Message(wire: signed.query) else {
            counters.signed(.malformed)
            return TransferResponse.formatError(to: message).map { .answered($0) } ?? .dropped
        }
        switch keyring.judge(signed, now: now()) {
        case .unsigned:
            return .accepted(request, nil)
        case .valid(let transaction):
            counters.signed(.good)
            return .accepted(request, transaction)
        case .malformed:
            counters.signed(.malformed)
            return .answered(TransferResponse.empty(to: request, .formatError))
        case .rejected(let rejection):
            counters.signed(TransferCounters.Signature(rejection.error))
            var response = TransferResponse.empty(to: request, .notAuthoritative)
            rejection.append(to: &response)
            return .answered(response)
        }
    }

    /// What is sent for a request for a zone; throws the code that refuses it.
    func records(
        for question: TransferQuestion,
        _ client: ClientAddress,
        _ transport: Transport,
        key: Name?,
        peers: TransferPeers,
        octets: Int = .max
    ) throws(TransferRefusal) -> (records: TransferRecords, peer: String) {
        if let (catalog, peer) = try catalog(question.zone, client, transport, key: key, peers: peers) {
            if let records = try? TransferRecords(question.kind, of: question.zone, from: catalog, octets: octets) {
                return (records, peer)
            }
            counters.refused(.failed)
            throw TransferRefusal(.serverFailure)
        }
        guard let peer = peers.peer(for: question.zone, client, key: key, transport) else {
            counters.refused(.policy)
            throw TransferRefusal(.refused)
        }
        do {
            let snapshot = try store.transferSnapshot()
            if let records = try TransferRecords(question.kind, of: question.zone, from: snapshot, octets: octets) {
                return (records, peer.label)
            }
        } catch {
            counters.refused(.failed)
            logger.error(
                "a zone cannot be read for a transfer",
                metadata: ["zone": "\(question.zone.text)", "reason": "\(error)"]
            )
            throw TransferRefusal(.serverFailure)
        }
        counters.refused(.notHeld)
        throw TransferRefusal(.notAuthoritative)
    }

    /// A response of a code alone, signed where the request was.
    func refuse(_ request: Message, _ rcode: RCode, _ transaction: TSIGTransaction?) -> [UInt8] {
        var response = TransferResponse.empty(to: request, rcode)
        if var transaction { transaction.sign(&response, now: now()) }
        return response
    }
}
