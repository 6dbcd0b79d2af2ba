// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import NIOCore
import ZoneSync
import ZoneTransfer

/// Reads a peers file.
///
///     # a comment
///     key NAME ALGORITHM SECRET [least-mac=OCTETS]
///     key NAME ALGORITHM file=PATH [least-mac=OCTETS]
///     peer LABEL address=any|PREFIX,… key=none|NAME,… [zones=all|ZONE|*.ZONE,…] [catalog=ZONE]
///          [notify=ADDRESS[:PORT],…] [tls=required|optional]
///
/// One entry a line. `Docs/operations/transfers.md` explains it to operators.
struct TransferPeersReader {
    private let path: String
    private var line = 0
    private var keys: [TSIGKey] = []
    private var peers: [(line: Int, peer: TransferPeer)] = []
    private var keyFiles: [String] = []
    private var hasSecrets = false

    /// Reads the file and the key files that it names.
    static func read(path: String) throws(TransferPeersError) -> TransferPeers {
        var reader = TransferPeersReader(path: path)
        let file: SecretFile
        do throws(UnusableFile) { file = try SecretFile(path: path) } catch { throw TransferPeersError(error) }
        let result = try reader.read(file.octets)
        guard reader.hasSecrets else { return result }
        do throws(UnusableFile) { try file.requirePrivate(path: path) } catch { throw TransferPeersError(error) }
        return result
    }

    private init(path: String) {
        self.path = path
    }

    private mutating func read(_ octets: [UInt8]) throws(TransferPeersError) -> TransferPeers {
        for text in octets.split(separator: 0x0A, omittingEmptySubsequences: false) {
            line += 1
            guard let text = String(validating: text.prefix { $0 != 0x23 }, as: UTF8.self) else {
                throw error("is not UTF-8 text")
            }
            let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            switch words.first {
            case nil: continue
            case "key": try readKey(Array(words.dropFirst()))
            case "peer": try readPeer(Array(words.dropFirst()))
            case let word?: throw error("begins with \"\(word)\", which is neither key nor peer")
            }
        }
        var result = TransferPeers(keyring: TSIGKeyring(keys), keyFiles: keyFiles)
        for (line, peer) in peers {
            self.line = line
            for key in peer.keys ?? [] where result.keyring[key] == nil {
                throw error("the key \(key.text) is not in the file")
            }
            result.peers.append(peer)
        }
        return result
    }

    private mutating func readKey(_ words: [String]) throws(TransferPeersError) {
        guard words.count >= 3 else { throw error("a key needs a name, an algorithm and a secret") }
        let name = try name(words[0])
        guard !keys.contains(where: { $0.name == name }) else { throw error("the key \(name.text) is there already") }
        guard let algorithm = TSIGAlgorithm(rawValue: words[1].lowercased()) else {
            let known = TSIGAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("\"\(words[1])\" is not one of the algorithms \(known)")
        }
        var encoded = Array(words[2].utf8)
        if words[2].hasPrefix("file=") {
            encoded = try readKeyFile(String(words[2].dropFirst(5)))
        } else {
            hasSecrets = true
        }
        // No error may repeat any of it.
        guard let secret = Base64Text.decode(encoded), secret.count >= 8 else {
            throw error("the secret of \(name.text) is not base64 of at least 8 octets")
        }
        var least: Int?
        for word in words.dropFirst(3) {
            guard word.hasPrefix("least-mac="), let number = Int(word.dropFirst(10)),
                algorithm.shortestMACLength...algorithm.macLength ~= number
            else {
                throw error(
                    "behind the secret there may be least-mac=OCTETS, "
                        + "\(algorithm.shortestMACLength) to \(algorithm.macLength), and nothing else"
                )
            }
            least = number
        }
        keys.append(TSIGKey(name: name, algorithm: algorithm, secret: secret, leastMACLength: least))
    }

    /// The base64 text of a key's own file, which is named from the folder of the peers file.
    private mutating func readKeyFile(_ name: String) throws(TransferPeersError) -> [UInt8] {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let file = name.hasPrefix("/") ? name : folder + name
        do throws(UnusableFile) {
            let secret = try SecretFile(path: file)
            try secret.requirePrivate(path: file)
            keyFiles.append(file)
            return secret.octets.filter { !(0x09...0x0D ~= $0) && $0 != 0x20 }
        } catch {
            throw self.error("the key file \(error)")
        }
    }

    private mutating func readPeer(_ words: [String]) throws(TransferPeersError) {
        guard let label = words.first, !label.contains("=") else { throw error("a peer needs a label") }
        guard !peers.contains(where: { $0.peer.label == label }) else {
            throw error("the peer \(label) is there already")
        }
        var peer = TransferPeer(label: label)
        var seen: Set<String> = []
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, seen.insert(parts[0]).inserted else {
                throw error("\"\(parts[0])\" is not a word=value that is given once")
            }
            try set(parts[0], parts[1].split(separator: ",").map(String.init), of: &peer)
        }
        for word in ["address", "key"] where !seen.contains(word) {
            throw error(
                "the peer \(label) needs \(word)=…; see the manual for \(word)=\(word == "key" ? "none" : "any")"
            )
        }
        guard peer.catalog == nil || peer.keys != nil else {
            throw error("the peer \(label) has catalog=, which goes to peers with a key only")
        }
        peers.append((line, peer))
    }

    private func set(_ word: String, _ values: [String], of peer: inout TransferPeer) throws(TransferPeersError) {
        guard !values.isEmpty else { throw error("\(word)= is empty") }
        switch word {
        case "address":
            peer.networks = try values.map { text throws(TransferPeersError) in
                guard let network = text == "any" ? PeerNetwork.any : PeerNetwork(text) else {
                    throw error("\"\(text)\" is not an address or a prefix such as 192.0.2.0/24")
                }
                return network
            }
        case "key":
            if values == ["none"] { return }
            peer.keys = try values.map { text throws(TransferPeersError) in try name(text) }
        case "zones":
            peer.zones = try values.map { text throws(TransferPeersError) in
                guard let pattern = ZonePattern(text) else { throw error("\"\(text)\" is not a zone's name") }
                return pattern
            }
        case "notify":
            peer.notify = try values.map { text throws(TransferPeersError) in
                guard let address = Self.address(text) else {
                    throw error("\"\(text)\" is not an address with or without a port")
                }
                return address
            }
        case "catalog":
            guard values.count == 1, let text = values.first else { throw error("catalog= is one name") }
            let catalog = try name(text)
            guard (try? CatalogZone(name: catalog, serial: 0, members: [:])) != nil else {
                throw error("\"\(text)\" is too long a name for a catalog")
            }
            peer.catalog = catalog
        case "tls":
            guard values == ["required"] || values == ["optional"] else {
                throw error("tls is either required or optional")
            }
            peer.needsTLS = values == ["required"]
        default:
            throw error("\"\(word)\" is not one of address, key, zones, catalog, notify, tls")
        }
    }

    /// `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`.
    private static func address(_ text: String) -> SocketAddress? {
        if let address = try? SocketAddress(ipAddress: text, port: 53) { return address }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        return try? SocketAddress(ipAddress: String(host), port: Int(port))
    }

    private func name(_ text: String) throws(TransferPeersError) -> Name {
        guard let name = try? Name(text: text, origin: .root), !name.isRoot else {
            throw error("\"\(text)\" is not a name")
        }
        return name.lowercased()
    }

    private func error(_ reason: String) -> TransferPeersError {
        TransferPeersError(path: path, line: line, reason: reason)
    }
}
