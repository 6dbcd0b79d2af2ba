// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

extension DNSClient {
    /// What a server answers to a message that it may drop: `message` goes first with the identifier 1, then `probe`, a
    /// good question, with 2, from the same socket. A server that handles a socket's messages in turn has answered the
    /// first, if it ever does, when the second is answered.
    package func answers(to message: [UInt8], before probe: [UInt8]) throws -> [[UInt8]] {
        let descriptor = try LoopbackAddress.connected(
            type: Int32(SOCK_DGRAM.rawValue),
            host: host,
            port: port,
            timeout: .seconds(10)
        )
        defer { close(descriptor) }
        for (identifier, octets) in [(1 as UInt8, message), (2, probe)] {
            let kept = octets.count >= 2 ? [0, identifier] + octets.dropFirst(2) : octets
            try LoopbackAddress.send(kept, to: descriptor)
        }
        var answers: [[UInt8]] = []
        while let answer = LoopbackAddress.receive(from: descriptor, limit: 65_536) {
            if answer.count >= 2, answer[1] == 2 { return answers }
            answers.append(answer)
        }
        throw SupportError("no answer to the good question")
    }
}
