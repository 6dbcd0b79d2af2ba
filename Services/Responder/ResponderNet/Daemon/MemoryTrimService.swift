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
    /// How often the process's memory is looked at.
    var interval = Duration.seconds(5)
    /// What must have come in between for it to be worth the while, in octets.
    var threshold = 8 << 20

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var trimmed = ProcessMemory.allocated
            try? await Task.sleep(for: interval)
            await onOtherThread { ProgramText.release() }
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                let before = ProcessMemory.allocated
                guard before > trimmed + threshold else {
                    trimmed = min(trimmed, before)
                    continue
                }
                await onOtherThread { cdatagram_trim_memory() }
                trimmed = ProcessMemory.allocated
            }
        }
    }

    /// It holds the allocator's locks or unmaps memory: nothing for the pool that tasks share.
    private func onOtherThread(_ body: @escaping @Sendable () -> Void) async {
        // Without a thread, at the process's end, it need not be done.
        try? await NIOThreadPool.singleton.runIfActive(body)
    }
}
