// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization

/// One load from its first query to its report.
enum LoadRun {
    /// What the threads hand back.
    private final class Results: Sendable {
        private let counts = Mutex(LoadCounts())
        private let failure = Mutex<ControlError?>(nil)
        /// Signalled by each thread once it can send, or has failed; and again at its end.
        let opened = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)

        func add(_ more: LoadCounts) { counts.withLock { $0.add(more) } }
        func fail(_ error: ControlError) { failure.withLock { $0 = $0 ?? error } }
        var total: LoadCounts { counts.withLock { $0 } }
        var error: ControlError? { failure.withLock { $0 } }
    }

    /// Sends the queries of a source as the settings say, and waits for the answers. Blocks the calling thread.
    ///
    /// - Throws: `ControlError` when sockets or a server's accounting cannot be had.
    static func perform<Source: QuerySource>(
        _ settings: LoadSettings,
        source: Source
    ) throws(ControlError) -> LoadReport {
        let phase = LoadPhase()
        let results = Results()
        for index in 0..<settings.threads {
            Thread.detachNewThread {
                do throws(ControlError) {
                    switch settings.carrier {
                    case .datagrams:
                        var worker = try LoadWorker<Source, DatagramClient>(settings, index, source, phase)
                        results.opened.signal()
                        results.add(worker.run())
                    case .streams:
                        var worker = try LoadWorker<Source, StreamClient>(settings, index, source, phase)
                        results.opened.signal()
                        results.add(worker.run())
                    }
                } catch {
                    results.fail(error)
                    results.opened.signal()
                }
                results.ended.signal()
            }
        }
        for _ in 0..<settings.threads { results.opened.wait() }
        var measured: Measured?
        do throws(ControlError) {
            if results.error == nil { measured = try measure(settings, phase) }
        } catch {
            results.fail(error)
        }
        phase.set(.drain)
        for _ in 0..<settings.threads { results.ended.wait() }
        if let error = results.error { throw error }
        guard let measured else { throw ControlError("nothing was measured") }
        return LoadReport(
            counts: results.total,
            seconds: measured.seconds,
            threads: settings.threads,
            before: measured.before,
            after: measured.after
        )
    }

    private struct Measured {
        var seconds: Double
        var before: ProcessAccounting?
        var after: ProcessAccounting?
    }

    private static func measure(_ settings: LoadSettings, _ phase: LoadPhase) throws(ControlError) -> Measured {
        func accounting() throws(ControlError) -> ProcessAccounting? {
            settings.serverProcesses.isEmpty ? nil : try ProcessAccounting(of: settings.serverProcesses)
        }
        sleep(settings.warmUp)
        let before = try accounting()
        let start = LoadClock.now
        phase.set(.measure)
        sleep(settings.duration)
        phase.set(.drain)
        let end = LoadClock.now
        return Measured(seconds: Double(end - start) / 1e9, before: before, after: try accounting())
    }

    private static func sleep(_ duration: Duration) {
        Thread.sleep(forTimeInterval: duration / .seconds(1))
    }
}
