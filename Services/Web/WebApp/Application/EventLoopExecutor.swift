// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix

/// Runs tasks on event loops instead of the cooperative pool.
///
/// A request is read and answered on its connection's event loop. Were its handler run elsewhere, each request would
/// wake more threads, which costs more than most handlers do. Nothing in a handler may block, there as here.
final class EventLoopExecutor: TaskExecutor {
    private let loop: (any EventLoop)?
    private let group: any EventLoopGroup

    /// Runs tasks on the event loop that enqueues them, or on any of `group` for other threads.
    init(anyOf group: any EventLoopGroup) {
        self.loop = nil
        self.group = group
    }

    /// Runs tasks on `loop`.
    init(_ loop: any EventLoop) {
        self.loop = loop
        self.group = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let loop = self.loop ?? MultiThreadedEventLoopGroup.currentEventLoop ?? self.group.next()
        loop.execute {
            // SAFETY: every job is run exactly once, on the executor that it was enqueued on.
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}

/// The executors of the loops of the group that serves HTTP.
struct EventLoopExecutors {
    private let executors: [ObjectIdentifier: EventLoopExecutor]

    init(_ group: any EventLoopGroup) {
        self.executors = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), EventLoopExecutor($0)) }
        )
    }

    /// That of `loop`; nil for a loop of another kind, such as those that tests step by hand.
    subscript(loop: any EventLoop) -> EventLoopExecutor? {
        self.executors[ObjectIdentifier(loop)]
    }
}
