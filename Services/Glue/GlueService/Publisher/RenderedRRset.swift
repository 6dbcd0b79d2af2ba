// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import ZoneStore
import ZoneSync

/// An RRset as it is to be published.
struct RenderedRRset {
    let key: PublishedRRsetKey
    let rrset: RRset
    let digest: Hash256

    init(_ rrset: RRset) {
        key = PublishedRRsetKey(owner: rrset.owner.text, type: Int32(rrset.type.rawValue))
        self.rrset = rrset
        digest = ZoneDigest.rrset(rrset)
    }

    var recordCount: Int32 { Int32(rrset.rdatas.count) }

    /// What is written of it.
    var write: Publication.RRsetWrite {
        Publication.RRsetWrite(key: key, recordCount: recordCount, hash: digest.bytes, body: body)
    }

    private var body: String {
        var text: [UInt8] = []
        for rdata in rrset.rdatas {
            let record = ResourceRecord(owner: rrset.owner, type: rrset.type, ttl: rrset.ttl, rdata: rdata)
            record.appendLine(to: &text)
            text.append(UInt8(ascii: "\n"))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
