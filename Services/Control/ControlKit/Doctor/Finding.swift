// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What one check found.
struct Finding: Equatable {
    /// What was looked at.
    let subject: String
    /// What is wrong, or nil.
    let problem: String?
    /// What to do about it.
    let remedy: String?

    static func healthy(_ subject: String) -> Finding {
        Finding(subject: subject, problem: nil, remedy: nil)
    }

    static func sick(_ subject: String, _ problem: String, remedy: String) -> Finding {
        Finding(subject: subject, problem: problem, remedy: remedy)
    }

    var isHealthy: Bool { problem == nil }

    /// One line, and a second that says how to mend it.
    var text: String {
        guard let problem else { return "ok    \(subject)" }
        return "FAIL  \(subject): \(problem)" + (remedy.map { "\n      mend: \($0)" } ?? "")
    }
}
