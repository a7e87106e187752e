-- outside a transaction
-- The doctor, the health page and each minute's figures ask for the last backup. The audit log is never emptied, and without this
-- index they read all of it; only entries about backups are in it, so no payment pays for it.
create index concurrently if not exists audit_log_backups on audit_log (created_at) where action = 'backup.made';
