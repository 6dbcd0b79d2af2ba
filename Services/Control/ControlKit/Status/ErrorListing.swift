// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain

/// How `zonewright errors` prints.
enum ErrorListing {
    /// For people: fields are separated by tabs.
    static func line(_ group: ErrorGroup) -> String {
        let text = [group.title, group.reason].filter { !$0.isEmpty }.joined(separator: ": ")
        return
            "\(group.id)\t\(group.state.rawValue)\t\(group.count)\t\(group.lastSeen.iso8601)\t\(group.service)\t\(text)"
    }

    /// For people: a line a fact, then a line an occurrence.
    static func text(_ group: ErrorGroup, _ occurrences: [ErrorOccurrence]) -> String {
        var lines = [
            line(group), "at\t\(group.location)",
            "first\t\(group.firstSeen.iso8601)\tin \(group.firstRelease)",
            "last\t\(group.lastSeen.iso8601)\tin \(group.lastRelease)",
        ]
        if group.regressions > 0 { lines.append("came back\t\(group.regressions) times after it was resolved") }
        for occurrence in occurrences {
            var fields = [occurrence.at.iso8601, occurrence.release, occurrence.location]
            if let request = occurrence.requestID { fields.append("request \(request)") }
            if let account = occurrence.account { fields.append("account \(account)") }
            fields.append(occurrence.tags)
            lines.append(fields.joined(separator: "\t"))
        }
        return lines.joined(separator: "\n")
    }

    /// For programs: one object.
    static func json(_ group: ErrorGroup, occurrences: [ErrorOccurrence]? = nil) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("id", group.id)
            json.member("service", group.service)
            json.member("title", group.title)
            json.member("reason", group.reason)
            json.member("location", group.location)
            json.member("state", group.state.rawValue)
            json.member("count", group.count)
            json.member("first_release", group.firstRelease)
            json.member("last_release", group.lastRelease)
            json.member("first_seen", group.firstSeen.iso8601)
            json.member("last_seen", group.lastSeen.iso8601)
            json.member("regressions", Int(group.regressions))
            guard let occurrences else { return }
            json.array("occurrences") { json in
                for occurrence in occurrences {
                    json.object { json in
                        json.member("at", occurrence.at.iso8601)
                        json.member("release", occurrence.release)
                        json.member("location", occurrence.location)
                        json.member("request_id", occurrence.requestID)
                        json.member("account", occurrence.account)
                        json.key("tags")
                        json.rawValue(occurrence.tags.utf8)
                    }
                }
            }
        }
        return json.text
    }
}
