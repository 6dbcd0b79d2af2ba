-- The queue: operating it, limits per key, deadlines, batches, sealed arguments, versions of arguments.

-- version: of the kind's arguments; a worker of an earlier release leaves newer ones alone.
-- secret: sealed arguments (AES-GCM, with the key's identifier); args is empty then.
-- limit_key: what the kind's limits are counted by. gate: 0 has not asked, 1 held back by them, 2 let through, not yet
-- claimed.
-- cancel_requested_at: the worker is to stop the job.
ALTER TABLE jobs.job
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN secret bytea,
    ADD COLUMN deadline timestamptz,
    ADD COLUMN limit_key text,
    ADD COLUMN gate smallint NOT NULL DEFAULT 0 CHECK (gate BETWEEN 0 AND 2),
    ADD COLUMN batch_id bigint,
    ADD COLUMN cancel_requested_at timestamptz;

ALTER TABLE jobs.history
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN secret bytea,
    ADD COLUMN limit_key text,
    ADD COLUMN batch_id bigint,
    ADD COLUMN unique_key text;

-- As before but for what limits hold back.
CREATE INDEX job_ready ON jobs.job (queue, priority, run_at, id) WHERE state = 'available' AND gate <> 1;
DROP INDEX jobs.job_available;
CREATE INDEX job_limited ON jobs.job (kind, limit_key, gate, priority, run_at, id)
    WHERE state = 'available' AND limit_key IS NOT NULL;
CREATE INDEX job_limited_running ON jobs.job (kind, limit_key) WHERE state = 'executing' AND limit_key IS NOT NULL;
CREATE INDEX job_cancelling ON jobs.job (worker_id) WHERE cancel_requested_at IS NOT NULL;

-- Queues that nobody claims from.
CREATE TABLE jobs.paused_queue (
    queue text PRIMARY KEY,
    paused_at timestamptz NOT NULL DEFAULT now()
);

-- One row a kind and key that has a limit. waiting: jobs are held back. ready_at: looking again makes sense from then on.
CREATE TABLE jobs.limiter (
    kind text NOT NULL,
    limit_key text NOT NULL,
    tokens float8 NOT NULL,
    counted_at timestamptz NOT NULL,
    waiting boolean NOT NULL DEFAULT false,
    ready_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, limit_key)
) WITH (fillfactor = 70);
CREATE INDEX limiter_waiting ON jobs.limiter (ready_at) WHERE waiting;
CREATE INDEX limiter_idle ON jobs.limiter (counted_at) WHERE NOT waiting;

-- callback_id: a job that waits for the end of the last one of the batch.
CREATE TABLE jobs.batch (
    id bigint PRIMARY KEY,
    callback_id bigint NOT NULL,
    total bigint NOT NULL,
    completed bigint NOT NULL DEFAULT 0,
    discarded bigint NOT NULL DEFAULT 0,
    cancelled bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
) WITH (fillfactor = 50);
CREATE SEQUENCE jobs.batch_id_seq AS bigint OWNED BY jobs.batch.id;
CREATE INDEX batch_ended ON jobs.batch (ended_at) WHERE ended_at IS NOT NULL;

