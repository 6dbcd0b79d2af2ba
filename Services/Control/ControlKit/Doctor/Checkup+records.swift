// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database

/// Records that are published as something else: what customers see of them is not what they wrote.
extension Checkup {
    /// URL records without the redirector's addresses are names that do not answer.
    static func redirects(_ unanswered: Int64) -> Finding {
        let subject = "URL records"
        guard unanswered > 0 else { return .healthy(subject) }
        return .warning(
            subject,
            "\(unanswered) are published without an address",
            remedy: "give zonewright-glue redirector-addresses, then zonewright redirector publish"
        )
    }

    /// A target that cannot be resolved keeps its last good addresses, or has none yet.
    static func aliases(_ summary: AliasSummary) -> Finding {
        let subject = "ALIAS records"
        if summary.pausedSince != nil {
            return .warning(subject, "their targets are not resolved: paused", remedy: "zonewright alias resume")
        }
        let troubled = [AliasState.failing, .empty, .loop].compactMap { state in
            summary.counts[state].map { "\($0) \(state.rawValue)" }
        }
        guard !troubled.isEmpty else { return .healthy(subject) }
        return .warning(
            subject,
            "targets that are not resolved: \(troubled.joined(separator: ", "))",
            remedy: "zonewright alias list names them, and why"
        )
    }
}
