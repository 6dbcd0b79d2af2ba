// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

/// Zone transfers over TLS (RFC 9103) from a real responder, to kdig, BIND and NSD.
@Suite("Transfers over TLS", .timeLimit(.minutes(5))) struct TransferOverTLSTests {
    private static let secret = "c2VjcmV0IG9mIHRoZSB0cmFuc2ZlciB0ZXN0cw=="
    private static let hosts = 2_000
    private static let zone =
        [
            "xot.test. 300 IN SOA ns.xot.test. host.xot.test. 1 3600 600 86400 300",
            "xot.test. 300 IN NS ns.xot.test.",
        ] + (0..<hosts).map { "h\($0).xot.test. 300 IN A 192.0.2.\($0 % 256)" }

    /// A responder that gives its zone to 127.0.0.1 over TLS only, signed with a key.
    private func withPrimary(_ body: (LoneResponder, TLSFolder, Int) async throws -> Void) async throws {
        let folder = try await TLSFolder("primary.test")
        let port = try FreePort.next()
        let peers = try folder.write(
            """
            key xot.key. hmac-sha256 \(Self.secret)
            peer secondary address=127.0.0.1 key=xot.key. tls=required

            """,
            to: "peers"
        )
        let responder = try await LoneResponder.start(
            origin: "xot.test.",
            lines: Self.zone,
            options: folder.options(port: port) + ["--transfer-peers", peers]
        )
        try await body(responder, folder, port)
        try await responder.stop()
    }

    @Test("kdig fetches a zone over TLS 1.3, with ALPN dot and TSIG, and gets nothing over TCP or TLS 1.2")
    func kdig() async throws {
        try await withPrimary { responder, folder, port in
            let question = ["xot.test.", "AXFR", "-y", "hmac-sha256:xot.key.:\(Self.secret)"]
            let secured = ["-d", "@127.0.0.1", "-p", "\(port)", "+tls"] + question
            let fetched = try await folder.run("/usr/bin/kdig", secured)
            #expect(fetched.status == 0)
            let records = fetched.output.split(separator: "\n").filter { $0.hasPrefix("h") && $0.contains("192.0.2.") }
            #expect(records.count == Self.hosts)

            let plain = try await folder.run("/usr/bin/kdig", ["@127.0.0.1", "-p", "\(responder.port)"] + question)
            #expect(plain.output.contains("REFUSED") && !plain.output.contains("192.0.2."), "\(plain.output)")
            #expect(try responder.metric("dns_transfer_refusals_total{reason=\"policy\"}") == 1)

            // The same with nothing but the version changed.
            let priorities = try folder.write(
                "[global]\noverride-mode = blocklist\n[overrides]\ndisabled-version = TLS1.3\n",
                to: "gnutls.conf"
            )
            let older = try await folder.run(
                "/usr/bin/kdig",
                secured,
                environment: ["GNUTLS_SYSTEM_PRIORITY_FILE": priorities]
            )
            #expect(try responder.metric("dns_tls_handshakes_total{outcome=\"completed\"}") == 2)
            #expect(older.output.contains("REFUSED") && !older.output.contains("192.0.2."), "\(older.output)")
            #expect(try responder.metric("dns_transfer_refusals_total{reason=\"policy\"}") == 2)
        }
    }

    @Test("BIND follows a zone over TLS")
    func bind() async throws {
        try await withPrimary { responder, folder, port in
            let own = try FreePort.next()
            let configuration = try folder.write(
                """
                options {
                    directory "\(folder.path)";
                    pid-file "\(folder.path)/pid";
                    lock-file "\(folder.path)/lock";
                    session-keyfile "\(folder.path)/session.key";
                    listen-on port \(own) { 127.0.0.1; };
                    listen-on-v6 { none; };
                    recursion no;
                    dnssec-validation no;
                    notify no;
                };
                controls { };
                key "xot.key." { algorithm hmac-sha256; secret "\(Self.secret)"; };
                tls primary { ca-file "\(folder.certificate)"; remote-hostname "primary.test"; };
                zone "xot.test." {
                    type secondary;
                    file "zone";
                    primaries { 127.0.0.1 port \(port) key "xot.key." tls primary; };
                };

                """,
                to: "named.conf"
            )
            let process = try DaemonProcess(
                name: "named",
                program: "/usr/sbin/named",
                arguments: ["-g", "-n", "1", "-c", configuration]
            )
            try await expectZone(at: own, from: responder, process)
        }
    }

    @Test("NSD follows a zone over TLS")
    func nsd() async throws {
        try await withPrimary { responder, folder, port in
            let own = try FreePort.next()
            let configuration = try folder.write(
                """
                server:
                    ip-address: 127.0.0.1@\(own)
                    server-count: 1
                    username: ""
                    zonesdir: "\(folder.path)"
                    database: ""
                    pidfile: "\(folder.path)/pid"
                    xfrdfile: "\(folder.path)/xfrd"
                    xfrdir: "\(folder.path)"
                    zonelistfile: "\(folder.path)/zonelist"
                    xfrd-reload-timeout: 0
                    verbosity: 3
                    rrl-ratelimit: 0
                    tls-cert-bundle: "\(folder.certificate)"
                remote-control:
                    control-enable: no
                key:
                    name: "xot.key."
                    algorithm: hmac-sha256
                    secret: "\(Self.secret)"
                tls-auth:
                    name: "primary"
                    auth-domain-name: "primary.test"
                zone:
                    name: "xot.test."
                    zonefile: "zone"
                    request-xfr: AXFR 127.0.0.1@\(port) xot.key. primary

                """,
                to: "nsd.conf"
            )
            let process = try DaemonProcess(
                name: "nsd",
                program: "/usr/sbin/nsd",
                arguments: ["-d", "-c", configuration]
            )
            try await expectZone(at: own, from: responder, process)
        }
    }

    /// Waits until a secondary answers for the zone's last name, and looks how it came to it.
    private func expectZone(at port: Int, from primary: LoneResponder, _ secondary: DaemonProcess) async throws {
        let client = DNSClient(port: port)
        let question = DNSClient.question(try Name(text: "h\(Self.hosts - 1).xot.test."), .a)
        let deadline = ContinuousClock.now + .seconds(120)
        var answer: Message?
        while answer?.answers.count != 1 {
            guard ContinuousClock.now < deadline, secondary.exitStatus == nil else {
                throw SupportError("the zone never came: \(secondary.log)\n\(primary.process.log)")
            }
            try await Task.sleep(for: .milliseconds(50))
            answer = try? client.askUDP(question).map { try Message(wire: $0) }
        }
        #expect(answer?.answers.map(\.rdata) == [[192, 0, 2, UInt8((Self.hosts - 1) % 256)]])
        #expect(try primary.metric("dns_transfers_total{form=\"axfr\",outcome=\"completed\"}") ?? 0 >= 1)
        #expect(try primary.metric("dns_tls_handshakes_total{outcome=\"completed\"}") ?? 0 >= 1)
        try await secondary.stop()
    }
}
