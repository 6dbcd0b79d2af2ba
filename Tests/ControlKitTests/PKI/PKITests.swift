// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport
import Testing

@testable import ControlKit

@Suite("Private PKI") struct PKITests {
    /// A PKI in a temporary folder, at a time of the test's.
    private final class Folder {
        let path = NSTemporaryDirectory() + "pki-\(getpid())-\(UInt32.random(in: .min ... .max))"
        var now = 1_800_000_000

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var pki: PKI { PKI(folder: PKIFolder(path), now: { [unowned self] in now }) }

        func mode(_ file: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            return try #require(attributes[.posixPermissions] as? Int)
        }

        func openssl(_ arguments: String...) async throws -> (status: Int32, output: String) {
            let process = try DaemonProcess(name: "openssl", program: "/usr/bin/openssl", arguments: arguments)
            return (try await process.waitForExit(), process.log)
        }

        /// What openssl thinks of a node's certificate for a purpose.
        func verify(_ name: String, _ options: String...) async throws -> (status: Int32, output: String) {
            let arguments = ["verify", "-attime", "\(now)", "-x509_strict", "-CAfile", pki.folder.trusted]
            let process = try DaemonProcess(
                name: "openssl",
                program: "/usr/bin/openssl",
                arguments: arguments + options + [pki.folder.certificate(name)]
            )
            return (try await process.waitForExit(), process.log)
        }
    }

    private let day = 86_400

    private func made() throws -> Folder {
        let folder = Folder()
        #expect(try folder.pki.initialise(days: 3_650))
        return folder
    }

    @Test("openssl verifies what is made for the side that each role has, and for nothing else")
    func chains() async throws {
        let folder = try made()
        let pki = folder.pki
        let origin = try PKISubject(
            name: "glue-a",
            role: .origin,
            hosts: ["Glue-A.example.net."],
            addresses: ["192.0.2.9", "2001:DB8:0:0::9"]
        )
        #expect(try pki.issue(origin, seconds: 90 * day) != nil)
        #expect(try pki.issue(PKISubject(name: "ams1", role: .responder), seconds: 90 * day) != nil)
        let relay = try PKISubject(name: "relay-1", role: .relay, addresses: ["127.0.0.1"])
        #expect(try pki.issue(relay, seconds: 90 * day) != nil)

        func isGood(_ name: String, _ options: String...) async throws -> Bool {
            switch options.count {
            case 2: try await folder.verify(name, options[0], options[1]).status == 0
            default: try await folder.verify(name, options[0], options[1], options[2], options[3]).status == 0
            }
        }
        let host = "-verify_hostname"
        #expect(try await isGood("glue-a", "-purpose", "sslserver", host, "glue-a.example.net"))
        #expect(try await isGood("glue-a", "-purpose", "sslserver", "-verify_ip", "2001:db8::9"))
        #expect(try await !isGood("glue-a", "-purpose", "sslserver", host, "glue-b.example.net"))
        #expect(try await !isGood("glue-a", "-purpose", "sslserver", "-verify_ip", "192.0.2.10"))
        #expect(try await !isGood("glue-a", "-purpose", "sslclient"))
        #expect(try await isGood("ams1", "-purpose", "sslclient"))
        #expect(try await !isGood("ams1", "-purpose", "sslserver"))
        #expect(try await isGood("relay-1", "-purpose", "sslclient"))
        #expect(try await isGood("relay-1", "-purpose", "sslserver"))
        let text = try await folder.openssl("x509", "-noout", "-text", "-in", pki.folder.certificate("ams1")).output
        #expect(text.contains("URI:zonewright:node:ams1") && text.contains("URI:zonewright:role:responder"))
        #expect(text.contains("prime256v1") && text.contains("CA:FALSE"))
        let authority = try await folder.openssl("x509", "-noout", "-text", "-in", pki.folder.trusted).output
        #expect(authority.contains("CA:TRUE, pathlen:0"), "\(authority)")
        // After their time they are worth nothing.
        folder.now += 91 * day
        let late = try await folder.verify("ams1")
        #expect(late.status != 0 && late.output.contains("expired"), "\(late.output)")
    }

