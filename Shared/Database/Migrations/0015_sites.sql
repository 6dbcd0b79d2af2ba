-- Sites, records that are limited to regions, the roll-out by way of a canary site, and a bound on bulk work. Only adds:
-- the release before this one goes on working, and serves records that are limited to regions everywhere as before.

-- site, region: as the consumer told them. address: where it answers DNS. connected_at: the begin of its connection.
ALTER TABLE distribution.node
    ADD COLUMN site text,
    ADD COLUMN region text,
    ADD COLUMN address text,
    ADD COLUMN connected_at timestamptz;

-- regions: those in which the zone differs from what is published everywhere; NULL for none. In the log: those whose part
-- of the entry is their own.
ALTER TABLE distribution.zone ADD COLUMN regions text[];
ALTER TABLE distribution.log ADD COLUMN regions text[];

-- RRsets of a region that are there in place of, or beside, those of distribution.rrset.
CREATE TABLE distribution.regional_rrset (
    zone_id bigint NOT NULL,
    region text NOT NULL,
    owner text NOT NULL,
    type integer NOT NULL,
    rr_count integer NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    body text NOT NULL,
    PRIMARY KEY (zone_id, region, owner, type)
);

-- A zone as it is in a region where it differs.
CREATE TABLE distribution.regional_zone (
    zone_id bigint NOT NULL,
    region text NOT NULL,
    rr_count bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (zone_id, region)
);

-- What a region gets in place of the row's own hash and difference; pruned with the row.
CREATE TABLE distribution.regional_log (
    log_id bigint NOT NULL,
    region text NOT NULL,
    hash bytea NOT NULL,
    removed integer NOT NULL DEFAULT 0,
    added integer NOT NULL DEFAULT 0,
    diff text,
    PRIMARY KEY (log_id, region)
);
GRANT SELECT, INSERT, UPDATE, DELETE
    ON distribution.regional_rrset, distribution.regional_zone, distribution.regional_log TO zonewright_glue;

-- Records that were limited to regions before regions meant anything are published anew.
INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, lane, request_id)
SELECT z.id, z.name, z.version, 'P', r.names, 1, gen_random_uuid()
FROM (
    SELECT zone_id, array_agg(DISTINCT name) AS names FROM app.record
    WHERE NOT 'global' = ANY (regions) GROUP BY zone_id
) AS r
JOIN app.zone AS z ON z.id = r.zone_id;

-- How far consumers outside of the canary site may follow. position: confirmed at the canary site. released: let go by the
-- operator. Both of this epoch. state: open, or held for a reason since a time.
CREATE TABLE distribution.rollout (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    site text,
    epoch text,
    position bigint NOT NULL DEFAULT 0,
    released bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'held')),
    reason text,
    since timestamptz NOT NULL DEFAULT now()
);
INSERT INTO distribution.rollout DEFAULT VALUES;
GRANT SELECT, UPDATE ON distribution.rollout TO zonewright_glue;
GRANT SELECT ON distribution.rollout TO zonewright_web, zonewright_worker;

-- As sequence_log(integer), but rows of bulk work get positions only while fewer than ahead positions are on their way to
-- the consumers, so that few of them are before what a person waits for. held: some wait for that reason. A consumer
-- that makes no progress holds up nobody while others do.
CREATE FUNCTION distribution.sequence_log(batch integer, ahead bigint, OUT done integer, OUT held boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    base bigint;
    reached bigint;
    bulk bigint;
BEGIN
    held := false;
    done := -1;
    IF NOT pg_try_advisory_xact_lock(7012202601) THEN
        RETURN;
    END IF;
    done := 0;
    PERFORM FROM distribution.log WHERE pos IS NULL LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT head INTO base FROM distribution.stream WHERE id = 1 FOR UPDATE;
    bulk := batch;
    PERFORM FROM distribution.log WHERE pos IS NULL AND lane > 0 LIMIT 1;
    IF FOUND THEN
        SELECT coalesce(
            min(n.acked) FILTER (WHERE n.acked >= base OR n.acked_at > now() - interval '2 seconds'), min(n.acked)
        ) INTO reached
        FROM distribution.node AS n WHERE n.connected AND n.seen_at > now() - interval '1 minute';
        bulk := least(batch, greatest(0, ahead - (base - least(reached, base))));
    END IF;
    WITH next AS (
        SELECT l.id, base + row_number() OVER (ORDER BY l.lane, l.id) AS pos
        FROM (
            (SELECT id, lane FROM distribution.log WHERE pos IS NULL AND lane = 0 ORDER BY id LIMIT batch)
            UNION ALL
            (SELECT id, lane FROM distribution.log WHERE pos IS NULL AND lane > 0 ORDER BY lane, id LIMIT bulk)
        ) AS l
    )
    UPDATE distribution.log AS t SET pos = next.pos FROM next WHERE t.id = next.id;
    GET DIAGNOSTICS done = ROW_COUNT;
    IF done > 0 THEN
        UPDATE distribution.stream SET head = base + done WHERE id = 1;
    END IF;
    IF done < batch AND bulk < batch THEN
        PERFORM FROM distribution.log WHERE pos IS NULL AND lane > 0 LIMIT 1;
        held := FOUND;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION distribution.sequence_log(integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION distribution.sequence_log(integer, bigint) TO zonewright_glue;
