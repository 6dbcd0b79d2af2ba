// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// Fills a replica through the line protocol, as a follower does, without a socket:
//
//     bench-fill FOLDER [ZONES [RECORDS]]
//
// A snapshot of ZONES zones (1,000,000) with RECORDS records each (10) is written as lines, chunk by chunk, and read by
// the follower's own session and applier, one after the other on one thread. The time that making the lines takes is not
// counted. Then the replica is opened again, as at a restart; with ZONES = 0 nothing else is done.

import DNSText
import DNSWire
import Foundation
import NIOCore
import ZoneStore
import ZoneSync

/// Processor time of the process, in seconds.
func processorTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// One zone's message in a snapshot.
func message(zone index: Int, records: Int) throws -> String {
    let zone = "z\(index).example."
    var lines = [
        "\(zone) 3600 IN SOA ns1.example.net. hostmaster.\(zone) 1 86400 7200 604800 300",
        "\(zone) 3600 IN NS ns1.example.net.",
        "\(zone) 3600 IN NS ns2.example.net.",
        "\(zone) 300 IN A 192.0.2.\(index % 250)",
        "\(zone) 3600 IN MX 10 mail.\(zone)",
        "\(zone) 3600 IN TXT \"v=spf1 mx -all\"",
        "mail.\(zone) 300 IN A 198.51.100.\(index % 250)",
        "mail.\(zone) 300 IN AAAA 2001:db8::\(String(index % 65_536, radix: 16))",
        "www.\(zone) 300 IN CNAME \(zone)",
    ]
    for host in 0..<max(0, records - lines.count) { lines.append("h\(host).\(zone) 300 IN A 203.0.113.\(host % 250)") }
    var body = BodyAssembler(form: .whole, apex: try Name(text: zone))
    for line in lines { body.append(.line(Array(line.utf8))) }
    try body.finish(added: lines.count, removed: 0)
    let hash = ZoneDigest.zone(body.rrsets)
    let header = "ZONE zone=\(zone) gen=\(index + 1) ver=1 serial=1 hash=\(hash) lines=\(lines.count)"
    return header + "\n" + lines.joined(separator: "\n") + "\n.\n"
}

/// A follower without a socket.
struct Follower {
    private var session: FollowerSession
    private var applier: FollowerApplier
    private var lines = LineBuffer()
    private(set) var parsing = 0.0
    private(set) var applying = 0.0

    init(_ store: ZoneStore) {
        session = FollowerSession(
            FollowerSession.Start(
                node: OriginNode(name: "bench", role: "responder", software: "bench"),
                position: nil,
                zones: 0,
                setHash: .zero
            )
        )
        applier = FollowerApplier(store: store)
    }

    mutating func receive(_ text: ByteBuffer) throws {
        let start = processorTime()
        lines.append(text)
        while let line = lines.next(limit: session.lineLimit) { try session.receive(line) }
        _ = session.takeOutgoing()
        let middle = processorTime()
        parsing += middle - start
        if let batch = session.takeBatch() { try session.finished(applier.apply(batch)) }
        applying += processorTime() - middle
    }
}

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: bench-fill FOLDER [ZONES [RECORDS]]")
    exit(64)
}
let zones = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 1_000_000
let records = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 10
let path = arguments[1]
let total = Double(zones * max(records, 9))

if zones > 0 {
    let store = try ZoneStore(path: path, digest: ZoneDigest.sha256)
    var follower = Follower(store)
    try follower.receive(ByteBuffer(string: "ZSP/1 ready node=o epoch=e head=1 floor=1 caps=diff\n"))
    try follower.receive(ByteBuffer(string: "+OK hello node=bench\n"))
    try follower.receive(ByteBuffer(string: "+OK snapshot epoch=e at=1 zones=\(zones)\n"))
    var chunk = 0
    for first in stride(from: 0, to: zones, by: 1_000) {
        chunk += 1
        var text = ""
        for index in first..<min(zones, first + 1_000) { text += try message(zone: index, records: records) }
        text += "CHUNK \(chunk) after=\(min(zones, first + 1_000))\n"
        try follower.receive(ByteBuffer(string: text))
    }
    try follower.receive(ByteBuffer(string: "END at=1\n"))
    let seconds = follower.parsing + follower.applying
    print("records", Int(total), "zones", try store.count())
    print("parse s", follower.parsing, "apply s", follower.applying, "records/s", Int(total / seconds))
}
let length = try FileManager.default.attributesOfItem(atPath: path + "/data.mdb")[.size] as? Int ?? 0
print("file MB", length >> 20, "octets/record", zones > 0 ? Double(length) / total : 0)

let start = processorTime()
_ = try ZoneStore(path: path, digest: ZoneDigest.sha256)
print("opened again, checked: s", processorTime() - start)
