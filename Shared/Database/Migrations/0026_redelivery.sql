-- Deliveries of webhooks once more, when their owners ask. Only adds.

-- Puts the event of a delivery into its queue again, with the same identifier and body. The web tier may not read arguments of
-- jobs: this is all that it can have done with them. Answers 'unknown' when the webhook has no such delivery, 'forgotten' when
-- the event is not kept any more, 'waiting' when it is on its way already, and 'queued'.
CREATE FUNCTION jobs.redeliver(delivery bigint, webhook bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    original bigint;
    found_count bigint;
BEGIN
    SELECT d.job_id INTO original FROM jobs.webhook_delivery AS d WHERE d.id = delivery AND d.webhook_id = webhook;
    IF original IS NULL THEN RETURN 'unknown'; END IF;
    IF EXISTS (SELECT FROM jobs.job AS j WHERE j.id = original) THEN RETURN 'waiting'; END IF;
    IF NOT EXISTS (SELECT FROM jobs.history AS h WHERE h.id = original AND h.kind = 'webhook.deliver') THEN
        RETURN 'forgotten';
    END IF;
    INSERT INTO jobs.job (queue, kind, args, unique_key, state, priority, run_at, max_attempts, version, limit_key)
    SELECT h.queue, h.kind, h.args, 'redelivery-' || original, 'available', h.priority, now(), h.max_attempts, h.version,
        h.limit_key
    FROM jobs.history AS h WHERE h.id = original
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS found_count = ROW_COUNT;
    RETURN CASE WHEN found_count > 0 THEN 'queued' ELSE 'waiting' END;
END
$$;
REVOKE EXECUTE ON FUNCTION jobs.redeliver(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.redeliver(bigint, bigint) TO zonewright_web;
