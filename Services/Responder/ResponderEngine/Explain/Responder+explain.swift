// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// How an answer came about.
package struct Explanation: Sendable, Hashable {
    /// What was found out, decided and written, in order.
    package let steps: [ExplanationStep]
    /// The response, as a client would get it over TCP.
    package let response: [UInt8]
}

extension Responder {
    /// Answers a question in class IN and says how it came to the answer.
    ///
    /// This is the way of every query, with a recorder beside it: nothing is looked up, or decided, a second time. The
    /// answer is from the store as it is now, never from the packet cache, and limits of rates do not apply. Not for
    /// between `beginBatch` and `endBatch`; use a responder of its own, as the query is counted.
    ///
    /// - Parameters:
    ///   - wantsSignatures: whether DNSSEC records are asked for, by the DO bit.
    ///   - room: the octets that the response may have, at least 512: less than a message shows what is left out.
    package mutating func explain(
        _ name: Name,
        _ type: RRType,
        wantsSignatures: Bool = false,
        room: Int = maximumResponse
    ) -> Explanation {
        let query = Self.query(name, type, wantsSignatures: wantsSignatures)
        let recorder = ExplanationRecorder()
        self.recorder = recorder
        beginBatch()
        defer {
            endBatch()
            self.recorder = nil
        }
        var buffer = [UInt8](repeating: 0, count: max(MessageSize.smallestPayload, min(room, Self.maximumResponse)))
        let length = unsafe query.withUnsafeBytes { query in
            // Over a stream the packet cache has no part in it.
            unsafe buffer.withUnsafeMutableBytes { unsafe respond(to: query, into: $0, transport: .tcp4) }
        }
        if state.code == ResponseCode.serverFailure, !state.isUnprovable { recorder.steps.append(.unreadable) }
        return Explanation(steps: recorder.steps, response: Array(buffer[..<length]))
    }

    private static func query(_ name: Name, _ type: RRType, wantsSignatures: Bool) -> [UInt8] {
        var query: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, wantsSignatures ? 1 : 0]
        query += name.wire
        query += [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 255), 0, 1]
        // The OPT record of RFC 6891 6.1.2: root, type 41, payload size, DO, no options.
        if wantsSignatures { query += [0, 0, 41, 0xFF, 0xFF, 0, 0, 0x80, 0, 0, 0] }
        return query
    }
}
