// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ACME
import DNSText
import DNSWire
import Foundation
import Postgres
import TestSupport

/// The daemons of an installation with a certificate authority that validates through its responder, and refuses every third
/// nonce.
struct CertificateInstallation: Sendable {
    private static let keys = "k1:" + String(repeating: "a7", count: 32)

    let web: WebPair
    let responder: SiteResponder
    let pebble: Pebble
    private let glue: DaemonProcess

    static func start() async throws -> CertificateInstallation {
        let web = try await WebPair.start(environment: ["ZONEWRIGHT_JOB_KEYS": keys])
        let (port, operationsPort) = (try FreePort.next(), try FreePort.next())
        let glue = try DaemonProcess(
            "zonewright-glue",
            arguments: ["--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operationsPort)"],
            environment: ["ZONEWRIGHT_DATABASE_URL": web.database.url(.glue), "SWIFT_BACKTRACE": "enable=no"]
        )
        try await glue.waitUntilReady(port: operationsPort)
        let responder = try await SiteResponder.start("certificates1", upstream: port)
        return CertificateInstallation(
            web: web,
            responder: responder,
            pebble: try await Pebble(dnsServer: "127.0.0.1:\(responder.port)", nonceRejection: 33),
            glue: glue
        )
    }

    /// A worker with an account at the authority.
    func startWorker() async throws -> DaemonProcess {
        let operationsPort = try FreePort.next()
        let worker = try DaemonProcess(
            "zonewright-worker",
            arguments: [
                "--ops-listen", "127.0.0.1:\(operationsPort)", "--probe-schedule", "0 0 1 1 *",
                "--acme-directory", pebble.directory, "--acme-authority-file", pebble.authorityFile,
                "--acme-contact", "ops@zonewright.example",
            ],
            environment: [
                "ZONEWRIGHT_DATABASE_URL": web.database.workerURL, "SWIFT_BACKTRACE": "enable=no",
                "ZONEWRIGHT_JOB_KEYS": Self.keys,
            ]
        )
        try await worker.waitUntilReady(port: operationsPort)
        return worker
    }

    /// A request about certificates of `domain`, which must have this status.
    func send(
        _ domain: String,
        _ method: String,
        _ path: String,
        _ json: String?,
        _ status: Int
    ) throws -> [String: Any] {
        let answer = try web.send(
            to: 0,
            method,
            "/v2/\(web.account)/domains/\(domain)/certificates\(path)",
            json
        )
        guard answer.status == status else { throw SupportError("\(method) \(path): \(answer.status) \(answer.text)") }
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return object?["data"] as? [String: Any] ?? object ?? [:]
    }

    /// Orders a certificate and has it issued; returns its number.
    func order(_ domain: String, _ json: String) throws -> Int {
        let purchase = try send(domain, "POST", "/letsencrypt", json, 201)
        guard let id = purchase["certificate_id"] as? Int, purchase["state"] as? String == "new" else {
            throw SupportError("not a purchase: \(purchase)")
        }
        _ = try send(domain, "POST", "/letsencrypt/\(id)/issue", nil, 202)
        return id
    }

    /// Waits until a certificate is in a state.
    func expect(_ domain: String, _ id: Int, _ state: String) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        var last = ""
        while ContinuousClock.now < deadline {
            last = try send(domain, "GET", "/\(id)", nil, 200)["state"] as? String ?? ""
            if last == state { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let failure: String? = try await web.superuser.first(
            "SELECT failure FROM app.certificate WHERE id = \(Int64(id))"
        )?.decode(0)
        throw SupportError("certificate \(id) is \(last), not \(state): \(failure ?? "") \(pebble.log.suffix(2_000))")
    }

    /// The certificate and its key, which must belong together and be for these names.
    func requirePair(_ domain: String, _ id: Int, names: [String]) throws -> String {
        let chain = try send(domain, "GET", "/\(id)/download", nil, 200)
        let key = try send(domain, "GET", "/\(id)/private_key", nil, 200)["private_key"] as? String ?? ""
        let leaf = chain["server"] as? String ?? ""
        let issuers = chain["chain"] as? [String] ?? []
        let whole = try CertificateChain(pem: leaf + issuers.joined())
        guard whole.fits(try CertificateKey(pem: key), names: names), !issuers.isEmpty else {
            throw SupportError("the certificate \(id) is not for its key and \(names)")
        }
        return leaf
    }

    /// Whether no record proves anything for a certificate yet, and it is not issued.
    func isBeforeProof(_ id: Int) async throws -> Bool {
        try await web.superuser.first(
            """
            SELECT id FROM app.certificate AS c WHERE id = \(Int64(id)) AND state = 'requesting'
                AND NOT EXISTS (SELECT FROM distribution.acme_challenge WHERE certificate_id = c.id)
            """
        ) != nil
    }

    /// What the responder has at a name.
    func texts(at name: String) -> [[UInt8]]? {
        guard let name = try? Name(text: name),
            let octets = try? DNSClient(port: responder.port).askUDP(DNSClient.question(name, .txt))
        else { return nil }
        return try? Message(wire: octets).answers.map(\.rdata)
    }

    /// Audit rows and webhooks' events of an action.
    func count(_ action: String) async throws -> (audit: Int, events: Int) {
        let row = try await web.superuser.first(
            """
            SELECT (SELECT count(*) FROM app.audit WHERE action = \(action)) AS audit,
                (SELECT count(*) FROM jobs.job WHERE args->>'event' = \(action))
                + (SELECT count(*) FROM jobs.history WHERE args->>'event' = \(action)) AS events
            """
        )
        return (try row?.decode("audit") ?? -1, try row?.decode("events") ?? -1)
    }

    func stop() async throws {
        try await responder.stop()
        _ = try await glue.stop()
        try await pebble.stop()
        _ = try await web.stop()
    }
}
