// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc

/// A network namespace that two links (veth pairs) join to the machine's own network: one that is cut, and one by which
/// programs in the namespace are watched all the time.
///
/// Neither side routes from one link to the other, so nothing finds a way around the cut.
struct FaultNetwork: Sendable {
    /// Four addresses, of which two are of hosts.
    private struct Net {
        let prefix: String
        let first: Int
        var near: String { "\(prefix).\(first + 1)" }
        var far: String { "\(prefix).\(first + 2)" }
    }

    private let name: String
    private let cutNet: Net
    private let watchNet: Net

    /// The machine's address on the link that is cut.
    var uplink: String { cutNet.near }
    /// The namespace's address on the link that stays.
    var watched: String { watchNet.far }

    /// What a program in the namespace is run by.
    var prefix: [String] { [Self.ip, "netns", "exec", name] }

    private static let ip = "/usr/sbin/ip"

    /// Makes one, or nothing where there can be none: only root can, with iproute2, and not in every container.
    static func make() async throws -> FaultNetwork? {
        guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: ip) else { return nil }
        let network = FaultNetwork()
        do {
            try await run("netns", "add", network.name)
        } catch {
            return nil
        }
        do {
            try await network.join()
            return network
        } catch {
            await network.remove()
            throw error
        }
    }

    /// Addresses of the net of RFC 2544, which is routed nowhere, at a place left to chance: runs may be concurrent.
    private init() {
        name = "zw\(getpid())"
        cutNet = Net(prefix: "198.18.\(UInt8.random(in: 0...255))", first: Int.random(in: 0..<64) * 4)
        watchNet = Net(prefix: "198.19.\(UInt8.random(in: 0...255))", first: Int.random(in: 0..<64) * 4)
    }

    private func join() async throws {
        for (link, net) in [("\(name)c", cutNet), ("\(name)w", watchNet)] {
            try await Self.run("link", "add", link, "type", "veth", "peer", "name", "\(link)n", "netns", name)
            try await Self.run("address", "add", "\(net.near)/30", "dev", link)
            try await Self.run("link", "set", link, "up")
            try await Self.run("-n", name, "address", "add", "\(net.far)/30", "dev", "\(link)n")
            try await Self.run("-n", name, "link", "set", "\(link)n", "up")
        }
        try await Self.run("-n", name, "link", "set", "lo", "up")
    }

    private static func run(_ arguments: String...) async throws {
        try await FaultStack.run(ip, arguments)
    }

    /// Nothing passes the link any more; nobody is told.
    func cut() async throws { try await Self.run("link", "set", "\(name)c", "down") }

    /// The link is as it was; the kernel puts its route back.
    func heal() async throws { try await Self.run("link", "set", "\(name)c", "up") }

    /// Removes the namespace and the links. What runs in it should have ended.
    func remove() async {
        for link in ["\(name)c", "\(name)w"] { _ = try? await Self.run("link", "del", link) }
        _ = try? await Self.run("netns", "del", name)
    }
}