-- Lets the candidates through that their kinds' limits allow, and holds the others of the same keys back. Claims of a key
-- happen one after the other: its row is locked until the claim is committed. Candidates are locked by the caller.
-- A limit of NULL is none; rates are jobs a second.
CREATE FUNCTION jobs.admit(candidates bigint[], kinds text[], most integer[], rates float8[], bursts float8[])
RETURNS bigint[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry record;
    state record;
    busy bigint;
    room bigint;
    admitted bigint[] := '{}';
BEGIN
    FOR entry IN
        SELECT j.kind, j.limit_key, l.most, l.rate, l.burst,
            array_agg(j.id ORDER BY j.priority, j.run_at, j.id) FILTER (WHERE j.gate = 0) AS asking,
            array_agg(j.id) FILTER (WHERE j.gate = 2) AS passed
        FROM jobs.job AS j
        JOIN unnest(kinds, most, rates, bursts) AS l (kind, most, rate, burst) ON l.kind = j.kind
        WHERE j.id = ANY (candidates)
        GROUP BY j.kind, j.limit_key, l.most, l.rate, l.burst
        ORDER BY j.kind, j.limit_key
    LOOP
        admitted := admitted || coalesce(entry.passed, '{}');
        CONTINUE WHEN entry.asking IS NULL;
        INSERT INTO jobs.limiter AS m (kind, limit_key, tokens, counted_at)
        VALUES (entry.kind, entry.limit_key, coalesce(entry.burst, 0), clock_timestamp())
        ON CONFLICT (kind, limit_key) DO UPDATE
            SET tokens = least(coalesce(entry.burst, 0), m.tokens + coalesce(entry.rate, 0)
                    * greatest(0, extract(epoch FROM clock_timestamp() - m.counted_at)::float8)),
                counted_at = clock_timestamp()
        RETURNING m.tokens, m.waiting INTO state;
        room := cardinality(entry.asking);
        IF state.waiting THEN
            -- Behind those that wait already.
            room := 0;
        END IF;
        IF room > 0 AND entry.most IS NOT NULL THEN
            SELECT (SELECT count(*) FROM jobs.job AS j
                    WHERE j.kind = entry.kind AND j.limit_key = entry.limit_key AND j.state = 'executing')
                + (SELECT count(*) FROM jobs.job AS j
                    WHERE j.kind = entry.kind AND j.limit_key = entry.limit_key AND j.state = 'available' AND j.gate = 2)
            INTO busy;
            room := least(room, greatest(0, entry.most - busy));
        END IF;
        IF entry.rate IS NOT NULL THEN
            room := least(room, floor(state.tokens)::bigint);
            UPDATE jobs.limiter AS m SET tokens = m.tokens - room
            WHERE m.kind = entry.kind AND m.limit_key = entry.limit_key AND room > 0;
        END IF;
        admitted := admitted || entry.asking[1:room];
        CONTINUE WHEN room = cardinality(entry.asking);
        -- The others of the key behind them, too, so that claims need not walk over them one handful after the other.
        UPDATE jobs.job AS j SET gate = 1
        WHERE j.id = ANY (entry.asking[room + 1:]) OR j.id IN (
            SELECT o.id FROM jobs.job AS o
            WHERE o.kind = entry.kind AND o.limit_key = entry.limit_key AND o.state = 'available' AND o.gate = 0
                AND o.id <> ALL (entry.asking)
            ORDER BY o.priority, o.run_at, o.id
            LIMIT 1000
            FOR UPDATE SKIP LOCKED
        );
        UPDATE jobs.limiter AS m SET waiting = true
        WHERE m.kind = entry.kind AND m.limit_key = entry.limit_key AND NOT m.waiting;
    END LOOP;
    RETURN admitted;
END
$$;

-- Lets jobs through that are held back and that their limits allow now; the number of them.
CREATE FUNCTION jobs.readmit(kinds text[], most integer[], rates float8[], bursts float8[])
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry record;
    room bigint;
    moved bigint;
    total bigint := 0;
    left_tokens float8;
BEGIN
    FOR entry IN
        SELECT m.kind, m.limit_key, l.most, l.rate, l.burst,
            least(coalesce(l.burst, 0), m.tokens + coalesce(l.rate, 0)
                * greatest(0, extract(epoch FROM clock_timestamp() - m.counted_at)::float8)) AS tokens
        FROM jobs.limiter AS m
        JOIN unnest(kinds, most, rates, bursts) AS l (kind, most, rate, burst) ON l.kind = m.kind
        WHERE m.waiting AND m.ready_at <= clock_timestamp()
        ORDER BY m.ready_at
        LIMIT 500
        FOR UPDATE OF m SKIP LOCKED
    LOOP
        room := 1000;
        IF entry.most IS NOT NULL THEN
            room := least(room, greatest(0, entry.most
                - (SELECT count(*) FROM jobs.job AS j
                    WHERE j.kind = entry.kind AND j.limit_key = entry.limit_key AND j.state = 'executing')
                - (SELECT count(*) FROM jobs.job AS j
                    WHERE j.kind = entry.kind AND j.limit_key = entry.limit_key AND j.state = 'available'
                        AND j.gate = 2)));
        END IF;
        IF entry.rate IS NOT NULL THEN
            room := least(room, floor(entry.tokens)::bigint);
        END IF;
        UPDATE jobs.job AS j SET gate = 2
        WHERE j.id IN (
            SELECT o.id FROM jobs.job AS o
            WHERE o.kind = entry.kind AND o.limit_key = entry.limit_key AND o.state = 'available' AND o.gate = 1
            ORDER BY o.priority, o.run_at, o.id
            LIMIT room
            FOR UPDATE SKIP LOCKED
        );
        GET DIAGNOSTICS moved = ROW_COUNT;
        total := total + moved;
        left_tokens := CASE WHEN entry.rate IS NULL THEN 0 ELSE entry.tokens - moved END;
        UPDATE jobs.limiter AS m
        SET tokens = left_tokens, counted_at = clock_timestamp(),
            waiting = EXISTS (
                SELECT FROM jobs.job AS j
                WHERE j.kind = entry.kind AND j.limit_key = entry.limit_key AND j.state = 'available' AND j.gate = 1
            ),
            ready_at = clock_timestamp() + CASE
                WHEN entry.rate > 0 AND left_tokens < 1 THEN (1 - left_tokens) / entry.rate * interval '1 second'
                ELSE interval '0'
            END
        WHERE m.kind = entry.kind AND m.limit_key = entry.limit_key;
    END LOOP;
    RETURN total;
END
$$;

-- Counts the ended jobs of batches, whoever ended them, and sets the callback free with the last one.
CREATE FUNCTION jobs.count_batch() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry record;
    batch record;
BEGIN
    -- In order, so that two that end jobs of the same batches do not wait for each other.
    FOR entry IN
        SELECT e.batch_id, count(*) FILTER (WHERE e.state = 'completed') AS completed,
            count(*) FILTER (WHERE e.state = 'discarded') AS discarded,
            count(*) FILTER (WHERE e.state = 'cancelled') AS cancelled
        FROM ended AS e WHERE e.batch_id IS NOT NULL
        GROUP BY e.batch_id ORDER BY e.batch_id
    LOOP
        UPDATE jobs.batch AS b
        SET completed = b.completed + entry.completed, discarded = b.discarded + entry.discarded,
            cancelled = b.cancelled + entry.cancelled,
            ended_at = CASE
                WHEN b.completed + b.discarded + b.cancelled + entry.completed + entry.discarded + entry.cancelled
                    >= b.total THEN now()
            END
        WHERE b.id = entry.batch_id AND b.ended_at IS NULL
        RETURNING b.id, b.callback_id, b.completed, b.discarded, b.cancelled, b.ended_at INTO batch;
        IF FOUND AND batch.ended_at IS NOT NULL THEN
            UPDATE jobs.job AS j
            SET state = 'available', run_at = now(), args = j.args || jsonb_build_object('batch', jsonb_build_object(
                'id', batch.id, 'completed', batch.completed, 'discarded', batch.discarded, 'cancelled', batch.cancelled))
            WHERE j.id = batch.callback_id AND j.state = 'scheduled';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER history_batch AFTER INSERT ON jobs.history
    REFERENCING NEW TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION jobs.count_batch();

REVOKE ALL ON FUNCTION jobs.admit(bigint[], text[], integer[], float8[], float8[]),
    jobs.readmit(text[], integer[], float8[], float8[]), jobs.count_batch() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.admit(bigint[], text[], integer[], float8[], float8[]),
    jobs.readmit(text[], integer[], float8[], float8[]), jobs.count_batch() TO zonewright_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.limiter, jobs.batch TO zonewright_worker;
GRANT SELECT ON jobs.paused_queue TO zonewright_worker;
GRANT USAGE ON SEQUENCE jobs.batch_id_seq, jobs.job_id_seq TO zonewright_worker, zonewright_web;
-- A batch is made in the transaction of a change, too; its jobs are not read back.
GRANT INSERT ON jobs.batch TO zonewright_web;
