// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Postgres
import TestSupport
import Testing

@Suite("Certificates of a real installation") struct CertificateTests {
    @Test("A certificate is ordered, proven through the responder, issued and renewed, through a killed worker")
    func life() async throws {
        let domain = "certified.example"
        let installation = try await CertificateInstallation.start()
        let web = installation.web
        let made = try web.send(to: 0, "POST", "/v2/\(web.account)/domains", #"{"name":"\#(domain)"}"#)
        #expect(made.status == 201, "\(made.text)")
        let webhook = try web.send(
            to: 0,
            "POST",
            "/v2/\(web.account)/webhooks",
            #"{"url":"https://hooks.certified.example/"}"#
        )
        #expect(webhook.status == 201, "\(webhook.text)")
        // Nobody here has an account at an authority yet.
        _ = try installation.send(domain, "POST", "/letsencrypt", "{}", 412)
        let worker = try await installation.startWorker()

        let first = try installation.order(domain, #"{"auto_renew":true}"#)
        try await installation.expect(domain, first, "issued")
        let leaf = try installation.requirePair(domain, first, names: ["www.\(domain)"])
        #expect(try await installation.count("certificate.issue") == (1, 1))
        // Once more changes nothing.
        let again = try installation.send(domain, "POST", "/letsencrypt/\(first)/issue", nil, 202)
        #expect(again["state"] as? String == "issued")

        // An owner's CNAME record is in the way, and the customer can see to it.
        let records = "/v2/\(web.account)/zones/\(domain)/records"
        let cname = try web.send(
            to: 0,
            "POST",
            records,
            #"{"name":"_acme-challenge.shop","type":"CNAME","content":"elsewhere.example"}"#
        )
        #expect(cname.status == 201, "\(cname.text)")
        let shop = try installation.order(domain, #"{"name":"shop"}"#)
        try await installation.expect(domain, shop, "failed")
        let status = try web.send(
            to: 0,
            "GET",
            "/x/v1/\(web.account)/domains/\(domain)/certificates/\(shop)/status"
        )
        #expect(status.text.contains("_acme-challenge.shop.\(domain) cannot be answered"), "\(status.text)")
        _ = try installation.send(domain, "GET", "/\(shop)/download", nil, 428)
        _ = try installation.send(domain, "GET", "/\(shop)/private_key", nil, 428)
        let number = try #require(cname.text.split(separator: ":").dropFirst(2).first?.prefix { $0.isNumber })
        #expect(try web.send(to: 0, "DELETE", "\(records)/\(number)").status == 204)
        _ = try installation.send(domain, "POST", "/letsencrypt/\(shop)/issue", nil, 202)
        try await installation.expect(domain, shop, "issued")

        // A worker that is killed on the way: another one goes on. Its lease is made to end now.
        let names = [domain, "*.\(domain)"]
        let wild = try installation.order(
            domain,
            #"{"name":"","alternate_names":["*"],"signature_algorithm":"RSA"}"#
        )
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, try await installation.isBeforeProof(wild) {
            try await Task.sleep(for: .milliseconds(2))
        }
        worker.signal(SIGKILL)
        _ = try await worker.waitForExit()
        try await web.superuser.execute(
            "UPDATE jobs.job SET lease_until = now() - interval '1 second' WHERE state = 'executing'"
        )
        let second = try await installation.startWorker()
        try await installation.expect(domain, wild, "issued")
        _ = try installation.requirePair(domain, wild, names: names)

        // A renewal has a certificate of its own.
        let renewal = try installation.send(domain, "POST", "/letsencrypt/\(first)/renewals", "{}", 201)
        let new = try #require(renewal["new_certificate_id"] as? Int)
        let order = try #require(renewal["id"] as? Int)
        #expect(renewal["old_certificate_id"] as? Int == first && renewal["auto_renew"] as? Bool == true)
        _ = try installation.send(domain, "POST", "/letsencrypt/\(first)/renewals/\(order)/issue", nil, 202)
        try await installation.expect(domain, new, "issued")
        #expect(try installation.requirePair(domain, new, names: ["www.\(domain)"]) != leaf)
        #expect(try await installation.count("certificate.reissue") == (1, 1))

        // Nothing is left of the proofs, nor of keys where they could be read.
        while ContinuousClock.now < deadline + .seconds(60),
            installation.texts(at: "_acme-challenge.www.\(domain).") != []
        {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(installation.texts(at: "_acme-challenge.www.\(domain).") == [])
        #expect(installation.texts(at: "_acme-challenge.\(domain).") == [])
        #expect(!second.log.contains("PRIVATE KEY") && !worker.log.contains("PRIVATE KEY"))
        #expect(try await second.stop() == 0)
        try await installation.stop()
    }
}
