// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import ZoneStore
import ZoneTransfer

/// Catalogs, which no store holds.
extension TransferService {
    /// Where the records of a catalog come from, for a peer that follows it; nil for a name that is no catalog's.
    func catalog(
        _ name: Name,
        _ client: ClientAddress,
        _ transport: Transport,
        key: Name?,
        peers: TransferPeers
    ) throws(TransferRefusal) -> (catalog: CatalogZone, peer: String)? {
        guard peers.isCatalog(name) else { return nil }
        guard let peer = peers.follower(of: name, client, key: key, transport), let key = peer.catalogKey,
            let catalog = catalogs?[key]
        else {
            counters.refused(.policy)
            throw TransferRefusal(.refused)
        }
        return (catalog, peer.label)
    }

    /// The response to a query, other than for a transfer, about a catalog; nil for one that the engine is to answer.
    ///
    /// Followers ask for the SOA record before they transfer. Nothing else of a catalog is for queries.
    func answerOfCatalog(
        _ request: Message,
        _ client: ClientAddress,
        _ transport: Transport,
        _ transaction: TSIGTransaction?,
        _ peers: TransferPeers
    ) -> [UInt8]? {
        guard request.header.opcode == .query, request.questions.count == 1, let question = request.questions.first,
            peers.isInCatalog(question.name)
        else { return nil }
        do throws(TransferRefusal) {
            guard question.rrclass == .internet,
                let content = try catalog(
                    question.name,
                    client,
                    transport,
                    key: transaction?.key.name,
                    peers: peers
                )
            else { throw TransferRefusal(.refused) }
            let rrset: RRset
            switch question.type {
            case .soa: rrset = content.catalog.soa
            case .ns: rrset = content.catalog.ns
            default: throw TransferRefusal(.refused)
            }
            guard var response = TransferResponse.answer(to: request, rrset) else {
                throw TransferRefusal(.serverFailure)
            }
            if var transaction { transaction.sign(&response, now: now()) }
            return response
        } catch {
            return refuse(request, error.rcode, transaction)
        }
    }
}

extension TransferPeers {
    /// Whether some peer follows a catalog of this name.
    func isCatalog(_ name: Name) -> Bool {
        peers.contains { $0.catalog == name }
    }

    /// Whether a name is a catalog's or lies in one.
    func isInCatalog(_ name: Name) -> Bool {
        peers.contains { peer in peer.catalog.map { name.isSubdomain(of: $0) } ?? false }
    }

    /// The first peer that follows a catalog and may have it by this way.
    func follower(of name: Name, _ client: ClientAddress, key: Name?, _ transport: Transport) -> TransferPeer? {
        peers.first { peer in
            peer.catalog == name && peer.isSender(client, key: key) && (!peer.needsTLS || transport.isTLS)
        }
    }

    /// All catalogs that somebody follows.
    var catalogKeys: Set<CatalogKey> { Set(peers.compactMap(\.catalogKey)) }
}

extension TransferPeer {
    /// What the peer's catalog holds; nil when it follows none.
    var catalogKey: CatalogKey? { catalog.map { CatalogKey(name: $0, zones: zones) } }
}
