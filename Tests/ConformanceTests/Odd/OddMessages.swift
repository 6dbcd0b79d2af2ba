// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension OddMessage {
    /// All odd messages.
    static let all: [OddMessage] = headers + names + records + questions

    private static let headers: [OddMessage] = [
        OddMessage("eleven octets", Array(message([question()]).prefix(11)), "-"),
        OddMessage("no question", message(0, [0, 0, 0, 0], []), "FORMERR 0/0/0/0"),
        OddMessage(
            "no question, but an OPT record",
            message(0, [0, 0, 0, 1], [opt()]),
            "FORMERR 0/0/0/1",
            [.nsd: "NOERROR 0/0/0/1"],
            "A query without a question is malformed unless it asks for a cookie (RFC 9619 4, RFC 7873 5.4)."
        ),
        OddMessage(
            "two questions",
            message(0, [2, 0, 0, 0], [question(), question(28)]),
            "FORMERR 0/0/0/0",
            [.knot: "-", .bind: "FORMERR 2/0/0/0"],
            "A query with two questions is malformed, and told so without them (RFC 9619 4)."
        ),
        OddMessage(
            "a count of two with one question",
            message(0, [2, 0, 0, 0], [question()]),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What is malformed is told so (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage("a response", message(0x8000, [question()]), "-"),
        OddMessage(
            "IQUERY",
            message(0x0800, [question()]),
            "NOTIMP opcode 1 1/0/0/0",
            [.nsd: "NOTIMP opcode 1 0/0/0/0", .bind: "NOTIMP opcode 1 0/0/0/0"],
            "The question is repeated as far as there is one (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "STATUS",
            message(0x1000, [question()]),
            "NOTIMP opcode 2 1/0/0/0",
            [.nsd: "NOTIMP opcode 2 0/0/0/0", .bind: "NOTIMP opcode 2 0/0/0/0"],
            "The question is repeated as far as there is one (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "opcode 3",
            message(0x1800, [question()]),
            "NOTIMP opcode 3 1/0/0/0",
            [.nsd: "NOTIMP opcode 3 0/0/0/0", .bind: "NOTIMP opcode 3 0/0/0/0"],
            "The question is repeated as far as there is one (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "NOTIFY",
            message(0x2000, [question(6)]),
            "REFUSED opcode 4 1/0/0/0",
            [.nsd: "NXDOMAIN opcode 4 0/0/0/0", .knot: "NOTAUTH opcode 4 1/0/0/0", .bind: "NOTAUTH opcode 4 1/0/0/0"],
            "Nobody is a primary of ours: refused, with the question (RFC 1996 3.10, 3.11 leave it to us)."
        ),
        OddMessage(
            "UPDATE",
            message(0x2800, [question(6)]),
            "REFUSED opcode 5 1/0/0/0",
            [.nsd: "NOTIMP opcode 5 0/0/0/0", .knot: "NOTAUTH opcode 5 1/0/0/0", .bind: "NOTAUTH opcode 5 1/0/0/0"],
            "Zones are changed at their origin only: refused (RFC 2136 3.3, 2.2)."
        ),
        OddMessage("DSO", message(0x3000, [0, 0, 0, 0], []), "NOTIMP opcode 6 0/0/0/0"),
        OddMessage(
            "opcode 15",
            message(0x7800, [question()]),
            "NOTIMP opcode 15 1/0/0/0",
            [.nsd: "NOTIMP opcode 15 0/0/0/0", .bind: "NOTIMP opcode 15 0/0/0/0"],
            "The question is repeated as far as there is one (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "RD",
            message(0x0100, [question()]),
            "NOERROR AA 1/1/1/1",
            [.knot: "NOERROR AA 1/1/0/0"],
            "Name servers in the authority section are optional (RFC 1034 3.7)."
        ),
        OddMessage(
            "AA, TC, RA, Z, AD and CD",
            message(0x06F0, [question()]),
            "NOERROR AA 1/1/1/1",
            [.knot: "NOERROR AA 1/1/0/0", .bind: "NOERROR AA CD 1/1/1/1"],
            "CD is for resolvers and is cleared by an authoritative server (RFC 4035 3.1.6)."
        ),
        OddMessage(
            "code 5",
            message(0x0005, [question()]),
            "NOERROR AA 1/1/1/1",
            [.nsd: "FORMERR 0/0/0/0", .knot: "NOERROR AA 1/1/0/0"],
            "The code of a query means nothing (RFC 1035 4.1.1)."
        ),
    ]

    private static let names: [OddMessage] = [
        OddMessage(
            "a name that ends early",
            message([Array(name.prefix(6))]),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What has a header is answered: FORMERR (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage(
            "a question without its class",
            message([Array(question().dropLast(2))]),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What has a header is answered: FORMERR (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage(
            "a label of type 01",
            message([[0x41, 1], question()]),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What has a header is answered: FORMERR (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage(
            "a label of type 10",
            message([[0x81, 1], question()]),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What has a header is answered: FORMERR (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage(
            "a name that points at itself",
            message([[0xC0, 12, 0, 1, 0, 1]]),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What has a header is answered: FORMERR (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage(
            "a name that points forward",
            message([[0xC0, 18, 0, 1, 0, 1], name]),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What has a header is answered: FORMERR (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage(
            "a name that points at the header",
            message([[0xC0, 0, 0, 1, 0, 1]]),
            "FORMERR 0/0/0/0",
            [.knot: "-", .bind: "REFUSED 1/0/0/0"],
            "A name points at a prior name only (RFC 1035 4.1.4); the first has none before it."
        ),
        OddMessage(
            "a name of 256 octets",
            message(
                [[UInt8]](repeating: [62] + [UInt8](repeating: 0x61, count: 62), count: 4) + [
                    [2, 0x61, 0x61, 0, 0, 1, 0, 1]
                ]
            ),
            "FORMERR 0/0/0/0",
            [.knot: "-"],
            "What has a header is answered: FORMERR (RFC 1035 4.1.1); silence makes resolvers try again."
        ),
        OddMessage(
            "octets behind the message",
            message([question(), [1, 2, 3]]),
            "NOERROR AA 1/1/1/1",
            [.knot: "FORMERR 1/0/0/0"],
            "Octets behind the message are not looked at, as it is whole without them."
        ),
    ]

    private static let records: [OddMessage] = [
        OddMessage(
            "two OPT records",
            message(0, [1, 0, 0, 2], [question(), opt(), opt()]),
            "FORMERR 1/0/0/1",
            [.nsd: "FORMERR 0/0/0/0", .knot: "FORMERR 1/0/0/0", .bind: "FORMERR 1/0/0/0"],
            "The answer to a query with EDNS has EDNS, also with FORMERR (RFC 6891 6.1.1, 7)."
        ),
        OddMessage(
            "an OPT record that is not the root's",
            message(0, [1, 0, 0, 1], [question(), opt(owner: [1, 0x61, 0])]),
            "FORMERR 1/0/0/0",
            [.nsd: "FORMERR 0/0/0/0", .knot: "NOERROR AA 1/1/0/1"],
            "The owner of an OPT record is the root, or the message is malformed (RFC 6891 6.1.2)."
        ),
        OddMessage(
            "an OPT record in the answer section",
            message(0, [1, 1, 0, 0], [question(), opt()]),
            "FORMERR 1/0/0/0",
            [.nsd: "FORMERR 0/0/0/0"],
            "An OPT record is in the additional section (RFC 6891 6.1.1); the question is repeated."
        ),
        OddMessage(
            "EDNS version 1",
            message(0, [1, 0, 0, 1], [question(), opt(version: 1)]),
            "NOERROR 1/0/0/1 code 16"
        ),
        OddMessage(
            "EDNS version 255 with octets that are no options",
            message(0, [1, 0, 0, 1], [question(), opt(version: 255, options: [1])]),
            "NOERROR 1/0/0/1 code 16",
            [.knot: "FORMERR 1/0/0/0", .bind: "FORMERR 1/0/0/0"],
            "A later version may have another form: BADVERS comes first (RFC 6891 6.1.3)."
        ),
        OddMessage(
            "a payload of 0 octets",
            message(0, [1, 0, 0, 1], [question(), opt(payload: 0)]),
            "NOERROR AA 1/1/1/2",
            [.knot: "NOERROR AA 1/1/0/1", .bind: "NOERROR AA 1/1/0/1"],
            "Less than 512 means 512 (RFC 6891 6.2.3), which this answer fits."
        ),
        OddMessage(
            "all EDNS flags but DO",
            message(0, [1, 0, 0, 1], [question(), opt(flags: 0x7F)]),
            "NOERROR AA 1/1/1/2",
            [.knot: "NOERROR AA 1/1/0/1"],
            "Name servers in the authority section are optional (RFC 1034 3.7)."
        ),
        OddMessage(
            "an option that nobody knows",
            message(0, [1, 0, 0, 1], [question(), opt(options: [0xFD, 0xE9, 0, 1, 7])]),
            "NOERROR AA 1/1/1/2",
            [.knot: "NOERROR AA 1/1/0/1"],
            "Name servers in the authority section are optional (RFC 1034 3.7)."
        ),
        OddMessage(
            "an option that ends early",
            message(0, [1, 0, 0, 1], [question(), opt(options: [0xFD, 0xE9, 0, 9, 7])]),
            "FORMERR 1/0/0/1",
            [.nsd: "FORMERR 0/0/0/0", .knot: "FORMERR 1/0/0/0", .bind: "FORMERR 1/0/0/0"],
            "The answer has EDNS and the question as far as they could be read (RFC 6891 7)."
        ),
        OddMessage(
            "an OPT record that ends early",
            message(0, [1, 0, 0, 1], [question(), opt(options: [0xFD], length: 9)]),
            "FORMERR 1/0/0/0",
            [.nsd: "FORMERR 0/0/0/0"],
            "The question is repeated when it could be read (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "a cookie of seven octets",
            message(0, [1, 0, 0, 1], [question(), opt(options: [0, 10, 0, 7] + [UInt8](repeating: 1, count: 7))]),
            "FORMERR 1/0/0/1",
            [.nsd: "NOERROR AA 1/1/1/2", .knot: "NOERROR AA 1/1/0/1"],
            "A cookie of less than eight octets is malformed (RFC 7873 5.2.2)."
        ),
        OddMessage(
            "an answer in the query",
            message(0, [1, 1, 0, 0], [question(), address]),
            "NOERROR AA 1/1/1/1",
            [.nsd: "FORMERR 0/0/0/0", .knot: "NOERROR AA 1/1/0/0"],
            "Records in a query that it has no use for are not looked at."
        ),
        OddMessage(
            "an additional record before the OPT record",
            message(0, [1, 0, 0, 2], [question(), address, opt()]),
            "NOERROR AA 1/1/1/2",
            [.nsd: "FORMERR 0/0/0/0", .knot: "NOERROR AA 1/1/0/1"],
            "An OPT record may be anywhere in the additional section (RFC 6891 6.1.1)."
        ),
        OddMessage(
            "a count of one record that is not there",
            message(0, [1, 0, 0, 1], [question()]),
            "FORMERR 1/0/0/0",
            [.nsd: "FORMERR 0/0/0/0"],
            "The question is repeated when it could be read (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "a TSIG record of an unknown key",
            message(0, [1, 0, 0, 1], [question(), signature]),
            "NOTAUTH 1/0/0/1",
            [.nsd: "NOTAUTH 0/0/0/1"],
            "The question is repeated (RFC 1035 4.1.1, RFC 8945 5.3.2)."
        ),
        OddMessage(
            "a TSIG record before an OPT record",
            message(0, [1, 0, 0, 2], [question(), signature, opt()]),
            "FORMERR 1/0/0/0",
            [.nsd: "FORMERR 0/0/0/0"],
            "TSIG is the last record, or the message is malformed (RFC 8945 5.1); the question is repeated."
        ),
    ]

    private static let questions: [OddMessage] = [
        OddMessage(
            "class ANY",
            message([question(1, 255)]),
            "NOERROR 1/1/0/0",
            [.knot: "NOERROR AA 1/1/0/0", .bind: "FORMERR 1/0/0/0"],
            "Class ANY matches class IN, and the answer is not authoritative (RFC 1035 3.2.5, 6.2)."
        ),
        OddMessage(
            "class NONE",
            message([question(1, 254)]),
            "REFUSED 1/0/0/0",
            [.nsd: "REFUSED 0/0/0/0", .bind: "FORMERR 1/0/0/0"],
            "A class without zones is refused, and the question repeated."
        ),
        OddMessage("class CH", message([question(16, 3)]), "REFUSED 1/0/0/0"),
        OddMessage(
            "class HS",
            message([question(1, 4)]),
            "REFUSED 1/0/0/0",
            [.nsd: "REFUSED 0/0/0/0"],
            "A class without zones is refused, and the question repeated."
        ),
        OddMessage(
            "type 0",
            message([question(0)]),
            "NOERROR AA 1/0/1/0",
            [.knot: "NOTIMP 1/0/0/0"],
            "A type that no name has is one like any other (RFC 3597 2)."
        ),
        OddMessage(
            "type OPT",
            message([question(41)]),
            "FORMERR 1/0/0/0",
            [.nsd: "NOERROR AA 1/0/1/0", .knot: "NOERROR AA 1/0/1/0"],
            "Types of messages are not asked for (RFC 6895 3.1)."
        ),
        OddMessage(
            "type NXNAME",
            message([question(128)]),
            "FORMERR 1/0/0/0",
            [.nsd: "NOERROR AA 1/0/1/0", .knot: "NOERROR AA 1/0/1/0"],
            "NXNAME is not asked for (RFC 9824)."
        ),
        OddMessage(
            "type TKEY",
            message([question(249)]),
            "FORMERR 1/0/0/0",
            [.nsd: "NOERROR AA 1/0/1/0", .knot: "NOERROR AA 1/0/1/0"],
            "Types of messages are not asked for (RFC 6895 3.1)."
        ),
        OddMessage(
            "type TSIG",
            message([question(250)]),
            "FORMERR 1/0/0/0",
            [.nsd: "NOERROR AA 1/0/1/0", .knot: "NOERROR AA 1/0/1/0"],
            "Types of messages are not asked for (RFC 6895 3.1)."
        ),
        OddMessage(
            "type IXFR over UDP",
            message([question(251)]),
            "REFUSED 1/0/0/0",
            [.nsd: "NOTAUTH 1/0/0/0", .knot: "NOTAUTH 1/0/0/0", .bind: "NOTAUTH 1/0/0/0"],
            "Who may not have a zone is refused (RFC 5936 2.2.1)."
        ),
        OddMessage(
            "type AXFR over UDP",
            message([question(252)]),
            "REFUSED 1/0/0/0",
            [.nsd: "NOTIMP 1/0/0/0", .knot: "NOTIMP 1/0/0/0", .bind: "NOTAUTH 1/0/0/0"],
            "Who may not have a zone is refused; AXFR is not for UDP (RFC 5936 4.2)."
        ),
        OddMessage(
            "type MAILB",
            message([question(253)]),
            "NOTIMP 1/0/0/0",
            [.nsd: "NOERROR AA 1/0/1/0", .knot: "NOERROR AA 1/0/1/0"],
            "MAILB asks for obsolete types at once, a kind of query that is not supported: NOTIMP (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "type MAILA",
            message([question(254)]),
            "NOTIMP 1/0/0/0",
            [.nsd: "NOERROR AA 1/0/1/0", .knot: "NOERROR AA 1/0/1/0"],
            "MAILA asks for obsolete types at once, a kind of query that is not supported: NOTIMP (RFC 1035 4.1.1)."
        ),
        OddMessage(
            "type ANY",
            message([question(255)]),
            "NOERROR AA 1/1/0/0",
            [.bind: "NOERROR AA 1/1/1/0"],
            "One RRset is enough for ANY (RFC 8482 4.1)."
        ),
        OddMessage("type 65535", message([name + [255, 255, 0, 1]]), "NOERROR AA 1/0/1/0"),
    ]

    private static func message(_ rest: [[UInt8]]) -> [UInt8] { message(0, [1, 0, 0, 0], rest) }
    private static func message(_ flags: UInt16, _ rest: [[UInt8]]) -> [UInt8] { message(flags, [1, 0, 0, 0], rest) }
}
