// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// One RDATA in typed form and its octets, written by hand from the type's RFC.
struct RDataSample: Sendable {
    let rdata: RData
    let octets: [UInt8]

    init(_ rdata: RData, _ octets: String) {
        self.rdata = rdata
        self.octets = hex(octets)
    }
}

/// Samples of every type with a struct, and of one without.
enum RDataSamples {
    private static let host = Name(validated: [1, 0x61, 1, 0x42, 0])
    private static let hostWire = "01 61 01 42 00 "
    private static let sha1 = "2BB183AF5F22588179A53B0A98631FAD1A292118"
    private static let sha256 = "D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A"

    static let all: [RDataSample] =
        hosts + services + texts + locations + keys + denials + [
            RDataSample(.unknown(UnknownRData(type: RRType(rawValue: 65_280), octets: [1, 2])), "0102"),
            RDataSample(.unknown(UnknownRData(type: .minfo, octets: hex("0162 00 00"))), "0162 00 00"),
        ]

    private static let hosts: [RDataSample] = [
        RDataSample(.a(.init(address: 0xC000_0201)), "C0000201"),
        RDataSample(
            .aaaa(.init(address: 0x2001_0DB8_0000_0000_0000_0000_0000_0001)),
            "20010DB8000000000000000000000001"
        ),
        RDataSample(.ns(.init(nsdname: host)), hostWire),
        RDataSample(.cname(.init(cname: host)), hostWire),
        RDataSample(.dname(.init(target: host)), hostWire),
        RDataSample(.ptr(.init(ptrdname: .root)), "00"),
        RDataSample(
            .soa(
                .init(
                    mname: host,
                    rname: .root,
                    serial: 2_026_112_301,
                    refresh: 1,
                    retry: 2,
                    expire: 3,
                    minimum: 0xFFFF_FFFF
                )
            ),
            hostWire + "00 78C4052D 00000001 00000002 00000003 FFFFFFFF"
        ),
        RDataSample(.mx(.init(preference: 10, exchange: host)), "000A" + hostWire),
        RDataSample(.mx(.init(preference: 0, exchange: .root)), "0000 00"),
        RDataSample(.afsdb(.init(subtype: 1, hostname: host)), "0001" + hostWire),
        RDataSample(.kx(.init(preference: 2, exchanger: host)), "0002" + hostWire),
        RDataSample(.rp(.init(mboxDname: host, txtDname: .root)), hostWire + "00"),
        RDataSample(.eui48(.init(address: hex("00005E00532A"))), "00005E00532A"),
        RDataSample(.eui64(.init(address: hex("00005EEF1000002A"))), "00005EEF1000002A"),
    ]

    private static let services: [RDataSample] = [
        RDataSample(.srv(.init(priority: 1, weight: 2, port: 5060, target: host)), "0001 0002 13C4" + hostWire),
        RDataSample(
            .naptr(
                .init(
                    order: 100,
                    preference: 50,
                    flags: Array("s".utf8),
                    services: Array("z3950".utf8),
                    regexp: [],
                    replacement: host
                )
            ),
            "0064 0032 01 73 05 7A33393530 00" + hostWire
        ),
        RDataSample(.uri(.init(priority: 10, weight: 1, target: Array("ftp:a".utf8))), "000A 0001 6674703A61"),
        // RFC 9460 D.1 and D.2.
        RDataSample(.https(.init(priority: 0, target: host, parameters: [])), "0000" + hostWire),
        RDataSample(.svcb(.init(priority: 1, target: .root, parameters: [])), "0001 00"),
        RDataSample(
            .svcb(.init(priority: 16, target: host, parameters: [.init(key: 3, value: [0, 53])])),
            "0010" + hostWire + "0003 0002 0035"
        ),
        RDataSample(
            .svcb(
                .init(
                    priority: 16,
                    target: host,
                    parameters: [
                        .init(key: 0, value: [0, 1, 0, 4]), .init(key: 1, value: hex("026832 0568332D3139")),
                        .init(key: 4, value: [192, 0, 2, 1]),
                    ]
                )
            ),
            "0010" + hostWire + "0000 0004 00010004 0001 0009 026832 0568332D3139 0004 0004 C0000201"
        ),
    ]

    private static let texts: [RDataSample] = [
        RDataSample(.txt(.init(strings: [Array("a b".utf8), []])), "03 612062 00"),
        RDataSample(
            .txt(.init(strings: [[UInt8](repeating: 0x7A, count: 255)])),
            "FF" + String(repeating: "7A", count: 255)
        ),
        RDataSample(.spf(.init(strings: [Array("v=spf1".utf8)])), "06 763D73706631"),
        RDataSample(.hinfo(.init(cpu: Array("RFC8482".utf8), os: [])), "07 52464338343832 00"),
        RDataSample(
            .caa(.init(flags: 128, tag: Array("issue".utf8), value: Array("ca.example; a=b".utf8))),
            "80 05 6973737565 63612E6578616D706C653B20613D62"
        ),
        RDataSample(.caa(.init(flags: 0, tag: Array("issue".utf8), value: [])), "00 05 6973737565"),
    ]

