// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain

extension StatusReport {
    /// For programs: one object. Durations are in milliseconds.
    var json: String {
        var writer = JSONWriter()
        writer.object { json in
            json.member("settled", status.isSettled)
            json.member("position", status.head)
            json.member("floor", status.floor)
            json.member("waiting_to_be_published", status.outboxDepth)
            json.member("oldest_waiting_ms", Self.milliseconds(status.oldestOutboxSeconds))
            json.member("without_position", status.unsequenced)
            json.member("zones", status.zones)
            json.member("published_zones", status.publishedZones)
            json.array("switched_off") { json in
                for (flag, targets) in flags.switchesOff {
                    json.object { json in
                        json.member("name", flag.name)
                        json.array("targets") { json in
                            for target in targets { json.value(target.text) }
                        }
                    }
                }
            }
            json.array("nodes") { json in
                for node in status.nodes { json.object { Self.write(node, to: &$0) } }
            }
            json.array("sites") { json in
                for site in sites { json.object { Self.write(site, to: &$0) } }
            }
            json.member("refusals", status.refusals)
            json.array("refused_zones") { json in
                for zone in status.refused { json.object { Self.write(zone, to: &$0) } }
            }
            if let breaker {
                json.object("breaker") { json in
                    json.member("open_since", breaker.openSince?.iso8601)
                    json.member("reason", breaker.reason)
                    json.member("held_zones", breaker.heldZones)
                }
            }
            if let probes {
                json.array("silent_nodes") { json in
                    for node in probes.silent { json.value(node) }
                }
                json.member("differences", probes.count)
                json.array("differing_zones") { json in
                    for difference in probes.differences { json.object { Self.write(difference, to: &$0) } }
                }
            }
            if let rollout = status.rollout {
                json.object("rollout") { json in
                    json.member("canary_site", rollout.site)
                    json.member("position", rollout.position)
                    json.member("held_back", rollout.behind)
                    json.member("held", rollout.reason != nil)
                    json.member("reason", rollout.reason)
                    json.member("since", rollout.since.iso8601)
                }
            }
        }
        return writer.text
    }

    private static func write(_ node: StatusSnapshot.Node, to json: inout JSONWriter) {
        json.member("name", node.name)
        json.member("role", node.role)
        json.member("site", node.site)
        json.member("region", node.region)
        json.member("address", node.address)
        json.member("software", node.software)
        json.member("origin", node.origin)
        json.member("via", node.via)
        json.member("connected", node.isConnected)
        json.member("expected", node.isExpected)
        json.member("connected_at", node.connectedAt?.iso8601)
        json.member("seen_at", node.seenAt.iso8601)
        json.member("applied", node.acknowledged)
        json.member("behind", node.lag)
        json.member("behind_ms", milliseconds(node.lagSeconds))
        json.member("refusals", node.refusals)
    }

    private static func write(_ site: Site, to json: inout JSONWriter) {
        json.member("name", site.name)
        json.member("region", site.region)
        json.member("nodes", site.nodes)
        json.member("connected", site.connected)
        json.member("behind", site.lag)
        json.member("behind_ms", milliseconds(site.lagSeconds))
        json.member("refusals", site.refusals)
    }

    private static func write(_ zone: StatusSnapshot.RefusedZone, to json: inout JSONWriter) {
        json.member("zone", zone.name)
        json.member("version", zone.version)
        json.member("node", zone.node)
        json.member("code", Int(zone.code))
        json.member("reason", zone.reason)
        json.member("since", zone.since.iso8601)
    }

    private static func write(_ difference: ProbeDifference, to json: inout JSONWriter) {
        json.member("zone", difference.finding.zoneName)
        json.member("node", difference.finding.key.node)
        json.member("question", difference.finding.question)
        json.member("reason", difference.finding.reason)
        json.member("since", difference.since.iso8601)
        json.member("sent_again", Int(difference.repairs))
    }

    private static func milliseconds(_ seconds: Double) -> Int64 { Int64(seconds * 1_000) }
}
