-- What the parents of zones say about them, as workers found it. Only adds.

-- state: see DelegationState. parent: the name servers that the parent names, expected: those that the zone itself names,
-- both in canonical order. due_at: a worker looks again from then on; it is put off while one looks.
CREATE TABLE distribution.delegation_check (
    zone_id bigint PRIMARY KEY REFERENCES app.zone ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'pending' CHECK (
        state IN ('pending', 'delegated', 'partial', 'elsewhere', 'undelegated', 'unregistered', 'unknown')
    ),
    parent text[] NOT NULL DEFAULT '{}',
    expected text[] NOT NULL DEFAULT '{}',
    lame text[] NOT NULL DEFAULT '{}',
    ds_without_key boolean NOT NULL DEFAULT false,
    reason text CHECK (length(reason) <= 300),
    checked_at timestamptz,
    changed_at timestamptz,
    due_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
CREATE INDEX delegation_check_due ON distribution.delegation_check (due_at);

GRANT SELECT, INSERT, UPDATE ON distribution.delegation_check TO zonewright_worker;
GRANT SELECT, INSERT ON distribution.delegation_check TO zonewright_web;
GRANT UPDATE (due_at) ON distribution.delegation_check TO zonewright_web;
