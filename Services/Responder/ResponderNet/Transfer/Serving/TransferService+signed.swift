// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import ResponderEngine
import ZoneTransfer

/// Signed queries, and transfers asked for over UDP.
extension TransferService {
    /// The octets that the engine needs to say at least that an answer is truncated.
    private static let leastRoom = 300

    /// What the engine asks about messages that it cannot answer by itself.
    package var signedQueryHandler: SignedQueryHandler {
        { [self] query, client, transport, room, answer in
            // SAFETY: both buffers are valid during the call, and neither is kept.
            let response = unsafe respond(Array(query), client, transport, limit: room.count) { query, limit in
                // The engine answers into the same room: what it writes is copied before it is written over.
                unsafe query.withUnsafeBytes { query in
                    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<min(limit, room.count)])
                    let length = unsafe answer(query, part)
                    return unsafe Array(part[..<min(max(length, 0), part.count)])
                }
            }
            guard response.count <= room.count else { return 0 }
            unsafe room.copyBytes(from: response)
            return response.count
        }
    }

    /// The response to a message; empty for none.
    ///
    /// - Parameters:
    ///   - limit: the longest response in octets.
    ///   - answer: the engine's response to an unsigned query, of at most so many octets.
    func respond(
        _ message: [UInt8],
        _ client: ClientAddress,
        _ transport: Transport,
        limit: Int,
        _ answer: (_ query: [UInt8], _ limit: Int) -> [UInt8]
    ) -> [UInt8] {
        let peers = policy.peers
        switch judge(message, keyring: peers.keyring) {
        case .dropped: return []
        case .answered(let response): return response
        case .accepted(let request, let transaction):
            let type = request.questions.first?.type
            if request.header.opcode == .query, type == .axfr || type == .ixfr {
                return transferInDatagram(request, client, transport, transaction, peers, limit: limit)
            }
            if let response = answerOfCatalog(request, client, transport, transaction, peers) { return response }
            guard var transaction else {
                return answer(message, limit)
            }
            let room = limit - transaction.signatureLength
            // RFC 8945 5.3: where the signature leaves no room for an answer, the client is to ask over TCP.
            var response = room >= Self.leastRoom ? answer((try? SignedMessage(message).query) ?? [], room) : []
            if response.isEmpty { response = Self.truncated(request) }
            transaction.sign(&response, now: now())
            return response
        }
    }

    /// A transfer that fits into one datagram, or the SOA record that sends the client to TCP (RFC 1995 2).
    private func transferInDatagram(
        _ request: Message,
        _ client: ClientAddress,
        _ transport: Transport,
        _ transaction: TSIGTransaction?,
        _ peers: TransferPeers,
        limit: Int
    ) -> [UInt8] {
        do throws(TransferRefusal) {
            let question = try TransferQuestion(request)
            // A whole zone is not sent over UDP (RFC 5936 4.2).
            guard case .since = question.kind else { throw TransferRefusal(.refused) }
            let key = transaction?.key.name
            let content = try records(for: question, client, transport, key: key, peers: peers, octets: 4 * limit)
            counters.began()
            var records = content.records
            if records.form == .whole { records = TransferRecords(onlySOA: records.soa) }
            for attempt in [records, TransferRecords(onlySOA: records.soa)] {
                guard let (message, count) = single(question, attempt, transaction, limit) else { continue }
                counters.ended(attempt.form, .completed, records: count, octets: message.count)
                return message
            }
            counters.ended(.current, .failed, records: 0, octets: 0)
            return Self.signed(Self.truncated(request), transaction, now: now())
        } catch {
            return refuse(request, error.rcode, transaction)
        }
    }

    /// All records in one message of at most `limit` octets; nil when they do not fit.
    private func single(
        _ question: TransferQuestion,
        _ records: TransferRecords,
        _ transaction: TSIGTransaction?,
        _ limit: Int
    ) -> (message: [UInt8], records: Int)? {
        var messages = TransferMessages(question, records, transaction: transaction, limit: limit)
        guard let message = try? messages.next(now: now()), (try? messages.next(now: now())) == .some(nil) else {
            return nil
        }
        return (message, messages.recordCount)
    }

    /// An empty response with TC set.
    private static func truncated(_ request: Message) -> [UInt8] {
        var response = TransferResponse.empty(to: request, .noError)
        response[2] |= 0x02
        return response
    }

    private static func signed(_ response: [UInt8], _ transaction: TSIGTransaction?, now: UInt64) -> [UInt8] {
        guard var transaction else { return response }
        var response = response
        transaction.sign(&response, now: now)
        return response
    }
}
