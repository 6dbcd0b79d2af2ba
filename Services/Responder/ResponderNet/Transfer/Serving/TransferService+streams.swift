// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Logging
package import ResponderEngine
import Synchronization
import ZoneTransfer

/// Transfers over TCP and TLS.
extension TransferService: StreamTransfers {
    package func wants(_ message: UnsafeRawBufferPointer) -> Bool {
        // SAFETY: the reader does not outlive the call, during which the octets are valid.
        var reader = WireReader(unsafe message.bytes)
        do throws(WireError) {
            try reader.skip(2)
            let flags = MessageHeader(id: 0, bits: try reader.readUInt16())
            guard !flags.isResponse, flags.opcode == .query, try reader.readUInt16() == 1 else { return false }
            try reader.skip(6)
            try reader.skipName(pointers: .forbidden)
            let type = RRType(rawValue: try reader.readUInt16())
            return type == .axfr || type == .ixfr
        } catch {
            return false
        }
    }

    package func open(_ message: [UInt8], client: ClientAddress, transport: Transport) -> any TransferReply {
        let peers = policy.peers
        switch judge(message, keyring: peers.keyring) {
        case .dropped:
            return OneMessageReply(nil)
        case .answered(let response):
            return OneMessageReply(response)
        case .accepted(let request, let transaction):
            do throws(TransferRefusal) {
                let question: TransferQuestion
                do throws(TransferRefusal) {
                    question = try TransferQuestion(request)
                } catch {
                    counters.refused(.malformed)
                    throw error
                }
                let content = try records(for: question, client, transport, key: transaction?.key.name, peers: peers)
                return ZoneTransferReply(self, question, content.records, transaction, peer: content.peer)
            } catch {
                return OneMessageReply(refuse(request, error.rcode, transaction))
            }
        }
    }
}

/// A reply that is known as a whole.
final class OneMessageReply: TransferReply {
    private let message: Mutex<[UInt8]?>

    init(_ message: [UInt8]?) {
        self.message = Mutex(message)
    }

    func next() -> [UInt8]? {
        message.withLock { $0.take() }
    }
}
