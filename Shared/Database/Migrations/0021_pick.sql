-- Claims walk the index in its order, whatever the planner believes of the table.

-- The first runnable jobs of a queue that nobody else is just taking, locked. In a queue that was empty when statistics
-- were gathered and is long now, the planner would read and sort all jobs that wait, for each claim.
-- versions: kinds with the versions above 1 that the caller knows, as kind/version; a join would cost the order.
CREATE FUNCTION jobs.pick(wanted text, kinds text[], versions text[], most bigint)
RETURNS TABLE (id bigint, limit_key text) LANGUAGE sql VOLATILE ROWS 100
SET search_path = pg_catalog, pg_temp
SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off AS $$
    SELECT j.id, j.limit_key FROM jobs.job AS j
    WHERE j.state = 'available' AND j.gate <> 1 AND j.queue = wanted AND j.kind = ANY (kinds)
        AND (j.version = 1 OR j.kind || '/' || j.version = ANY (versions))
        AND NOT EXISTS (SELECT FROM jobs.paused_queue AS p WHERE p.queue = wanted)
    ORDER BY j.priority, j.run_at, j.id
    LIMIT most
    FOR UPDATE SKIP LOCKED
$$;
REVOKE ALL ON FUNCTION jobs.pick(text, text[], text[], bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.pick(text, text[], text[], bigint) TO zonewright_worker;
