// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

extension DomainCertificate: OwnedRow {
    static var table: PostgresQuery { "app.certificate" }
    static var ownerColumn: PostgresQuery { "domain_id" }
    static var notFoundKind: NotFound.Kind { .certificate }

    static var columns: PostgresQuery {
        """
        id, domain_id, name, names, algorithm, auto_renew, state, failure, csr, leaf, issuers, expires_at, renew_at,
        created_at, updated_at
        """
    }

    init(row: PostgresRow) throws {
        guard let state = State(rawValue: try row.decode("state")) else {
            throw PostgresError(.decoding, message: "column state does not hold a certificate's state")
        }
        self.init(
            id: try row.decode("id"),
            domainID: try row.decode("domain_id"),
            name: try row.decode("name"),
            names: try row.decode("names"),
            algorithm: try row.decode("algorithm"),
            autoRenew: try row.decode("auto_renew"),
            state: state,
            failure: try row.decode("failure"),
            request: try row.decode("csr"),
            leaf: try row.decode("leaf"),
            issuers: try row.decode("issuers"),
            expiresAt: try row.optionalTimestamp("expires_at"),
            renewAt: try row.optionalTimestamp("renew_at"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
