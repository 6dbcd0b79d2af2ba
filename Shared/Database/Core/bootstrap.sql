-- SPDX-License-Identifier: Apache-2.0
-- SPDX-FileCopyrightText: Zonewright authors
--
-- The roles of Zonewright, their rights to each other and their time limits. Run once a cluster by a superuser, before
-- the first migration; running it again changes nothing but the limits:
--
--     psql -d postgres -f bootstrap.sql
--     psql -d postgres -c 'CREATE DATABASE zonewright OWNER zonewright_owner'
--     zonewright migrate
--
-- No passwords are set here: use `\password zonewright_web` and the like (SCRAM), client certificates or peer maps.
--
--   zonewright_owner     owns every object; cannot log in; migrations run as it
--   zonewright_operator  a person or the zonewright command: may become the owner
--   zonewright_web, zonewright_glue, zonewright_worker  the services; rights are granted by the migrations

DO $$
DECLARE
    role text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'zonewright_owner') THEN
        CREATE ROLE zonewright_owner NOLOGIN;
    END IF;
    FOREACH role IN ARRAY ARRAY['zonewright_operator', 'zonewright_web', 'zonewright_glue', 'zonewright_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', role);
        END IF;
        EXECUTE format('ALTER ROLE %I SET search_path = pg_catalog', role);
    END LOOP;
    GRANT zonewright_owner TO zonewright_operator;
END
$$;

-- A service that hangs must not hold locks for long, and no statement of a customer's request may outlive the request.
ALTER ROLE zonewright_web SET statement_timeout = '15s';
ALTER ROLE zonewright_web SET lock_timeout = '5s';
ALTER ROLE zonewright_web SET idle_in_transaction_session_timeout = '15s';

-- Publishing a zone of a million records is one transaction.
ALTER ROLE zonewright_glue SET statement_timeout = '5min';
ALTER ROLE zonewright_glue SET lock_timeout = '10s';
ALTER ROLE zonewright_glue SET idle_in_transaction_session_timeout = '2min';

ALTER ROLE zonewright_worker SET statement_timeout = '60s';
ALTER ROLE zonewright_worker SET lock_timeout = '10s';
ALTER ROLE zonewright_worker SET idle_in_transaction_session_timeout = '60s';

ALTER ROLE zonewright_operator SET lock_timeout = '30s';
ALTER ROLE zonewright_operator SET idle_in_transaction_session_timeout = '10min';
