// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a parent zone is to say about a domain's keys: the data of a DS record (RFC 4034 section 5.1), or the key that
/// it is made from where a registry wants that. All parts are texts, as clients send and expect them.
package struct DelegationSigner: Hashable, Sendable {
    package var id: Int64
    package var domainID: Int64
    package var data: DelegationSignerData
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        domainID: Int64,
        data: DelegationSignerData,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.domainID = domainID
        self.data = data
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What delegation signer records can be sorted by.
package enum DelegationSignerSortField: String, SortField {
    case id
    case createdAt = "created_at"
}

extension DelegationSigner: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("domain_id", domainID)
            json.member("algorithm", data.algorithm)
            json.member("digest", data.digest)
            json.member("digest_type", data.digestType)
            json.member("keytag", data.keytag)
            json.member("public_key", data.publicKey)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}
