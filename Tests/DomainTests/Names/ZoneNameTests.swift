// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import Domain

@Suite("Names of domains and zones")
struct ZoneNameTests {
    @Test(
        "A customer's name is taken in its normal form",
        arguments: [
            ("example.com", "example.com", "example.com"),
            ("EXAMPLE.Com.", "example.com", "example.com"),
            ("a.b.c.example", "a.b.c.example", "a.b.c.example"),
            ("bücher.example", "xn--bcher-kva.example", "bücher.example"),
            ("BÜCHER.example", "xn--bcher-kva.example", "bücher.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", "bücher.example"),
            ("straße.example", "xn--strae-oqa.example", "straße.example"),
            ("σίσυφος.example", "xn--kxa6ajbbmh.example", "σίσυφος.example"),
            ("l·l.example", "xn--ll-0ea.example", "l·l.example"),
            ("क्\u{200D}ष.example", "xn--11b2ezcw70k.example", "क्\u{200D}ष.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト"),
            ("2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa"),
            ("0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa"),
            ("8.b.d.0.1.0.0.2.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"),
        ]
    )
    func accepted(input: String, text: String, unicode: String) throws {
        let name = try ZoneName(customer: input)
        #expect(name.text == text)
        #expect(name.unicodeText == unicode)
        #expect(name.isReverse == text.hasSuffix(".arpa"))
    }

    @Test(
        "What no customer can own is refused, and the reason named",
        arguments: [
            ("", "can't be blank"),
            ("  ", "can't be blank"),
            (".", "has an empty label"),
            ("com", "is not a name that a customer can own"),
            ("com.", "is not a name that a customer can own"),
            ("in-addr.arpa", "is not a name that a customer can own"),
            ("ip6.arpa", "is not a name that a customer can own"),
            ("a..example", "has an empty label"),
            (".example.com", "has an empty label"),
            ("example.com..", "has an empty label"),
            ("foo_bar.example", "may only have letters, digits, hyphens and dots"),
            ("foo bar.example", "may only have letters, digits, hyphens and dots"),
            ("*.example", "may only have letters, digits, hyphens and dots"),
            ("0/25.example", "may only have letters, digits, hyphens and dots"),
            ("http://example.com", "may only have letters, digits, hyphens and dots"),
            ("-a.example", "has a label that starts or ends with a hyphen"),
            ("a-.example", "has a label that starts or ends with a hyphen"),
            ("192.0.2.1", "has a numeric top-level label"),
            ("xn--a.example", "is not a valid international name"),
            ("xn--.example", "is not a valid international name"),
            ("bu\u{0308}cher.example", "is not a valid international name"),
            ("☃.example", "is not a valid international name"),
            // A fraction, a ligature and a wide letter stand for others (RFC 5892 section 2.2).
            ("½.example", "is not a valid international name"),
            ("ﬁ.example", "is not a valid international name"),
            ("ａ.example", "is not a valid international name"),
            // A middle dot, a joiner and a geresh out of place (RFC 5892 appendix A).
            ("a·b.example", "is not a valid international name"),
            ("a\u{200D}ü.example", "is not a valid international name"),
            ("ü׳.example", "is not a valid international name"),
            // Digits of both Arabic kinds; a mark at the start; hyphens where A-labels have them (RFC 5891 section 4.2.3).
            ("١۱.example", "is not a valid international name"),
            ("\u{0941}क.example", "is not a valid international name"),
            ("aa--ü.example", "is not a valid international name"),
            // Not in the composed form (RFC 5891 section 4.1), and one that nobody sees.
            ("か\u{3099}.example", "is not a valid international name"),
            ("ü\u{00AD}.example", "is not a valid international name"),
        ]
    )
    func refused(input: String, reason: String) {
        #expect(throws: ValidationErrors("name", reason)) { try ZoneName(customer: input) }
    }

    @Test("Labels have at most 63 and names at most 253 characters")
    func lengths() throws {
        let label = String(repeating: "a", count: 63)
        #expect(try ZoneName(customer: "\(label).example").text == "\(label).example")
        #expect(throws: ValidationErrors("name", "has a label that is too long (maximum is 63 characters)")) {
            try ZoneName(customer: "\(label)a.example")
        }
        let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(longest.count == 253)
        #expect(try ZoneName(customer: longest).text == longest)
        #expect(throws: ValidationErrors("name", "is too long (maximum is 253 characters)")) {
            try ZoneName(customer: longest + "b")
        }
    }

    @Test(
        "Names are looked up as they are kept, however they are written",
        arguments: [
            ("EXAMPLE.com.", "example.com"), ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.Example.", "xn--bcher-kva.example"), ("例え。テスト。", "xn--r8jz45g.xn--zckzah"), (".", "."), ("", ""),
            ("☃.example", "☃.example"), ("a..b", "a..b"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ]
    )
    func keys(input: String, key: String) {
        #expect(ZoneName.key(input) == key)
    }

    @Test("The operator may name any zone, the root too", arguments: [(".", "."), ("COM", "com"), ("_x.a", "_x.a")])
    func operatorNames(input: String, text: String) throws {
        #expect(try ZoneName(operator: input).text == text)
    }

    @Test("The names above one that a customer could own, the nearest first")
    func ancestors() throws {
        #expect(try ZoneName(customer: "a.b.example.com").ownableAncestors == ["b.example.com", "example.com"])
        #expect(try ZoneName(customer: "example.com").ownableAncestors == [])
        #expect(try ZoneName(operator: ".").ownableAncestors == [])
    }
}
