-- Zones that a consumer of the stream refused (NAK): it goes on serving what it had of them. zone_id and version: the first
-- state that it refused. position: the newest one; an entry of the zone after it that the consumer acknowledges ends it.
CREATE TABLE distribution.quarantine (
    node text NOT NULL,
    zone_name text NOT NULL,
    zone_id bigint NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    code integer NOT NULL,
    reason text NOT NULL CHECK (length(reason) <= 200),
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node, zone_name)
);
CREATE INDEX quarantine_zone ON distribution.quarantine (zone_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON distribution.quarantine TO zonewright_glue;
GRANT SELECT ON distribution.quarantine TO zonewright_web, zonewright_worker;
