// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Testing

@Suite struct CertificateNamesTests {
    private func names(_ name: String?, _ others: [String] = [], domain: String = "example.com") throws -> [String] {
        try CertificateNames(name: name, alternateNames: others, domain: try ZoneName(customer: domain)).all
    }

    private func errors(
        _ name: String?,
        _ others: [String] = [],
        domain: String = "example.com"
    ) throws -> ValidationErrors {
        let error = #expect(throws: ValidationErrors.self) { _ = try names(name, others, domain: domain) }
        return try #require(error)
    }

    @Test func `names are relative to the domain or end with it, and each counts once`() throws {
        #expect(try names(nil) == ["www.example.com"])
        #expect(try names("", ["www", "WWW.example.com."]) == ["example.com", "www.example.com"])
        #expect(try names("@", ["*"]) == ["example.com", "*.example.com"])
        #expect(try names("*", ["*.a", "c.b"]) == ["*.example.com", "*.a.example.com", "c.b.example.com"])
        #expect(try names("*.Example.com", ["example.com"]) == ["*.example.com", "example.com"])
        #expect(try names("bücher") == ["xn--bcher-kva.example.com"])
        // Another domain's name is one below this one, unless it is absolute.
        #expect(try names("www.example.org") == ["www.example.org.example.com"])
    }

    @Test func `every name that cannot have a certificate is told with its field`() throws {
        let found = try errors("a b", ["-x", "x.*", "_tcp", "www.example.org.", "good"])
        #expect(found["name"] == ["a b is not a name that certificates are issued for"])
        #expect(
            found["alternate_names"] == [
                "-x is not a name that certificates are issued for",
                "x.* is not a name that certificates are issued for",
                "_tcp is not a name that certificates are issued for",
                "www.example.org. is not in the domain",
            ]
        )
        #expect(try errors("www", domain: "2.0.192.in-addr.arpa")["base"] == ["Reverse zones get no certificates"])
    }

    @Test func `a name that a wildcard of the same order covers is refused`() throws {
        #expect(try errors("www", ["*"])["name"] == ["www.example.com is covered by *.example.com"])
        #expect(try errors("@", ["*", "a"])["alternate_names"] == ["a.example.com is covered by *.example.com"])
        // A wildcard covers one label, and not the name it stands below.
        #expect(try names("@", ["*", "a.b"]).count == 3)
    }

    @Test func `there is a limit for names and for their length`() throws {
        let many = (1...99).map { "h\($0)" }
        #expect(try names("@", many).count == 100)
        #expect(try errors("@", many + ["h100"])["alternate_names"] == ["has too many entries (maximum is 99)"])
        // 237 characters, as `_acme-challenge.` stands in front.
        let label = String(repeating: "a", count: 60)
        let long = "\(label).\(label).\(label)."
        let fitting = long + String(repeating: "b", count: 237 - 12 - long.utf8.count)
        #expect(try names(fitting).first?.utf8.count == 237)
        #expect(try names("*." + fitting).first?.utf8.count == 239)
        #expect(
            try errors("b" + fitting)["name"] == ["is too long (maximum is 237 characters with the domain's name)"]
        )
    }
}
