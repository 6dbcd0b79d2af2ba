-- Answers to requests with an Idempotency-Key, and indexes for listings of large zones.

-- A row is made before the request is worked on, in a transaction of its own. The transaction of the change sets
-- executed and fails when the row has meanwhile been given to another attempt (request_id): so the change of one key
-- happens once, whatever dies when. The answer follows after the commit; it is sealed with the client's own token.
CREATE TABLE app.idempotency_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope bytea NOT NULL CHECK (octet_length(scope) = 32),
    key text NOT NULL,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    request_id uuid NOT NULL,
    executed boolean NOT NULL DEFAULT false,
    status integer,
    answer bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (scope, key)
);
CREATE INDEX idempotency_key_created ON app.idempotency_key (created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.idempotency_key TO zonewright_web;
GRANT SELECT, DELETE ON app.idempotency_key TO zonewright_worker;

-- Sorting by content: an index row has no room for a whole TXT record, and texts with the same beginning are few.
CREATE INDEX record_zone_content ON app.record (zone_id, (left(content, 64)) COLLATE "C");
