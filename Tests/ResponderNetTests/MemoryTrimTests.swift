// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Testing

@testable import ResponderNet

/// Memory that a large task needed goes back to the system.
@Suite(.serialized) struct MemoryTrimTests {
    @Test("what was freed between things that stay is given back")
    func trims() async throws {
        var service = MemoryTrimService()
        service.interval = .milliseconds(20)
        let task = Task { [service] in try await service.run() }
        // Each large piece lies in front of a small one that stays, so that no arena can shrink by itself.
        var large: [[UInt8]] = []
        var small: [[UInt8]] = []
        for _ in 0..<7_500 {
            large.append([UInt8](repeating: 1, count: 16_000))
            small.append([UInt8](repeating: 1, count: 40))
        }
        let most = ProcessMemory.resident
        large = []
        let deadline = ContinuousClock.now + .seconds(60)
        while ProcessMemory.resident > most - (80 << 20), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(ProcessMemory.resident <= most - (80 << 20))
        #expect(small.count == 7_500)
        task.cancel()
        try await task.value
    }
}
