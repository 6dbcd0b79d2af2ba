// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import ServiceLifecycle

/// Writes every few seconds when tokens were last used, and once more at the end.
struct TokenUseWriter: Service {
    /// Between two writes.
    private static let interval = Duration.seconds(10)

    let uses: TokenUses
    let tokens: TokenStore
    let clock: UnixClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Cancelled by shutdown; the loop's condition ends it then.
                try? await Task.sleep(for: Self.interval)
                if !Task.isCancelled {
                    await self.write()
                }
            }
        }
        await self.write()
    }

    /// A write that fails is lost: the next use of the token, a minute later, is written again.
    private func write() async {
        do {
            try await self.tokens.noteUse(of: self.uses.take(now: self.clock.now))
        } catch {
            self.logger.debug("cannot note the use of tokens", metadata: ["error": "\(error)"])
        }
    }
}
