-- When the metadata of a provider is fetched again; until when what it signs with counts, and at how many days before that
-- people were told.
ALTER TABLE sso_connections ADD COLUMN metadata_check_at TIMESTAMPTZ;
ALTER TABLE sso_connections ADD COLUMN certificates_end_at TIMESTAMPTZ;
ALTER TABLE sso_connections ADD COLUMN told_days_left BIGINT;
CREATE INDEX idx_sso_connections_metadata_check_at ON sso_connections (metadata_check_at);
