// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import Synchronization
import TestSupport

/// An HTTP server on loopback that answers every request with 200 and remembers it.
final class WebhookReceiver: Sendable {
    /// One request.
    struct Delivery: Sendable {
        /// Names in lower case.
        let headers: [String: String]
        let body: String
    }

    let port: Int
    private let listener: Int32
    private let received = Mutex<[Delivery]>([])

    init() throws {
        port = try FreePort.next()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        // SAFETY: the address outlives the call, and its length is given.
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 16) == 0 else { throw SupportError("cannot listen on port \(port)") }
        Thread.detachNewThread { [self] in serve() }
    }

    /// Ends the server; its thread ends with the next accept.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Waits until a delivery satisfies `isWanted`.
    func first(where isWanted: (Delivery) -> Bool) async throws -> Delivery {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let delivery = received.withLock({ $0.first(where: isWanted) }) { return delivery }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SupportError("no such delivery came; there were \(received.withLock { $0.map(\.body) })")
    }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            if let delivery = Self.read(connection) { received.withLock { $0.append(delivery) } }
            let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
            _ = unsafe answer.withUnsafeBytes { unsafe send(connection, $0.baseAddress, $0.count, 0) }
            close(connection)
        }
    }

    private static func read(_ connection: Int32) -> Delivery? {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return nil }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            var headers: [String: String] = [:]
            for line in text[..<end.lowerBound].components(separatedBy: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
            }
            let body = String(text[end.upperBound...])
            if body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 {
                return Delivery(headers: headers, body: body)
            }
        }
    }
}
