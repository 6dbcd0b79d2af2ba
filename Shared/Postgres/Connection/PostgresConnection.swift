// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One session with the server, on a thread of its own.
///
/// Statements run one after the other. Cancelling the calling task stops the statement on the server and throws
/// `CancellationError`; the connection stays usable. The connection is closed with its last reference.
package actor PostgresConnection: PostgresQuerying {
    private let thread: PostgresThread
    private let configuration: PostgresConfiguration
    private var handle: ConnectionHandle?
    private var canceller: CancelHandle?
    private var statements: StatementCache
    private var statementNumber = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        thread = try PostgresThread()
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
    }

    /// Closes the connection; every later statement fails.
    package func close() {
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
    func isReusable() -> Bool {
        guard let handle else { return false }
        return handle.isAlive() && handle.isIdle
    }

    /// Ends a transaction whatever the task's state; used for COMMIT and ROLLBACK, which must not be cancelled.
    func endTransaction(_ command: StaticString) throws(PostgresError) {
        let result = try openHandle().run(script: "\(command)")
        guard result.tag == "\(command)" else {
            throw PostgresError(.transactionAborted, message: "the transaction had failed before and was rolled back")
        }
    }

    private func openHandle() throws(PostgresError) -> ConnectionHandle {
        guard let handle else { throw PostgresError(.connection, message: "the connection is closed") }
        return handle
    }

    private func run(_ query: PostgresQuery) throws(PostgresError) -> PostgresResult {
        let handle = try openHandle()
        let (sql, values) = query.rendered()
        guard statements.capacity > 0 else { return try handle.run(sql: sql, values: values) }
        let name = try prepared(sql, values, on: handle)
        do throws(PostgresError) {
            return try handle.run(prepared: name, values: values)
        } catch {
            // The statement is gone (DISCARD ALL, a pooler), or its result's shape changed with the schema.
            guard error.sqlState == "26000" || error.sqlState == "0A000" else { throw error }
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

    private enum Work {
        case query(PostgresQuery)
        case script(String)
    }

    private func run(_ work: Work) throws(PostgresError) -> PostgresResult {
        switch work {
        case .query(let query): try run(query)
        case .script(let script): try openHandle().run(script: script)
        }
    }

    private func perform(_ work: Work) async throws -> PostgresResult {
        try Task.checkCancellation()
        statementNumber += 1
        let number = statementNumber
        guard let canceller else { throw PostgresError(.connection, message: "the connection is closed") }
        canceller.begin(number)
        do {
            return try await withTaskCancellationHandler {
                defer { canceller.end() }
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
