DROP INDEX idx_sso_flows_user_id;
ALTER TABLE sso_flows DROP COLUMN session_id;
ALTER TABLE sso_flows DROP COLUMN user_id;
