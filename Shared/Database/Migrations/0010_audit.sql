-- The audit is searched by what was changed, by whom, with which token and from where: an index each, in the order of ids,
-- so that the newest entries come first without a sort. Times are found by audit_created, see AuditRepository.
CREATE INDEX audit_subject ON app.audit (account_id, subject, id);
CREATE INDEX audit_actor ON app.audit (account_id, actor, id);
CREATE INDEX audit_token ON app.audit (account_id, token_id, id) WHERE token_id IS NOT NULL;
CREATE INDEX audit_address ON app.audit (account_id, remote_address, id) WHERE remote_address IS NOT NULL;
