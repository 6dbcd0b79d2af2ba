-- Feature flags and kill switches: read by every service, changed by the operator's command.

CREATE SCHEMA operations;
GRANT USAGE ON SCHEMA operations TO zonewright_web, zonewright_glue, zonewright_worker;

-- target: '*', 'account:7', 'user:12' or 'token:5'. share: percent of the accounts that have it; 0 or 100 for one of them.
CREATE TABLE operations.flag (
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    target text NOT NULL CHECK (target ~ '^([*]|(account|user|token):[1-9][0-9]*)$'),
    share smallint NOT NULL CHECK (share BETWEEN 0 AND 100 AND (target = '*' OR share IN (0, 100))),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, target)
);

-- Services look at this row once a second, and at the rules only when it is another one than before.
CREATE TABLE operations.flag_version (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    version bigint NOT NULL DEFAULT 0
);
INSERT INTO operations.flag_version DEFAULT VALUES;

-- Also for changes made by hand.
CREATE FUNCTION operations.flag_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE operations.flag_version SET version = version + 1 WHERE id = 1;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION operations.flag_changed() FROM PUBLIC;
CREATE TRIGGER flag_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON operations.flag
    FOR EACH STATEMENT EXECUTE FUNCTION operations.flag_changed();

GRANT SELECT ON operations.flag, operations.flag_version TO zonewright_web, zonewright_glue, zonewright_worker;
