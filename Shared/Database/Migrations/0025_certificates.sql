-- Certificates of hosted domains, by ACME (RFC 8555). Only adds: the release before this one goes on working.

-- The platform's accounts at certificate authorities, by the URL of the directory. sealed_key: the account's key. url: the
-- account's own, once the authority has said it.
CREATE TABLE app.acme_account (
    directory text PRIMARY KEY,
    sealed_key bytea NOT NULL,
    url text,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- name: as asked for, relative to the domain. names: all names, the common name first. sealed_key: the certificate's key,
-- made before anything is ordered. order_url: of the order that is under way. requests: how often it was asked for. claim: grows with each worker that takes it;
-- what is saved under an older one is void. replaces: the RFC 9773 identifier of the certificate that it takes the place of.
CREATE TABLE app.certificate (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id bigint NOT NULL REFERENCES app.domain ON DELETE CASCADE,
    name text NOT NULL,
    names text[] NOT NULL CHECK (cardinality(names) > 0),
    algorithm text NOT NULL CHECK (algorithm IN ('ECDSA', 'RSA')),
    auto_renew boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'requesting', 'issued', 'failed')),
    failure text CHECK (length(failure) <= 300),
    csr text,
    sealed_key bytea,
    order_url text,
    replaces text,
    leaf text,
    issuers text[] NOT NULL DEFAULT '{}',
    renewal_identifier text,
    expires_at timestamptz,
    renew_at timestamptz,
    requests bigint NOT NULL DEFAULT 0,
    claim bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (state <> 'issued' OR leaf IS NOT NULL)
);
CREATE INDEX certificate_domain ON app.certificate (domain_id, id);
CREATE INDEX certificate_requesting ON app.certificate (updated_at) WHERE state = 'requesting';
CREATE INDEX certificate_due ON app.certificate (renew_at) WHERE auto_renew AND state = 'issued';

-- is_automatic: made by the schedule, not by a customer.
CREATE TABLE app.certificate_renewal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    old_certificate_id bigint NOT NULL REFERENCES app.certificate ON DELETE CASCADE,
    new_certificate_id bigint NOT NULL UNIQUE REFERENCES app.certificate ON DELETE CASCADE,
    is_automatic boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX certificate_renewal_old ON app.certificate_renewal (old_certificate_id);

-- TXT records that prove control of names: published beside the customer's records. name: relative to the zone.
CREATE TABLE distribution.acme_challenge (
    certificate_id bigint NOT NULL REFERENCES app.certificate ON DELETE CASCADE,
    zone_id bigint NOT NULL REFERENCES app.zone ON DELETE CASCADE,
    name text NOT NULL,
    value text NOT NULL CHECK (value ~ '^[A-Za-z0-9_-]{43}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, name, value, certificate_id)
);
CREATE INDEX acme_challenge_certificate ON distribution.acme_challenge (certificate_id);

GRANT SELECT, INSERT, UPDATE ON app.certificate, app.certificate_renewal TO zonewright_web;
GRANT SELECT (directory) ON app.acme_account TO zonewright_web;
GRANT SELECT, INSERT, UPDATE ON app.acme_account TO zonewright_worker;
GRANT SELECT, INSERT, UPDATE ON app.certificate, app.certificate_renewal TO zonewright_worker;
GRANT SELECT, INSERT, DELETE ON distribution.acme_challenge TO zonewright_worker;
GRANT SELECT ON distribution.acme_challenge TO zonewright_glue;
GRANT SELECT ON app.domain, distribution.outbox TO zonewright_worker;
GRANT SELECT (presigned_at) ON app.zone TO zonewright_worker;
GRANT INSERT ON app.audit TO zonewright_worker;
