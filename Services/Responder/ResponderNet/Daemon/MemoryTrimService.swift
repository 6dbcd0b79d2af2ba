// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import NIOPosix
import ServiceLifecycle

/// Gives memory back to the system that the allocator keeps after a large task, such as filling the replica.
///
/// The allocator (malloc(3)) returns what lies at the end of its arenas only, so a responder that has taken ten thousand
/// zones would keep what they needed on the way for good. Likewise the parts of the program that only its start needed
/// stay mapped.
struct MemoryTrimService: Service {
    /// How often the allocator is looked at.
    var interval = Duration.seconds(5)
    /// What must have become free in between for it to be worth the while, in octets.
    var threshold = 8 << 20

    func run() async throws {
        await cancelWhenGracefulShutdown {
            try? await Task.sleep(for: interval)
            await onOtherThread { ProgramText.release() }
            // What was free when it was last given back: the allocator goes on counting it.
            var free = 0
            while !Task.isCancelled {
                let now = await onOtherThread { cdatagram_free_memory() } ?? 0
                if now > free + threshold { await onOtherThread { cdatagram_trim_memory() } }
                free = now > free + threshold ? now : min(free, now)
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// It holds the allocator's locks or unmaps memory: nothing for the pool that tasks share. Nil without a thread, at
    /// the process's end.
    @discardableResult
    private func onOtherThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        try? await NIOThreadPool.singleton.runIfActive(body)
    }
}