    @Test("keys are closed to others, and doing a step again changes nothing")
    func idempotence() throws {
        let folder = try made()
        let pki = folder.pki
        let subject = try PKISubject(name: "ams1", role: .responder)
        let first = try #require(try pki.issue(subject, seconds: 90 * day))
        #expect(try folder.mode(pki.folder.key("ams1")) == 0o600)
        #expect(try folder.mode(pki.folder.authorityKey(1)) == 0o600)
        #expect(try folder.mode(folder.path) == 0o700)
        let files = [pki.folder.record, pki.folder.trusted, pki.folder.certificate("ams1"), pki.folder.key("ams1")]
        let before = try files.map { try pki.folder.read($0) }
        #expect(try !pki.initialise(days: 1))
        #expect(try pki.issue(subject, seconds: 90 * day) == nil)
        #expect(try pki.renew(nil, onlyDue: true, makesKeys: false, seconds: nil).isEmpty)
        #expect(try pki.retire(isForced: false).isEmpty)
        #expect(try files.map { try pki.folder.read($0) } == before)
        // What was cut off, or lost, is made again by the same command.
        try pki.folder.remove(pki.folder.certificate("ams1"))
        let second = try #require(try pki.issue(subject, seconds: 90 * day))
        #expect(second.serial != first.serial)
        #expect(try pki.folder.read(pki.folder.key("ams1")) == before[3], "the key goes on")
        try pki.folder.remove(pki.folder.trusted)
        #expect(try !pki.initialise(days: 1))
        #expect(try pki.folder.read(pki.folder.trusted) == before[1])
    }

