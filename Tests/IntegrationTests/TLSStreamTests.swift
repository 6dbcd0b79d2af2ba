// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import NIOCore
import TestSupport
import Testing
import ZoneSync

/// The zone stream over TLS with certificates of `zonewright pki`: openssl as a follower of a real origin.
@Suite("Zone stream over TLS", .serialized, .timeLimit(.minutes(5))) struct TLSStreamTests {
    private static let accepted = "+OK hello node=ams1"

    /// Waits for the end of a follower's connection, and says what openssl saw.
    private func ending(_ process: DaemonProcess) async throws -> String {
        _ = try await process.waitForExit(timeout: .seconds(60))
        return process.log
    }

    @Test("a follower with the certificate of its name and role is served, over TLS 1.3 alone")
    func accepted() async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1")
        try await SecureOrigin.with(pki) { origin in
            let good = try origin.connect(pki, as: "ams1", "-verify_return_error", "-verify_ip", "127.0.0.1")
            try await good.waitForLog(Self.accepted)
            #expect(good.log.contains("TLSv1.3") && good.log.contains("Verify return code: 0 (ok)"), "\(good.log)")
            let old = try await ending(try origin.connect(pki, as: "ams1", "-tls1_2"))
            #expect(old.contains("alert protocol version") && !old.contains("ZSP/1"), "\(old)")
            try await good.stop()
        }
    }

    @Test("without a certificate, or with one of another authority or expired, nobody sees a line of the stream")
    func strangers() async throws {
        let (pki, foreign) = (try await PKIInstallation(), try await PKIInstallation())
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1", lifetime: "1s")
        try await foreign.issue("ams1")
        let expiry = ContinuousClock.now + .seconds(2)
        try await SecureOrigin.with(pki) { origin in
            let anonymous = try await ending(try origin.connect(pki, as: nil))
            #expect(anonymous.contains("certificate required") && !anonymous.contains("ZSP/1"), "\(anonymous)")
            let other = try await ending(try origin.connect(foreign, as: "ams1"))
            #expect(other.contains("alert unknown ca") && !other.contains("ZSP/1"), "\(other)")
            try await Task.sleep(until: expiry)
            let late = try await ending(try origin.connect(pki, as: "ams1"))
            #expect(late.contains("alert certificate expired") && !late.contains("ZSP/1"), "\(late)")
            // An origin's certificate does not make a follower.
            let origins = try await ending(try origin.connect(pki, as: "glue-a"))
            #expect(!origins.contains("ZSP/1"), "\(origins)")
        }
    }

    @Test(
        "a name or role that the certificate does not have is refused",
        arguments: [
            ("node=ams2 role=responder", "-401 the certificate is not of the node ams2"),
            ("node=ams1 role=relay", "-403 the certificate does not have the role relay"),
        ]
    )
    func claims(hello: String, answer: String) async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1")
        try await SecureOrigin.with(pki) { origin in
            let output = try await ending(try origin.connect(pki, as: "ams1", hello: hello))
            #expect(output.contains(answer), "\(output)")
        }
    }

    @Test("connections end when their certificate expires, and the others go on")
    func expiry() async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams2")
        try await SecureOrigin.with(pki) { origin in
            try await pki.issue("ams1", lifetime: "8s")
            let short = try origin.connect(pki, as: "ams1")
            let long = try origin.connect(pki, as: "ams2", hello: "node=ams2 role=responder")
            try await short.waitForLog(Self.accepted)
            try await long.waitForLog("+OK hello node=ams2")
            let output = try await ending(short)
            #expect(output.contains("-401 the certificate") && output.contains("has expired"), "\(output)")
            #expect(long.exitStatus == nil)
            try await long.stop()
        }
    }

    @Test("connections end when their certificate is revoked, and a session from before does not help")
    func revocation() async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1")
        try await pki.issue("ams2")
        try await SecureOrigin.with(pki) { origin in
            let session = pki.path + "/session"
            let first = try origin.connect(pki, as: "ams1", "-sess_out", session)
            let other = try origin.connect(pki, as: "ams2", hello: "node=ams2 role=responder")
            try await first.waitForLog(Self.accepted)
            try await other.waitForLog("+OK hello node=ams2")
            try await pki.pki("revoke", "ams1")
            try origin.identity.reload()
            let output = try await ending(first)
            #expect(output.contains("-401 the certificate") && output.contains("is revoked"), "\(output)")
            #expect(other.exitStatus == nil)
            let again = FileManager.default.fileExists(atPath: session) ? ["-sess_in", session] : []
            let second = try await ending(
                try again.isEmpty
                    ? origin.connect(pki, as: "ams1") : origin.connect(pki, as: "ams1", "-sess_in", session)
            )
            #expect(second.contains("is revoked") && !second.contains("+OK"), "\(second)")
            try await other.stop()
        }
    }

    @Test("connections end when the authority of their certificate is retired; those of the new one go on")
    func retirement() async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1")
        try await SecureOrigin.with(pki) { origin in
            let old = try origin.connect(pki, as: "ams1")
            try await old.waitForLog(Self.accepted)
            try await pki.pki("rotate")
            try origin.identity.reload()
            try await pki.issue("ams2")
            let new = try origin.connect(pki, as: "ams2", hello: "node=ams2 role=responder")
            try await new.waitForLog("+OK hello node=ams2")
            #expect(old.exitStatus == nil, "both authorities are trusted")
            try await pki.pki("renew", "--all")
            try await pki.pki("retire")
            try origin.identity.reload()
            let output = try await ending(old)
            #expect(output.contains("-401 the authority") && output.contains("is not trusted"), "\(output)")
            #expect(new.exitStatus == nil)
            try await new.stop()
        }
    }

    private func handshakes(_ time: TimeAmount) -> (inout OriginServer.Configuration) -> Void {
        { configuration in
            configuration.handshakeTimeout = time
            configuration.maximumHandshakes = (all: 8, ofAddress: 4)
        }
    }

    private func settles(_ origin: SecureOrigin, at connections: Int) async throws -> Bool {
        for _ in 0..<6_000 where origin.server.connections != connections {
            try await Task.sleep(for: .milliseconds(10))
        }
        return origin.server.connections == connections
    }

    @Test("strangers' handshakes have a number, and who is done with theirs does not count")
    func handshakeCount() async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1")
        // Longer than any machine takes for this test: none of the handshakes ends by itself.
        try await SecureOrigin.with(pki, configure: handshakes(.seconds(600))) { origin in
            let good = try origin.connect(pki, as: "ams1")
            try await good.waitForLog(Self.accepted)
            let silent = try (0..<4).map { _ in try BoundStream(port: origin.port) }
            #expect(try await settles(origin, at: 5), "the good one and the silent ones")
            let beyond = try BoundStream(port: origin.port)
            #expect(try beyond.message() == nil, "closed at once, though it has ten minutes")
            // The channel is gone a moment after its end was seen here.
            #expect(try await settles(origin, at: 5))
            #expect(good.exitStatus == nil)
            withExtendedLifetime(silent) {}
            try await good.stop()
        }
    }

    @Test("strangers' handshakes have a time, and leave room when it is over")
    func handshakeTime() async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1")
        try await SecureOrigin.with(pki, configure: handshakes(.seconds(2))) { origin in
            let silent = try (0..<4).map { _ in try BoundStream(port: origin.port) }
            for stream in silent { #expect(try stream.message() == nil, "closed after two seconds") }
            #expect(try await settles(origin, at: 0))
            let good = try origin.connect(pki, as: "ams1")
            try await good.waitForLog(Self.accepted)
            try await good.stop()
        }
    }

    @Test("files that cannot be used leave the ones before in use, and the reason names the file")
    func reloading() async throws {
        let pki = try await PKIInstallation()
        try await pki.issueOrigin("glue-a")
        try await pki.issue("ams1")
        let identity = try StreamIdentity(pki.files("ams1"))
        #expect(identity.own.nodes == ["ams1"] && identity.own.roles == ["responder"])
        func expectRefusal(_ file: String, _ text: String, mode: Int = 0o600, _ reason: String) throws {
            let before = try String(contentsOfFile: file, encoding: .utf8)
            let rights = try #require(FileManager.default.attributesOfItem(atPath: file)[.posixPermissions])
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            let error = #expect(throws: UnusableFile.self) { try identity.reload() }
            #expect(error?.path == file && error?.reason.contains(reason) == true, "\(String(describing: error))")
            try before.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: file)
        }
        try expectRefusal(pki.certificate("ams1"), "nothing", "no PEM certificate")
        try expectRefusal(pki.key("ams1"), "nothing", "no unencrypted PEM private key")
        let key = try String(contentsOfFile: pki.key("ams1"), encoding: .utf8)
        try expectRefusal(pki.key("ams1"), key, mode: 0o644, "mode 0644")
        let foreign = try String(contentsOfFile: pki.key("glue-a"), encoding: .utf8)
        try expectRefusal(pki.key("ams1"), foreign, "is not the key of the certificate")
        try expectRefusal(pki.revoked, "revoked!", "line 1")
        try expectRefusal(pki.trusted, "", "no PEM certificate")
        try identity.reload()
    }
}
