-- Versions with their authors, and deleted zones. Only adds: the release before this one goes on working.

-- Who made a version, beside the audit: so that versions are listed without a search in the audit. NULL in older rows.
ALTER TABLE app.zone_change
    ADD COLUMN action text,
    ADD COLUMN actor text,
    ADD COLUMN token_id bigint,
    ADD COLUMN remote_address text;

-- Zones that can be restored: their records stand in app.zone_change under the id and this version.
CREATE TABLE app.deleted_zone (
    zone_id bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    name text NOT NULL,
    version bigint NOT NULL,
    deleted_by text NOT NULL,
    deleted_at timestamptz NOT NULL DEFAULT now(),
    restored_at timestamptz
);
CREATE INDEX deleted_zone_account ON app.deleted_zone (account_id, deleted_at);
CREATE INDEX deleted_zone_deleted ON app.deleted_zone (deleted_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON app.deleted_zone TO zonewright_web;
GRANT SELECT, DELETE ON app.deleted_zone TO zonewright_worker;
