// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// A serial executor that owns one operating-system thread.
///
/// libpq blocks; running an actor on such a thread keeps the blocking away from Swift's cooperative pool, whose few
/// threads must never wait. The thread ends once `stop()` was called and the queue is empty.
/// Work between two statements can run on it too, through `tasks`: a transaction then changes threads twice, not with
/// every statement.
// SAFETY: the only mutable state, `queue` and `stopping`, is touched with `mutex` held; the pthread objects are
// allocated once and freed in `deinit`, after the thread, which retains this object, has ended.
@safe final class PostgresThread: SerialExecutor, @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    /// Jobs of the actor, and of tasks with what they were enqueued on.
    private var queue: [(job: UnownedJob, tasks: Tasks?)] = []
    private var stopping = false

    /// Starts the thread. Throws when the system has no more threads to give.
    init() throws(PostgresError) {
        // SAFETY: both pointers are initialised here before anyone else can see them.
        unsafe mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        unsafe condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
        var thread = pthread_t()
        // SAFETY: the retain is balanced by `takeRetainedValue` in the thread, or below when there is no thread.
        let box = unsafe Unmanaged.passRetained(self)
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<PostgresThread>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            },
            box.toOpaque()
        )
        guard status == 0 else {
            unsafe box.release()
            throw PostgresError(.connection, message: "cannot start a thread (error \(status))")
        }
        pthread_detach(thread)
    }

    deinit {
        // SAFETY: nobody else holds a reference, so nobody uses the pthread objects any more.
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(condition)
        unsafe mutex.deallocate()
        unsafe condition.deallocate()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        locked { queue.append((job, nil)) }
    }

    /// Runs whole tasks on a thread that is an actor's otherwise.
    final class Tasks: TaskExecutor {
        private let thread: PostgresThread

        init(_ thread: PostgresThread) {
            self.thread = thread
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            thread.locked { thread.queue.append((job, self)) }
        }
    }

    /// Lets the thread end once the jobs that are queued now have run.
    func stop() {
        locked { stopping = true }
    }

    private func locked(_ change: () -> Void) {
        // SAFETY: the pthread objects live as long as `self`.
        unsafe pthread_mutex_lock(mutex)
        change()
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    private func run() {
        var batch: [(job: UnownedJob, tasks: Tasks?)] = []
        while true {
            // SAFETY: the pthread objects live as long as `self`, which this thread retains.
            unsafe pthread_mutex_lock(mutex)
            while queue.isEmpty && !stopping {
                unsafe pthread_cond_wait(condition, mutex)
            }
            swap(&batch, &queue)
            unsafe pthread_mutex_unlock(mutex)
            if batch.isEmpty { return }
            for (job, tasks) in batch {
                // SAFETY: every job is run exactly once, on the executor it was enqueued on.
                if let tasks {
                    unsafe job.runSynchronously(on: tasks.asUnownedTaskExecutor())
                } else {
                    unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                }
            }
            batch.removeAll(keepingCapacity: true)
        }
    }
}
