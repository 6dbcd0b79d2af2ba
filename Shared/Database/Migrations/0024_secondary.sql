-- How the transfers of secondary zones go. Only adds: the release before this one goes on working.

-- serial: of the version that was taken last; NULL before the first one. refresh, retry, expire: of its SOA record, in
-- seconds. expires_at: when the zone is no longer answered unless a primary is heard before. claim: grows with each worker
-- that takes the zone; a result under an older one is void.
CREATE TABLE distribution.secondary (
    zone_id bigint PRIMARY KEY REFERENCES app.zone ON DELETE CASCADE,
    serial bigint,
    refresh bigint NOT NULL DEFAULT 0,
    retry bigint NOT NULL DEFAULT 0,
    expire bigint NOT NULL DEFAULT 0,
    checked_at timestamptz,
    transferred_at timestamptz,
    expires_at timestamptz,
    expired boolean NOT NULL DEFAULT false,
    failures integer NOT NULL DEFAULT 0,
    failure text CHECK (length(failure) <= 300),
    due_at timestamptz NOT NULL DEFAULT now(),
    claim bigint NOT NULL DEFAULT 0
);
CREATE INDEX secondary_due ON distribution.secondary (due_at);
CREATE INDEX secondary_expiry ON distribution.secondary (expires_at) WHERE NOT expired;

-- Zones that workers have fetched: the web tier puts them in place, as nobody else may change customers' records. wait, retry_wait:
-- seconds until the next look, when it was put in place and when it was refused.
CREATE TABLE distribution.secondary_inbox (
    zone_id bigint PRIMARY KEY REFERENCES app.zone ON DELETE CASCADE,
    claim bigint NOT NULL,
    origin text NOT NULL,
    serial bigint NOT NULL,
    refresh bigint NOT NULL,
    retry bigint NOT NULL,
    expire bigint NOT NULL,
    wait double precision NOT NULL,
    retry_wait double precision NOT NULL,
    zone_file bytea NOT NULL,
    arrived_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX secondary_inbox_arrival ON distribution.secondary_inbox (arrived_at);

GRANT SELECT, INSERT, UPDATE ON distribution.secondary, distribution.secondary_inbox TO zonewright_worker;
GRANT SELECT, UPDATE ON distribution.secondary TO zonewright_web;
GRANT SELECT, UPDATE, DELETE ON distribution.secondary_inbox TO zonewright_web;
GRANT SELECT ON distribution.secondary TO zonewright_glue;
GRANT SELECT (secondary) ON app.zone TO zonewright_worker;
