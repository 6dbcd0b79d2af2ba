-- Targets of ALIAS records. Only adds: the release before this one goes on working.

-- One row a target, whoever uses it. The publisher makes it with the first publication that needs it, and reads it FOR SHARE;
-- the worker changes it in the transaction that writes the outbox rows of the zones that use it. Only changes of what is
-- published touch it. name: lower case, as records have it. a, aaaa: sorted addresses.
CREATE TABLE distribution.alias_target (
    name text PRIMARY KEY,
    a text[] NOT NULL DEFAULT '{}',
    aaaa text[] NOT NULL DEFAULT '{}',
    ttl integer NOT NULL DEFAULT 0,
    changed_at timestamptz
);

-- How the resolving of a target goes. claim: grows with each worker that takes it; a result under an older one is void.
-- zone_id, zone_version: the zone of our own that the addresses come from, and its publication that was read.
CREATE TABLE distribution.alias_refresh (
    name text PRIMARY KEY REFERENCES distribution.alias_target ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'resolved', 'failing', 'empty', 'loop')),
    reason text CHECK (length(reason) <= 300),
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    empty_since timestamptz,
    tried_at timestamptz,
    resolved_at timestamptz,
    due_at timestamptz NOT NULL DEFAULT now(),
    claim bigint NOT NULL DEFAULT 0,
    zone_id bigint,
    zone_version bigint,
    lower_ttl integer NOT NULL DEFAULT 0,
    lower_count integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX alias_refresh_due ON distribution.alias_refresh (due_at);
CREATE INDEX alias_refresh_zone ON distribution.alias_refresh (zone_id) WHERE zone_id IS NOT NULL;

-- The operator's switch: while it is paused no target is resolved, and what is published of ALIAS records stays.
CREATE TABLE distribution.alias_control (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    paused boolean NOT NULL DEFAULT false,
    since timestamptz NOT NULL DEFAULT now()
);
INSERT INTO distribution.alias_control DEFAULT VALUES;

-- Who uses a target.
CREATE INDEX record_alias ON app.record (lower(content)) WHERE type = 'ALIAS';

-- A name and all names above it, the root left out. Names with escaped dots have some more that mean nothing.
CREATE FUNCTION distribution.name_and_above(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(array_to_string(labels[place:], '.'))
    FROM string_to_array(name, '.') AS labels, generate_subscripts(labels, 1) AS place
$$;

GRANT SELECT, INSERT, UPDATE ON distribution.alias_target TO zonewright_glue;
GRANT SELECT, INSERT ON distribution.alias_refresh TO zonewright_glue;
GRANT SELECT, UPDATE, DELETE ON distribution.alias_target, distribution.alias_refresh TO zonewright_worker;
GRANT SELECT ON distribution.alias_control TO zonewright_worker;
GRANT SELECT ON distribution.alias_target, distribution.alias_refresh, distribution.alias_control TO zonewright_web;
GRANT SELECT (id, name, account_id, active, version) ON app.zone TO zonewright_worker;
GRANT SELECT (zone_id, name, type, content) ON app.record TO zonewright_worker;
GRANT INSERT ON distribution.outbox TO zonewright_worker;

-- ALIAS records that were there before are published now.
INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, lane, request_id)
SELECT z.id, z.name, z.version, 'P', r.names, 1, gen_random_uuid()
FROM (SELECT zone_id, array_agg(DISTINCT name) AS names FROM app.record WHERE type = 'ALIAS' GROUP BY zone_id) AS r
JOIN app.zone AS z ON z.id = r.zone_id WHERE z.active;
