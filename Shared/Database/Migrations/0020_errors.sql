-- Unexpected errors of the services, grouped. Nothing in here belongs to a customer: texts are redacted before.

CREATE TABLE operations.error_group (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint bytea NOT NULL UNIQUE CHECK (octet_length(fingerprint) = 32),
    service text NOT NULL,
    title text NOT NULL,
    reason text NOT NULL,
    location text NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved', 'ignored')),
    count bigint NOT NULL,
    first_release text NOT NULL,
    last_release text NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    resolved_at timestamptz,
    -- Times that it came back after it was resolved.
    regressions integer NOT NULL DEFAULT 0
);
CREATE INDEX error_group_seen ON operations.error_group (last_seen);

-- The latest occurrences of each group.
CREATE TABLE operations.error_occurrence (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id bigint NOT NULL REFERENCES operations.error_group ON DELETE CASCADE,
    at timestamptz NOT NULL,
    release text NOT NULL,
    location text NOT NULL,
    request_id uuid,
    account_id bigint,
    tags jsonb NOT NULL
);
CREATE INDEX error_occurrence_group ON operations.error_occurrence (group_id, id);

GRANT SELECT, INSERT, UPDATE ON operations.error_group TO zonewright_web, zonewright_glue, zonewright_worker;
GRANT SELECT, INSERT, DELETE ON operations.error_occurrence TO zonewright_web, zonewright_glue, zonewright_worker;
GRANT DELETE ON operations.error_group TO zonewright_worker;
