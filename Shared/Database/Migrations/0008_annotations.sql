-- Notes and labels of domains and records, for people. Only adds: the release before this one goes on working.

-- labels: an object of texts; NULL, never '{}', where there are none. Neither is told to the responders, and neither is
-- part of a zone's version.
ALTER TABLE app.domain ADD COLUMN note text, ADD COLUMN labels jsonb;
ALTER TABLE app.record ADD COLUMN note text, ADD COLUMN labels jsonb;
-- What comes back with a zone that is restored; that of its records stands in their history.
ALTER TABLE app.deleted_zone ADD COLUMN note text, ADD COLUMN labels jsonb;

CREATE INDEX domain_labels ON app.domain USING gin (labels) WHERE labels IS NOT NULL;
CREATE INDEX record_labels ON app.record USING gin (labels) WHERE labels IS NOT NULL;
-- Finds what a push to another account has to take away, and the labelled records of one zone in their order.
CREATE INDEX record_annotated ON app.record (zone_id, id) WHERE note IS NOT NULL OR labels IS NOT NULL;
