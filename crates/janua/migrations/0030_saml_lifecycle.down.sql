DROP INDEX idx_sso_connections_metadata_check_at;
ALTER TABLE sso_connections DROP COLUMN told_days_left;
ALTER TABLE sso_connections DROP COLUMN certificates_end_at;
ALTER TABLE sso_connections DROP COLUMN metadata_check_at;
