-- What the prober finds when it asks the responders over real DNS, and how it has zones sent again.

-- cursor: the last zone of the sweep. log_id: changes up to it have been looked at.
CREATE TABLE distribution.probe_state (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    cursor bigint NOT NULL DEFAULT 0,
    log_id bigint NOT NULL DEFAULT 0,
    swept_at timestamptz
);
INSERT INTO distribution.probe_state DEFAULT VALUES;

-- The last run by responder.
CREATE TABLE distribution.probe (
    node text PRIMARY KEY,
    probed_at timestamptz NOT NULL,
    answered_at timestamptz,
    asked bigint NOT NULL,
    unanswered bigint NOT NULL
);

-- Zones that a responder answers otherwise than they are published, although it acknowledged them.
CREATE TABLE distribution.probe_difference (
    node text NOT NULL,
    zone_id bigint NOT NULL,
    zone_name text NOT NULL,
    question text NOT NULL,
    reason text NOT NULL CHECK (length(reason) <= 500),
    since timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    repaired_at timestamptz,
    repairs integer NOT NULL DEFAULT 0,
    PRIMARY KEY (node, zone_id)
);
CREATE INDEX probe_difference_zone ON distribution.probe_difference (zone_id);

-- Puts the published state of a zone into the stream once more, whole. The lock is the publisher's.
CREATE FUNCTION distribution.republish(target bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock((7012202602 << 24) # target);
    WITH logged AS (
        INSERT INTO distribution.log (lane, zone_id, zone_name, op, version, serial, hash, regions)
        SELECT 1, zone_id, name, CASE WHEN live THEN 'P' ELSE 'D' END::"char", version, serial, hash, regions
        FROM distribution.zone WHERE zone_id = target
        RETURNING id, zone_id
    )
    INSERT INTO distribution.regional_log (log_id, region, hash)
    SELECT logged.id, r.region, r.hash
    FROM logged JOIN distribution.regional_zone AS r ON r.zone_id = logged.zone_id;
    RETURN EXISTS (SELECT FROM distribution.zone WHERE zone_id = target);
END
$$;
REVOKE ALL ON FUNCTION distribution.republish(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION distribution.republish(bigint) TO zonewright_worker;

GRANT SELECT ON distribution.zone, distribution.rrset, distribution.regional_rrset, distribution.quarantine
    TO zonewright_worker;
GRANT SELECT, UPDATE ON distribution.probe_state TO zonewright_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON distribution.probe, distribution.probe_difference TO zonewright_worker;
GRANT SELECT ON distribution.probe, distribution.probe_difference TO zonewright_web, zonewright_glue;
