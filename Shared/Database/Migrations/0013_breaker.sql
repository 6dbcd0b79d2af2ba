-- What holds publications back that would take very many zones off the responders, or empty them.

-- baseline: live zones, those removed within the window included, as counted at counted_at. Changes whose outbox rows
-- are not after released_entry were let go by an operator.
CREATE TABLE distribution.breaker (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    open_since timestamptz,
    reason text,
    judged_at timestamptz,
    baseline bigint NOT NULL DEFAULT 0,
    counted_at timestamptz,
    released_entry bigint NOT NULL DEFAULT 0,
    released_at timestamptz
);
INSERT INTO distribution.breaker DEFAULT VALUES;

-- Zones that were removed or emptied a short while ago.
CREATE TABLE distribution.withdrawal (
    zone_id bigint PRIMARY KEY,
    removed boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX withdrawal_at ON distribution.withdrawal (at);

-- A held change stays in the outbox, in lane -1, which no publisher serves.
CREATE INDEX outbox_removals ON distribution.outbox (zone_id) WHERE op = 'D';

GRANT SELECT, UPDATE ON distribution.breaker TO zonewright_glue;
GRANT SELECT, INSERT, UPDATE, DELETE ON distribution.withdrawal TO zonewright_glue;
GRANT UPDATE (lane) ON distribution.outbox TO zonewright_glue;
GRANT SELECT ON distribution.breaker TO zonewright_web, zonewright_worker;
