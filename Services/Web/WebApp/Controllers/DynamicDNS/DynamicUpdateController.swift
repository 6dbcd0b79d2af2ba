// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// `/nic/update`: dynamic DNS as routers and update clients speak it (dyndns2), with an API token as the password.
struct DynamicUpdateController {
    /// Where clients expect it.
    static let path = "/nic/update"

    let services: APIServices

    /// Adds the routes.
    func addRoutes(to router: Router<APIRequestContext>) {
        router.get("nic/update", use: self.update)
        router.post("nic/update", use: self.update)
    }

    /// One line a host, in the order of the request.
    @Sendable func update(_ request: Request, context: APIRequestContext) async throws -> Response {
        // GET changes something here, and HEAD must not.
        guard request.method != .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, POST"])
        }
        // A browser's session or a password is no credential that belongs into a router.
        guard let caller = context.caller, caller.tokenID != nil else { throw context.refusal }
        let input = try await DynamicUpdateInput(request, client: context.client)
        guard !input.hosts.isEmpty else { return .dynamic([DynamicAnswer.notFullName.rawValue]) }
        guard input.hosts.count <= DynamicAnswer.maximumHosts else {
            return .dynamic([DynamicAnswer.tooManyHosts.rawValue])
        }
        guard let addresses = input.addresses else {
            return .dynamic(input.hosts.map { _ in DynamicAnswer.refused.rawValue })
        }
        let answers = try await self.answers(to: input, addresses, of: caller, context)
        return .dynamic(
            input.hosts.map { host in (host.flatMap { answers[$0] } ?? .notFullName).line(addresses) }
        )
    }

    private func answers(
        to input: DynamicUpdateInput,
        _ addresses: DynamicAddresses,
        of caller: Caller,
        _ context: APIRequestContext
    ) async throws -> [DynamicHost: DynamicAnswer] {
        var hosts: [DynamicHost] = []
        for case let host? in input.hosts where !hosts.contains(host) {
            hosts.append(host)
        }
        let places = try await self.services.dynamicZones.places(of: hosts, accounts: caller.accounts.map(\.id))
        var answers = Dictionary(uniqueKeysWithValues: hosts.map { ($0, DynamicAnswer.noHost) })
        var isContinuation = false
        for place in Set(places.values).sorted(by: { $0.zoneID < $1.zoneID }) {
            guard let principal = caller.principal(account: place.accountID),
                principal.allows("zones", place.zoneName, .write)
            else { continue }
            let own = hosts.filter { places[$0] == place }
            var change = context.changeContext(principal)
            change.isContinuation = isContinuation
            for (host, answer) in zip(own, try await self.set(addresses, of: own, in: place, principal, change)) {
                answers[host] = answer
            }
            isContinuation = isContinuation || own.contains { answers[$0] == .good }
        }
        return answers
    }

    /// The change of one zone. Where an earlier one of the same request is committed a failure must not hide that.
    private func set(
        _ addresses: DynamicAddresses,
        of hosts: [DynamicHost],
        in place: DynamicZoneFinder.Place,
        _ principal: Principal,
        _ change: ChangeContext
    ) async throws -> [DynamicAnswer] {
        do {
            return try await self.services.editor.setAddresses(
                addresses,
                of: hosts.map { $0.owner(in: place.zoneName) },
                account: principal.account,
                zone: .id(place.zoneID),
                context: change
            )
        } catch is NotFound {
            return hosts.map { _ in .noHost }
        } catch  where change.isContinuation {
            return hosts.map { _ in .unavailable }
        }
    }
}

extension Response {
    /// An answer of the protocol.
    static func dynamic(_ lines: [String], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: lines.map { $0 + "\n" }.joined()))
        )
    }
}
