-- Ways to an identity provider that end in a link: who began, signed in by which session. The others know neither.
ALTER TABLE sso_flows ADD COLUMN user_id TEXT REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE sso_flows ADD COLUMN session_id TEXT;
CREATE INDEX idx_sso_flows_user_id ON sso_flows (user_id);
