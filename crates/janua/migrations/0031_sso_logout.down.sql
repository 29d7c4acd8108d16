ALTER TABLE sign_in_flows DROP COLUMN sso_login_id;
DROP INDEX idx_sessions_sso_login_id;
ALTER TABLE sessions DROP COLUMN sso_login_id;
DROP TABLE sso_logins;
