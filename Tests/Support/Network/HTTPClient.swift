// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// What came back from an HTTP server.
package struct HTTPAnswer: Sendable {
    package let status: Int
    /// Names in lower case, in the order they came.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The first header called `name` (lower case).
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// One request a connection to a server, on 127.0.0.1 unless told.
package struct HTTPClient: Sendable {
    package let host: String
    package let port: Int
    package let timeout: Duration

    package init(host: String = "127.0.0.1", port: Int, timeout: Duration = .seconds(10)) {
        self.host = host
        self.port = port
        self.timeout = timeout
    }

    package func get(_ path: String, headers: [(String, String)] = []) throws -> HTTPAnswer {
        try send("GET", path, headers: headers, body: nil)
    }

    package func post(_ path: String, json: String, headers: [(String, String)] = []) throws -> HTTPAnswer {
        try send("POST", path, headers: [("Content-Type", "application/json")] + headers, body: Array(json.utf8))
    }

    /// Sends a request and reads the answer to its end. Throws `SupportError` when there is none.
    package func send(
        _ method: String,
        _ path: String,
        headers: [(String, String)] = [],
        body: [UInt8]? = nil
    ) throws -> HTTPAnswer {
        let descriptor = try LoopbackAddress.connected(
            type: Int32(SOCK_STREAM.rawValue),
            host: host,
            port: port,
            timeout: timeout
        )
        defer { close(descriptor) }
        var head = "\(method) \(path) HTTP/1.1\r\nConnection: close\r\n"
        if !headers.contains(where: { $0.0 == "Host" }) { head += "Host: \(host):\(port)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try LoopbackAddress.send(Array((head + "\r\n").utf8) + (body ?? []), to: descriptor)
        var bytes: [UInt8] = []
        while let more = LoopbackAddress.receive(from: descriptor, limit: 65_536), !more.isEmpty { bytes += more }
        return try Self.parse(bytes)
    }

    private static func parse(_ bytes: [UInt8]) throws -> HTTPAnswer {
        let separator = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else {
            throw SupportError("no complete HTTP answer came (\(bytes.count) bytes)")
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first?.split(separator: " "), first.count >= 2, let status = Int(first[1]) else {
            throw SupportError("the HTTP answer has no status line")
        }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: parts[0].lowercased(), value: String((parts.last ?? "").drop { $0 == " " }))
        }
        let isChunked = headers.contains { $0.name == "transfer-encoding" && $0.value == "chunked" }
        let body = Array(bytes[(end + 4)...])
        return HTTPAnswer(status: status, headers: headers, body: isChunked ? unchunked(body) : body)
    }

    private static func unchunked(_ body: [UInt8]) -> [UInt8] {
        var rest = body[...]
        var joined: [UInt8] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size > 0,
            end + 2 + size <= rest.endIndex
        {
            joined += rest[(end + 2)..<(end + 2 + size)]
            rest = rest[(end + 2 + size)...].dropFirst(2)
        }
        return joined
    }
}
