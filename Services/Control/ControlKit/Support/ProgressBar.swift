// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization

/// A progress bar on standard error, drawn only when that is a terminal.
///
/// Safe to advance from several tasks; it redraws at most ten times a second.
final class ProgressBar: Sendable {
    private struct State {
        var done = 0
        var drawnAt = ContinuousClock.now - .seconds(1)
    }

    private let title: String
    private let total: Int
    private let visible: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - title: what is going on, in a few words.
    ///   - total: the count at which the work is done.
    init(_ title: String, total: Int) {
        self.title = title
        self.total = max(total, 1)
        visible = isatty(STDERR_FILENO) == 1
    }

    /// Counts `count` more units as done.
    func advance(by count: Int = 1) {
        let done: Int? = state.withLock { state in
            state.done += count
            let now = ContinuousClock.now
            guard visible, now - state.drawnAt >= .milliseconds(100) || state.done >= total else { return nil }
            state.drawnAt = now
            return state.done
        }
        if let done { draw(done) }
    }

    /// Ends the line that the bar stands on.
    func finish() {
        guard visible else { return }
        draw(state.withLock { $0.done })
        FileHandle.standardError.write(Data("\n".utf8))
    }

    private func draw(_ done: Int) {
        let width = 30
        let filled = min(width, done * width / total)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        FileHandle.standardError.write(Data("\r\(title) [\(bar)] \(done)/\(total)".utf8))
    }
}