    @Test("a third of a certificate's life before its end it is due, and renewing makes the next with the same key")
    func renewal() async throws {
        let folder = try made()
        let pki = folder.pki
        _ = try pki.issue(PKISubject(name: "ams1", role: .responder), seconds: 90 * day)
        let key = try pki.folder.read(pki.folder.key("ams1"))
        func warnings() throws -> [String] { PKIListing(try pki.load(), now: folder.now).warnings }
        #expect(try warnings().isEmpty)
        folder.now += 59 * day
        #expect(try warnings().isEmpty)
        folder.now += 2 * day
        #expect(try warnings().count == 1 && warnings()[0].contains("pki renew ams1"))
        let made = try pki.renew(nil, onlyDue: true, makesKeys: false, seconds: nil)
        #expect(made.map(\.subject.name) == ["ams1"])
        #expect(made[0].notAfter == folder.now + 90 * day, "as long as before")
        #expect(try warnings().isEmpty)
        #expect(try pki.folder.read(pki.folder.key("ams1")) == key)
        #expect(try await folder.verify("ams1").status == 0)
        _ = try pki.renew(["ams1"], onlyDue: false, makesKeys: true, seconds: day)
        #expect(try pki.folder.read(pki.folder.key("ams1")) != key)
        #expect(try await folder.verify("ams1").status == 0)
        folder.now += 2 * day
        #expect(try warnings().first?.contains("has expired") == true)
        #expect(throws: ControlError.self) {
            try pki.renew(["nobody"], onlyDue: false, makesKeys: false, seconds: nil)
        }
        // No certificate outlives its authority, and the authority's end is told of in time.
        folder.now += 3_500 * day
        #expect(try warnings().contains { $0.contains("'pki rotate'") })
        let last = try pki.renew(["ams1"], onlyDue: false, makesKeys: false, seconds: 365 * day)
        #expect(try last[0].notAfter == pki.load().authorities[0].notAfter)
    }

    @Test("a rotation trusts both authorities until nobody needs the old one, and then removes its key")
    func rotation() async throws {
        let folder = try made()
        let pki = folder.pki
        _ = try pki.issue(PKISubject(name: "ams1", role: .responder), seconds: 90 * day)
        _ = try pki.issue(PKISubject(name: "ams2", role: .responder), seconds: 90 * day)
        #expect(try pki.rotate(days: 3_650).number == 2)
        #expect(throws: ControlError.self) { try pki.rotate(days: 3_650) }
        #expect(try await folder.verify("ams1").status == 0, "the old certificate is still good")
        let refusal = #expect(throws: ControlError.self) { try pki.retire(isForced: false) }
        #expect(refusal?.description.contains("ams1, ams2") == true)
        #expect(try pki.renew(nil, onlyDue: true, makesKeys: false, seconds: nil).count == 2)
        #expect(try await folder.verify("ams1").status == 0)
        #expect(try pki.retire(isForced: false).map(\.number) == [1])
        #expect(!pki.folder.exists(pki.folder.authorityKey(1)))
        #expect(try await folder.verify("ams2").status == 0, "the new one is of the new authority")
        #expect(try pki.folder.read(pki.folder.trusted) == pki.folder.read(pki.folder.authorityCertificate(2)))
        #expect(try pki.rotate(days: 3_650).number == 3)
    }

    @Test("revoked certificates are listed until they would have expired, and the next one has another key")
    func revocation() throws {
        let folder = try made()
        let pki = folder.pki
        let subject = try PKISubject(name: "ams1", role: .responder)
        let first = try #require(try pki.issue(subject, seconds: 90 * day))
        let second = try pki.renew(["ams1"], onlyDue: false, makesKeys: false, seconds: nil)[0]
        let key = try pki.folder.read(pki.folder.key("ams1"))
        #expect(try pki.revoke(name: "ams1", serial: nil).map(\.serial) == [first.serial, second.serial])
        #expect(try pki.revoke(name: "ams1", serial: nil).isEmpty)
        let list = try pki.folder.read(pki.folder.revoked)
        #expect(list.contains(first.serial) && list.contains(second.serial))
        #expect(throws: ControlError.self) {
            try pki.renew(["ams1"], onlyDue: false, makesKeys: false, seconds: nil)
        }
        #expect(try pki.issue(subject, seconds: 90 * day) != nil)
        #expect(try pki.folder.read(pki.folder.key("ams1")) != key)
        #expect(throws: ControlError.self) { try pki.revoke(name: nil, serial: "ff") }
        folder.now += 91 * day
        _ = try pki.issue(PKISubject(name: "ams2", role: .responder), seconds: day)
        #expect(try !pki.folder.read(pki.folder.revoked).contains(first.serial))
    }

    @Test("what cannot be is refused with a reason")
    func errors() throws {
        let folder = try made()
        let pki = folder.pki
        func refusal(_ body: () throws -> Void) -> String {
            #expect(throws: ControlError.self) { try body() }?.description ?? ""
        }
        #expect(refusal { _ = try PKISubject(name: "a b", role: .responder) }.contains("no node name"))
        #expect(refusal { _ = try PKISubject(name: "../x", role: .responder) }.contains("no node name"))
        #expect(refusal { _ = try PKISubject(name: "g", role: .origin) }.contains("--host"))
        #expect(refusal { _ = try PKISubject(name: "r", role: .responder, hosts: ["a.b"]) }.contains("nobody connects"))
        #expect(refusal { _ = try PKISubject(name: "g", role: .origin, hosts: ["192.0.2.1"]) }.contains("--address"))
        #expect(refusal { _ = try PKISubject(name: "g", role: .origin, hosts: ["a_b"]) }.contains("no host name"))
        #expect(refusal { _ = try PKISubject(name: "g", role: .origin, addresses: ["a"]) }.contains("IPv4"))
        _ = try pki.issue(PKISubject(name: "x", role: .responder), seconds: day)
        let other = try PKISubject(name: "x", role: .origin, hosts: ["x.example"])
        #expect(refusal { _ = try pki.issue(other, seconds: day) }.contains("responder"))
        #expect(refusal { _ = try PKI(folder: PKIFolder(folder.path + "/no")).load() }.contains("pki init"))
        try pki.folder.locked {
            #expect(refusal { _ = try pki.rotate(days: 1) }.contains("another process"))
        }
        try pki.folder.write("{", to: pki.folder.record)
        #expect(refusal { _ = try pki.load() }.contains("pki.json"))
    }
}
