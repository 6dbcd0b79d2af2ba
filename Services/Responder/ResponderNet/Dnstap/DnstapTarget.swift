// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where dnstap goes.
enum DnstapTarget: Sendable, Hashable {
    /// A collector that listens at a unix socket.
    case socket(String)
    /// A file, begun anew at each start.
    case file(String)

    /// `unix:PATH` or `file:PATH`; nil for anything else.
    init?(text: String) {
        if text.hasPrefix("unix:/") {
            self = .socket(String(text.dropFirst(5)))
        } else if text.hasPrefix("file:/") {
            self = .file(String(text.dropFirst(5)))
        } else {
            return nil
        }
    }
}
