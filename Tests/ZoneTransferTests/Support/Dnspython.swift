// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Testing

/// Another implementation of message signatures: Debian's python3-dnspython.
enum Dnspython {
    private static let preamble = """
        import sys, dns.message, dns.name, dns.query, dns.tsig, dns.tsigkeyring, dns.rcode, dns.rrset
        lines = [l.strip() for l in sys.stdin.read().split('\\n') if l.strip()]
        key = dns.tsig.Key('transfer.key.example.', b'secret-of-the-tests-0123456789', sys.argv[1])
        ring = {key.name: key}

        """

    /// Runs a program with `key`, `ring` and `lines`, the lines of the input; gives back the lines that it printed.
    static func run(_ program: String, algorithm: String, input: [String] = []) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", preamble + program, algorithm]
        let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = standardError
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data((input.joined(separator: "\n") + "\n").utf8))
        try standardInput.fileHandleForWriting.close()
        let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
        let errors = standardError.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "python3-dnspython: \(String(decoding: errors, as: UTF8.self))")
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
