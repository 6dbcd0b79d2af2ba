// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CLibPQ
import Glibc

/// Owner of one libpq connection. Not safe for concurrent use: the actor around it sees to that.
@safe final class ConnectionHandle {
    let pointer: OpaquePointer

    /// Connects, blocking until it worked or failed.
    init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        let parameters = configuration.parameters
        // SAFETY: the arrays of pointers end with NULL as libpq wants, and the strings are freed after the call.
        var keywords: [UnsafePointer<CChar>?] = unsafe parameters.map { unsafe UnsafePointer(strdup($0.keyword)) }
        var values: [UnsafePointer<CChar>?] = unsafe parameters.map { unsafe UnsafePointer(strdup($0.value)) }
        unsafe keywords.append(nil)
        unsafe values.append(nil)
        defer {
            unsafe (keywords + values).forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
        }
        guard let pointer = unsafe PQconnectdbParams(keywords, values, 1) else {
            throw PostgresError(.connection, message: "out of memory")
        }
        unsafe self.pointer = pointer
        // Notices of the server would go to standard error otherwise.
        _ = unsafe PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard unsafe PQstatus(pointer) == CONNECTION_OK else {
            throw lastError(sqlState: nil)
        }
    }

    deinit {
        // SAFETY: owned by this object alone.
        unsafe PQfinish(pointer)
    }

    /// Why libpq refuses `url`, or nil when it does not.
    static func refusal(of url: String) -> String? {
        guard url.contains("=") || url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            return "it must start with postgresql:// or be keyword=value pairs"
        }
        var message: UnsafeMutablePointer<CChar>?
        // SAFETY: libpq returns an array to be freed with PQconninfoFree, or NULL and a message for PQfreemem.
        if let options = unsafe PQconninfoParse(url, &message) {
            unsafe PQconninfoFree(options)
            return nil
        }
        defer { unsafe PQfreemem(message) }
        return unsafe message.map { unsafe String(cString: $0).trimmedLines } ?? "unknown reason"
    }

    /// Whether libpq still believes in the connection.
    var isOpen: Bool { unsafe PQstatus(pointer) == CONNECTION_OK }

    /// Whether no transaction is open.
    var isIdle: Bool { unsafe PQtransactionStatus(pointer) == PQTRANS_IDLE }

    /// The socket, or -1.
    var socket: CInt { unsafe PQsocket(pointer) }

    /// A handle with which another thread can cancel what runs here.
    func makeCancelHandle() -> CancelHandle? {
        // SAFETY: PQgetCancel returns an object of its own, which CancelHandle frees.
        unsafe PQgetCancel(pointer).map { unsafe CancelHandle($0) }
    }

    /// Reads what has arrived and returns the notifications in it, or nil when the connection is lost.
    func takeNotifications() -> [PostgresNotification]? {
        guard unsafe PQconsumeInput(pointer) == 1 else { return nil }
        var found: [PostgresNotification] = []
        // SAFETY: each PGnotify is freed after its strings were copied.
        while let notification = unsafe PQnotifies(pointer) {
            defer { unsafe PQfreemem(notification) }
            let channel = unsafe String(cString: notification.pointee.relname)
            let payload = unsafe String(cString: notification.pointee.extra)
            found.append(PostgresNotification(channel: channel, payload: payload))
        }
        return found
    }

    /// Runs SQL text without parameters; several statements may stand in it.
    func run(script: String) throws(PostgresError) -> PostgresResult {
        try unsafe finish(PQexec(pointer, script))
    }

    /// Prepares a statement under `name`.
    func prepare(name: String, sql: String, values: [PostgresValue]) throws(PostgresError) {
        let types = values.map(\.type)
        // SAFETY: libpq reads `types.count` identifiers during the call.
        _ = try unsafe finish(PQprepare(pointer, name, sql, CInt(types.count), types))
    }

    /// Runs a prepared statement.
    func run(prepared name: String, values: [PostgresValue]) throws(PostgresError) -> PostgresResult {
        let result = unsafe withParameters(values) { parameters, lengths, formats in
            unsafe PQexecPrepared(pointer, name, CInt(values.count), parameters, lengths, formats, 0)
        }
        return try unsafe finish(result)
    }

    /// Runs a statement without keeping it prepared.
    func run(sql: String, values: [PostgresValue]) throws(PostgresError) -> PostgresResult {
        let types = values.map(\.type)
        let result = unsafe withParameters(values) { parameters, lengths, formats in
            unsafe PQexecParams(pointer, sql, CInt(values.count), types, parameters, lengths, formats, 0)
        }
        return try unsafe finish(result)
    }

    /// Lays the parameters out as libpq wants them: NUL-terminated, one after the other.
    func withParameters<Value>(
        _ values: [PostgresValue],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, [CInt], [CInt]) -> Value
    ) -> Value {
        var storage: [UInt8] = []
        storage.reserveCapacity(values.reduce(0) { $0 + ($1.bytes?.count ?? 0) + 1 })
        var offsets: [Int?] = []
        for value in values {
            guard let bytes = value.bytes else {
                offsets.append(nil)
                continue
            }
            offsets.append(storage.count)
            storage.append(contentsOf: bytes)
            storage.append(0)
        }
        let lengths = values.map { CInt($0.bytes?.count ?? 0) }
        let formats = values.map { CInt($0.isBinary ? 1 : 0) }
        // SAFETY: every pointer is into `storage`, which outlives the call.
        return unsafe storage.withUnsafeBufferPointer { storage in
            let pointers = unsafe offsets.map { offset in
                unsafe offset.flatMap { offset in
                    unsafe storage.baseAddress.map {
                        unsafe UnsafeRawPointer($0 + offset).assumingMemoryBound(to: CChar.self)
                    }
                }
            }
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress, lengths, formats) }
        }
    }

    private func finish(_ pointer: OpaquePointer?) throws(PostgresError) -> PostgresResult {
        guard let pointer = unsafe pointer else { throw lastError(sqlState: nil) }
        // SAFETY: libpq hands the result over to the caller.
        let result = unsafe PostgresResult(pointer)
        try check(result)
        return result
    }

    /// Throws what the server says in `result` when it is no success.
    func check(_ result: PostgresResult) throws(PostgresError) {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            return
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            throw PostgresError(.configuration, message: "COPY to or from the client is not supported")
        default:
            guard isOpen, let sqlState = result.diagnostic("C") else {
                throw lastError(sqlState: result.diagnostic("C"))
            }
            throw PostgresError(
                .server,
                sqlState: sqlState,
                message: result.diagnostic("M") ?? "no message",
                detail: result.diagnostic("D"),
                constraint: result.diagnostic("n"),
                table: result.diagnostic("t")
            )
        }
    }

    func lastError(sqlState: String?) -> PostgresError {
        // SAFETY: libpq returns a NUL-terminated string inside the connection.
        let message = unsafe PQerrorMessage(pointer).map { unsafe String(cString: $0).trimmedLines } ?? ""
        return PostgresError(.connection, sqlState: sqlState, message: message)
    }
}

extension String {
    /// libpq's messages end with a line feed and may have several lines; a log line must not.
    fileprivate var trimmedLines: String {
        split(whereSeparator: \.isNewline).map { $0.drop { $0 == "\t" } }.joined(separator: "; ")
    }
}
