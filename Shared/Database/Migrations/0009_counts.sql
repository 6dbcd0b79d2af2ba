-- Reports of counts, and what may be pruned. Only adds; the key of analytics.reporter changes while nothing uses it yet.

-- A responder that restarts hands its last reports on: they come after the first ones of the next process, so each run is
-- remembered by itself. reported_at: when a report of the run last came.
ALTER TABLE analytics.reporter DROP CONSTRAINT reporter_pkey;
ALTER TABLE analytics.reporter ADD PRIMARY KEY (node, run);
CREATE INDEX reporter_reported ON analytics.reporter (reported_at);

-- Queries of a zone count although it was deleted before they were reported.
GRANT SELECT (zone_id, account_id, name) ON app.deleted_zone TO zonewright_glue;

-- The keys by which batches of rows are deleted. None of them is of use to anybody who reads it.
CREATE INDEX rate_window_end ON app.rate_window (ends_at);
GRANT SELECT (subject) ON app.login_failure, app.rate_window TO zonewright_worker;
GRANT SELECT (id) ON app.session TO zonewright_worker;
GRANT SELECT (code_hash) ON app.oauth_code TO zonewright_worker;
