// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Synchronization

/// One session with the server, on a thread of its own.
///
/// Statements run one after the other. Cancelling the calling task stops the statement on the server and throws
/// `CancellationError`; the connection stays usable. The connection is closed with its last reference.
package actor PostgresConnection: PostgresQuerying {
    private let thread: PostgresThread
    /// Runs what stands between the statements of a transaction on the connection's thread.
    nonisolated let tasks: PostgresThread.Tasks
    private let configuration: PostgresConfiguration
    var handle: ConnectionHandle?
    private var canceller: CancelHandle?
    var statements: StatementCache
    private var statementNumber = 0
    /// Statements that the server still keeps for nothing; dropped between transactions.
    var evicted: [String] = []
    private let postponed = Mutex(PostponedStatements())
    /// What a pool wants to know without waiting for the thread: the socket, or -1 when there is none, and whether the
    /// last statement left the connection in order and outside any transaction.
    private let socket = Atomic<CInt>(-1)
    private let isClean = Atomic<Bool>(false)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        thread = try PostgresThread()
        tasks = PostgresThread.Tasks(thread)
        self.configuration = configuration
        statements = StatementCache(capacity: configuration.statementCacheSize)
    }

    deinit {
        thread.stop()
    }

    /// Opens a connection. Throws `PostgresError` of the kind `.connection`.
    package static func connect(_ configuration: PostgresConfiguration) async throws(PostgresError)
        -> PostgresConnection
    {
        let connection = try PostgresConnection(configuration)
        try await connection.open()
        return connection
    }

    private func open() throws(PostgresError) {
        let handle = try ConnectionHandle(configuration)
        canceller = handle.makeCancelHandle()
        self.handle = handle
        socket.store(handle.socket, ordering: .relaxed)
        noteState()
    }

    func noteState() {
        isClean.store(handle.map { $0.isOpen && $0.isIdle } ?? false, ordering: .releasing)
    }

    /// Closes the connection; every later statement fails.
    package func close() {
        isClean.store(false, ordering: .releasing)
        socket.store(-1, ordering: .relaxed)
        handle = nil
        canceller = nil
    }

    package func query(_ query: PostgresQuery) async throws -> [PostgresRow] {
        try await perform(.query(query)).rows
    }

    @discardableResult
    package func execute(_ query: PostgresQuery) async throws -> Int {
        try await perform(.query(query)).affected
    }

    /// Runs several statements, given as trusted text, in one round trip; alone they form one transaction.
    package func execute(script: String) async throws {
        _ = try await perform(.script(script))
    }

    /// Whether the connection can be given to the next user: alive and in no transaction.
    ///
    /// Only for whom the connection is lent to: nobody else may be using it. The server speaks first only to say
    /// good-bye, or after a reload of its configuration: either way a new connection is the better one.
    nonisolated var isReusable: Bool {
        guard isClean.load(ordering: .acquiring) else { return false }
        var descriptor = pollfd(fd: socket.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0)
        // SAFETY: one descriptor that outlives the call, which does not wait.
        return unsafe descriptor.fd >= 0 && poll(&descriptor, 1, 0) == 0
    }

    /// Takes the command that begins a transaction; the next statement carries it.
    nonisolated func begin(_ command: String) {
        postponed.withLock { $0.begin = command }
    }

    /// See `PostgresTransaction.postpone`.
    nonisolated func postpone(_ query: PostgresQuery) {
        postponed.withLock { $0.queries.append(query) }
    }

    /// Sends what is postponed and ends the transaction. Must not be cancelled, so it does not look at the task.
    func commit() throws(PostgresError) {
        let last = postponed.withLock { $0.take() }
        if last.begin != nil, last.queries.isEmpty { return }
        let handle = try openHandle()
        defer { noteState() }
        do throws(PostgresError) {
            let result = try run(last, then: .text("COMMIT"), on: handle)
            guard result.tag == "COMMIT" else {
                throw PostgresError(
                    .transactionAborted,
                    message: "the transaction had failed before and was rolled back"
                )
            }
        } catch {
            // After a failed statement the server skipped the COMMIT. The first error matters more than a second one.
            if handle.isOpen, !handle.isIdle { _ = try? handle.run(script: "ROLLBACK") }
            throw error
        }
    }

    /// Forgets what is postponed and takes the transaction back, whatever the task's state.
    func rollback() throws(PostgresError) {
        let last = postponed.withLock { $0.take() }
        if last.begin != nil { return }
        defer { noteState() }
        _ = try openHandle().run(script: "ROLLBACK")
    }

    static var closed: PostgresError { PostgresError(.connection, message: "the connection is closed") }

    private func openHandle() throws(PostgresError) -> ConnectionHandle {
        guard let handle else { throw Self.closed }
        return handle
    }

    private func run(_ query: PostgresQuery) throws(PostgresError) -> PostgresResult {
        let handle = try openHandle()
        let before = postponed.withLock { $0.take() }
        guard before.isEmpty else { return try run(before, then: .query(query), on: handle) }
        if !evicted.isEmpty, handle.isIdle {
            for name in evicted { _ = try handle.run(script: "DEALLOCATE \(name)") }
            evicted.removeAll()
        }
        let (sql, values) = query.rendered()
        guard statements.capacity > 0 else { return try handle.run(sql: sql, values: values) }
        let name = try prepared(sql, values, on: handle)
        do throws(PostgresError) {
            return try handle.run(prepared: name, values: values)
        } catch {
            guard error.isAboutPreparation else { throw error }
            statements.remove(sql, values)
            guard handle.isIdle else { throw error }
            return try handle.run(sql: sql, values: values)
        }
    }

    private func prepared(
        _ sql: String,
        _ values: [PostgresValue],
        on handle: ConnectionHandle
    ) throws(PostgresError) -> String {
        if let name = statements.name(of: sql, values) { return name }
        let name = statements.nextName()
        try handle.prepare(name: name, sql: sql, values: values)
        if let evicted = statements.insert(name, for: sql, values) {
            _ = try handle.run(script: "DEALLOCATE \(evicted)")
        }
        return name
    }

    private enum Last {
        case query(PostgresQuery)
        case text(String)
    }

    /// Runs what is postponed and then `last`, all in one round trip; returns the result of the last one.
    private func run(
        _ before: PostponedStatements,
        then last: Last?,
        on handle: ConnectionHandle
    ) throws(PostgresError) -> PostgresResult {
        var plan = PipelinePlan()
        if let begin = before.begin { plan.append(text: begin) }
        for query in before.queries { plan.append(query, &statements) }
        switch last {
        case .query(let query): plan.append(query, &statements)
        case .text(let text): plan.append(text: text)
        case nil: break
        }
        let outcome = handle.run(pipeline: plan.steps)
        evicted += plan.settle(&statements, succeeded: outcome.results.count, outcome.error)
        if let error = outcome.error { throw error }
        guard let result = outcome.results.last else {
            throw PostgresError(.connection, message: "the server did not answer a statement")
        }
        return result
    }

    private enum Work {
        case query(PostgresQuery)
        case script(String)
    }

    private func run(_ work: Work) throws(PostgresError) -> PostgresResult {
        switch work {
        case .query(let query): return try run(query)
        case .script(let script):
            let handle = try openHandle()
            let before = postponed.withLock { $0.take() }
            if !before.isEmpty { _ = try run(before, then: nil, on: handle) }
            return try handle.run(script: script)
        }
    }

    private func perform(_ work: Work) async throws -> PostgresResult {
        try Task.checkCancellation()
        statementNumber += 1
        let number = statementNumber
        guard let canceller else { throw Self.closed }
        canceller.begin(number)
        do {
            return try await withTaskCancellationHandler {
                defer {
                    canceller.end()
                    noteState()
                }
                return try run(work)
            } onCancel: {
                canceller.cancelInBackground(number)
            }
        } catch let error as PostgresError {
            if error.sqlState == "57014" && Task.isCancelled { throw CancellationError() }
            throw error
        }
    }
}
