-- Zones that were signed elsewhere and are served as they stand. Only adds: the release before this one goes on working.

-- presigned_at: since when the zone is served as it was signed elsewhere; NULL for a zone whose records are edited here.
-- signatures_expire_at: when the first RRset of such a zone loses its last valid signature.
ALTER TABLE app.zone
    ADD COLUMN presigned_at timestamptz,
    ADD COLUMN signatures_expire_at timestamptz;
CREATE INDEX zone_presigned ON app.zone (signatures_expire_at) WHERE presigned_at IS NOT NULL;

-- Finds what waits for its position in the bulk lane: a later publication of the same zone must not overtake it.
CREATE INDEX log_unsequenced_bulk ON distribution.log (zone_id) WHERE pos IS NULL AND lane > 0;
