// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@Suite struct MasterFileWriterTests {
    @Test("A zone is written with relative owners and absolute names in the data")
    func writes() throws {
        let origin = try Name(text: "example.")
        var writer = MasterFileWriter(origin: origin, defaultTTL: 3_600)
        writer.append(try ResourceRecord(line: "example. 3600 IN SOA ns1.example. h.example. 1 2 3 4 5"))
        writer.append(try ResourceRecord(line: "www.example. 60 IN CNAME example."))
        writer.append(try ResourceRecord(line: "outside.test. 60 IN A 192.0.2.1"))
        #expect(
            String(decoding: writer.text, as: UTF8.self) == """
                $ORIGIN example.
                $TTL 3600
                @ 3600 IN SOA ns1.example. h.example. 1 2 3 4 5
                www 60 IN CNAME example.
                outside.test. 60 IN A 192.0.2.1

                """
        )
        #expect(writer.take().count > 0)
        #expect(writer.text.isEmpty)
    }

    @Test("200,000 records of all types are written and read back as they were")
    func roundTripsGeneratedRecords() throws {
        let origin = try Name(text: "example.")
        var generator = RandomRecord(seed: 1)
        var reader = MasterFileReader(origin: nil)
        for _ in 0..<200 {
            let records = try (0..<1_000).map { _ in try generator.next(below: origin) }
            var writer = MasterFileWriter(origin: origin)
            for record in records { writer.append(record) }
            reader.feed(writer.text)
            var read: [ResourceRecord] = []
            while let entry = reader.next() { read.append(entry.record) }
            #expect(read == records)
            #expect(read.map(\.owner.wire) == records.map(\.owner.wire))
        }
        #expect(reader.errors.isEmpty)
    }

    @Test("The root zone is written")
    func writesRoot() throws {
        var writer = MasterFileWriter(origin: .root)
        let record = try ResourceRecord(line: ". 60 IN NS a.root-servers.net.")
        writer.append(record)
        let contents = MasterFileContents(text: writer.text, origin: nil)
        #expect(contents.errors.isEmpty)
        #expect(contents.records.map(\.record) == [record])
    }
}
