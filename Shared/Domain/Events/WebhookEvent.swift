// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Something that happened and that webhooks are told of, as the API names it.
package enum WebhookEvent: Sendable {
    case domainCreate(HostedDomain)
    case domainDelete(HostedDomain)
    case domainResolutionEnable(HostedDomain)
    case domainResolutionDisable(HostedDomain)
    case zoneCreate(Zone)
    case zoneDelete(Zone)
    /// The zone is answered with signatures from now on.
    case dnssecCreate(Zone)
    case dnssecDelete(Zone)
    case recordCreate(ZoneRecord)
    case recordUpdate(ZoneRecord)
    case recordDelete(ZoneRecord)
    /// An event of another kind, with the members of its data in their order.
    case other(name: String, data: [(key: String, value: any JSONWritable & Sendable)])

    /// For example `zone_record.create`.
    package var name: String {
        switch self {
        case .domainCreate: "domain.create"
        case .domainDelete: "domain.delete"
        case .domainResolutionEnable: "domain.resolution_enable"
        case .domainResolutionDisable: "domain.resolution_disable"
        case .zoneCreate: "zone.create"
        case .zoneDelete: "zone.delete"
        case .dnssecCreate: "dnssec.create"
        case .dnssecDelete: "dnssec.delete"
        case .recordCreate: "zone_record.create"
        case .recordUpdate: "zone_record.update"
        case .recordDelete: "zone_record.delete"
        case .other(let name, _): name
        }
    }

    /// The JSON that is posted.
    ///
    /// - Parameters:
    ///   - identifier: Tells events apart: receivers that see it twice have seen a repetition.
    ///   - account: Whose webhook it is.
    package func envelope(identifier: RequestIdentifier, actor: ChangeContext.Actor, account: Account) -> String {
        var json = JSONWriter(reservingCapacity: 768)
        json.object { json in
            json.object("data", writeData)
            json.member("name", name)
            json.member("actor", actor)
            json.object("account") { json in
                json.member("id", account.id)
                json.member("display", account.name)
                json.member("identifier", account.email)
            }
            json.member("api_version", "v2")
            json.member("request_identifier", identifier.text)
        }
        return json.text
    }

    private func writeData(to json: inout JSONWriter) {
        switch self {
        case .domainCreate(let domain), .domainDelete(let domain), .domainResolutionEnable(let domain),
            .domainResolutionDisable(let domain):
            json.member("domain", domain)
        case .zoneCreate(let zone), .zoneDelete(let zone):
            json.member("zone", zone)
        case .dnssecCreate(let zone), .dnssecDelete(let zone):
            json.member("dnssec", DNSSECStatus(of: zone))
            json.member("zone", zone)
        case .recordCreate(let record), .recordUpdate(let record), .recordDelete(let record):
            json.member("zone_record", record)
        case .other(_, let data):
            for (key, value) in data { json.member(key, value) }
        }
    }
}

extension ChangeContext.Actor: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .account(let id, let email):
                json.member("id", String(id))
                json.member("entity", "account")
                json.member("pretty", email)
            case .user(let id, let email):
                json.member("id", String(id))
                json.member("entity", "user")
                json.member("pretty", email)
            case .platform:
                json.member("id", "0")
                // Receivers know three kinds of actor; this one means the platform.
                json.member("entity", "dnsimple")
                json.member("pretty", "operator")
            }
        }
    }
}

extension ChangeContext.Actor: CustomStringConvertible {
    /// For the audit table.
    package var description: String {
        switch self {
        case .account(let id, _): "account:\(id)"
        case .user(let id, _): "user:\(id)"
        case .platform: "platform"
        }
    }
}
