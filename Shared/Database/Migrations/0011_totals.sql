-- How many domains and zones an account has: counting 100,000 rows for every page of a list costs more than the page.
-- In parts, by session, so that sessions seldom wait for each other; the sum is exact in every snapshot. A part alone
-- may be negative. Reverse zones are domains nobody lists.
CREATE TABLE app.account_total (
    account_id bigint NOT NULL,
    part integer NOT NULL,
    domains bigint NOT NULL,
    zones bigint NOT NULL,
    PRIMARY KEY (account_id, part)
) WITH (fillfactor = 50);

-- What others add or remove from here on waits until the triggers count it.
LOCK TABLE app.domain, app.zone IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO app.account_total (account_id, part, domains, zones)
SELECT a.id, 0,
       (SELECT count(*) FROM app.domain AS d
        WHERE d.account_id = a.id AND d.name NOT LIKE '%.in-addr.arpa' AND d.name NOT LIKE '%.ip6.arpa'),
       (SELECT count(*) FROM app.zone AS z WHERE z.account_id = a.id)
FROM app.account AS a;

GRANT SELECT ON app.account_total TO zonewright_web;

CREATE FUNCTION app.count_domains() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO app.account_total AS t (account_id, part, domains, zones)
    SELECT c.account_id, pg_backend_pid() % 16, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END, 0
    FROM changed AS c
    WHERE c.name NOT LIKE '%.in-addr.arpa' AND c.name NOT LIKE '%.ip6.arpa'
    GROUP BY c.account_id ORDER BY c.account_id
    ON CONFLICT (account_id, part) DO UPDATE SET domains = t.domains + excluded.domains;
    RETURN NULL;
END
$$;

CREATE FUNCTION app.count_zones() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO app.account_total AS t (account_id, part, domains, zones)
    SELECT c.account_id, pg_backend_pid() % 16, 0, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
    FROM changed AS c
    GROUP BY c.account_id ORDER BY c.account_id
    ON CONFLICT (account_id, part) DO UPDATE SET zones = t.zones + excluded.zones;
    RETURN NULL;
END
$$;

-- A row that goes to another account; the trigger's argument says whether it is a domain or a zone.
CREATE FUNCTION app.count_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO app.account_total AS t (account_id, part, domains, zones)
    SELECT m.account_id, pg_backend_pid() % 16,
           CASE WHEN TG_ARGV[0] = 'domain' AND NEW.name NOT LIKE '%.in-addr.arpa' AND NEW.name NOT LIKE '%.ip6.arpa'
                THEN m.change ELSE 0 END,
           CASE TG_ARGV[0] WHEN 'zone' THEN m.change ELSE 0 END
    FROM (VALUES (OLD.account_id, -1), (NEW.account_id, 1)) AS m (account_id, change)
    ORDER BY m.account_id
    ON CONFLICT (account_id, part) DO UPDATE SET domains = t.domains + excluded.domains, zones = t.zones + excluded.zones;
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION app.count_domains(), app.count_zones(), app.count_move() FROM PUBLIC;

CREATE TRIGGER domain_added AFTER INSERT ON app.domain
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.count_domains();
CREATE TRIGGER domain_removed AFTER DELETE ON app.domain
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.count_domains();
CREATE TRIGGER domain_moved AFTER UPDATE OF account_id ON app.domain
    FOR EACH ROW WHEN (OLD.account_id <> NEW.account_id) EXECUTE FUNCTION app.count_move('domain');
CREATE TRIGGER zone_added AFTER INSERT ON app.zone
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.count_zones();
CREATE TRIGGER zone_removed AFTER DELETE ON app.zone
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.count_zones();
CREATE TRIGGER zone_moved AFTER UPDATE OF account_id ON app.zone
    FOR EACH ROW WHEN (OLD.account_id <> NEW.account_id) EXECUTE FUNCTION app.count_move('zone');

-- The id of a record that is made alone is drawn with the zone's lock, so that all its rows go in one round trip.
GRANT USAGE ON SEQUENCE app.record_id_seq TO zonewright_web;
