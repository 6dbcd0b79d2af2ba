-- Challenge records that clients of ACME left behind are removed where the customer asked for it. Only adds.

-- hours: the age from which on TXT records at _acme-challenge names go.
CREATE TABLE app.challenge_expiry (
    zone_id bigint PRIMARY KEY REFERENCES app.zone ON DELETE CASCADE,
    hours bigint NOT NULL CHECK (hours BETWEEN 1 AND 8760)
);
CREATE INDEX record_challenge ON app.record (zone_id)
    WHERE type = 'TXT' AND (name = '_acme-challenge' OR starts_with(name, '_acme-challenge.'));

GRANT SELECT, INSERT, UPDATE, DELETE ON app.challenge_expiry TO zonewright_web;
