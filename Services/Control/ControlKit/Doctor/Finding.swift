// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What one check found.
struct Finding: Equatable {
    /// How much it matters.
    enum Severity: String, Equatable {
        case ok = "ok   "
        /// Something a customer or the operator should know; the installation does its work.
        case warning = "WARN "
        case failure = "FAIL "
    }

    let severity: Severity
    /// What was looked at.
    let subject: String
    /// What is wrong, or nil.
    let problem: String?
    /// What to do about it.
    let remedy: String?

    static func healthy(_ subject: String) -> Finding {
        Finding(severity: .ok, subject: subject, problem: nil, remedy: nil)
    }

    static func warning(_ subject: String, _ problem: String, remedy: String) -> Finding {
        Finding(severity: .warning, subject: subject, problem: problem, remedy: remedy)
    }

    static func sick(_ subject: String, _ problem: String, remedy: String) -> Finding {
        Finding(severity: .failure, subject: subject, problem: problem, remedy: remedy)
    }

    /// Whether the installation does its work as far as this goes.
    var isHealthy: Bool { severity != .failure }

    /// One line, and a second that says how to mend it.
    var text: String {
        let line = "\(severity.rawValue) \(subject)"
        guard let problem else { return line }
        return "\(line): \(problem)" + (remedy.map { "\n      mend: \($0)" } ?? "")
    }
}