    private static let locations: [RDataSample] = [
        // The example of RFC 1876 4: 42 21 54 N 71 06 18 W -24m 30m.
        RDataSample(
            .loc(
                .init(
                    size: 0x33,
                    horizontalPrecision: 0x16,
                    verticalPrecision: 0x13,
                    latitude: 0x8917_2DD0,
                    longitude: 0x70BE_15F0,
                    altitude: 0x0098_8D20
                )
            ),
            "00 33 16 13 89172DD0 70BE15F0 00988D20"
        ),
        // Examples of RFC 3123 8.
        RDataSample(
            .apl(
                .init(
                    prefixes: [
                        .init(family: 1, prefix: 21, isNegated: false, address: [192, 168, 32]),
                        .init(family: 1, prefix: 28, isNegated: true, address: [192, 168, 38]),
                    ]
                )
            ),
            "0001 15 03 C0A820 0001 1C 83 C0A826"
        ),
        RDataSample(
            .apl(
                .init(
                    prefixes: [
                        .init(family: 1, prefix: 4, isNegated: false, address: [224]),
                        .init(family: 2, prefix: 8, isNegated: false, address: [255]),
                    ]
                )
            ),
            "0001 04 01 E0 0002 08 01 FF"
        ),
        RDataSample(.apl(.init(prefixes: [])), ""),
    ]

    private static let keys: [RDataSample] = [
        // RFC 4034 5.4 and RFC 4509 2.3.
        RDataSample(.ds(.init(keyTag: 60_485, algorithm: 5, digestType: 1, digest: hex(sha1))), "EC45 05 01" + sha1),
        RDataSample(
            .ds(.init(keyTag: 60_485, algorithm: 5, digestType: 2, digest: hex(sha256))),
            "EC45 05 02" + sha256
        ),
        RDataSample(.cds(.init(keyTag: 0, algorithm: 0, digestType: 0, digest: [0])), "0000 00 00 00"),
        RDataSample(
            .dnskey(.init(flags: 257, keyProtocol: 3, algorithm: 13, publicKey: hex("A0A1A2"))),
            "0101 03 0D A0A1A2"
        ),
        RDataSample(.cdnskey(.init(flags: 0, keyProtocol: 3, algorithm: 0, publicKey: [0])), "0000 03 00 00"),
        RDataSample(
            .rrsig(
                .init(
                    typeCovered: .a,
                    algorithm: 5,
                    labelCount: 3,
                    originalTTL: 86_400,
                    expiration: 1_048_354_263,
                    inception: 1_045_762_263,
                    keyTag: 2642,
                    signerName: host,
                    signature: [1, 2, 3]
                )
            ),
            "0001 05 03 00015180 3E7C9DD7 3E5510D7 0A52" + hostWire + "010203"
        ),
        RDataSample(
            .cert(.init(certificateType: 1, keyTag: 2, algorithm: 8, certificate: [9, 9])),
            "0001 0002 08 0909"
        ),
        RDataSample(.sshfp(.init(algorithm: 4, fingerprintType: 2, fingerprint: hex(sha256))), "04 02" + sha256),
        RDataSample(
            .tlsa(.init(usage: 3, selector: 1, matchingType: 1, association: hex(sha256))),
            "03 01 01" + sha256
        ),
        RDataSample(.smimea(.init(usage: 3, selector: 0, matchingType: 0, association: [48, 0])), "03 00 00 3000"),
        RDataSample(.openpgpkey(.init(publicKey: [0x99, 0x01])), "9901"),
    ]

    private static let denials: [RDataSample] = [
        // RFC 4034 4.3.
        RDataSample(
            .nsec(
                .init(
                    nextDomainName: Name(validated: hex("04 686F7374 07 6578616D706C65 03 636F6D 00")),
                    types: [.a, .mx, .rrsig, .nsec, RRType(rawValue: 1234)]
                )
            ),
            "04 686F7374 07 6578616D706C65 03 636F6D 00 0006 400100000003 041B"
                + String(repeating: "00", count: 26) + "20"
        ),
        RDataSample(
            .nsec3(
                .init(
                    hashAlgorithm: 1,
                    flags: 1,
                    iterations: 12,
                    salt: hex("AABBCCDD"),
                    nextHashedOwner: hex(sha1),
                    types: [.a, .rrsig]
                )
            ),
            "01 01 000C 04 AABBCCDD 14" + sha1 + "0006 400000000002"
        ),
        RDataSample(
            .nsec3(
                .init(
                    hashAlgorithm: 1,
                    flags: 0,
                    iterations: 0,
                    salt: [],
                    nextHashedOwner: hex(sha1),
                    types: []
                )
            ),
            "01 00 0000 00 14" + sha1
        ),
        RDataSample(
            .nsec3param(.init(hashAlgorithm: 1, flags: 0, iterations: 12, salt: hex("AABBCCDD"))),
            "01 00 000C 04 AABBCCDD"
        ),
        RDataSample(
            .csync(.init(serial: 66, flags: 3, types: [.a, .ns, .aaaa])),
            "00000042 0003 0004 60000008"
        ),
        RDataSample(
            .zonemd(.init(serial: 1, scheme: 1, hashAlgorithm: 240, digest: [UInt8](repeating: 7, count: 12))),
            "00000001 01 F0" + String(repeating: "07", count: 12)
        ),
    ]
}
