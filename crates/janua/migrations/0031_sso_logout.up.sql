-- Sign-ins at identity providers: who somebody was there, in which session there, so that both sides can end it. sealed is
-- what the provider wants to see again when they sign out.
CREATE TABLE sso_logins (
    id                TEXT        PRIMARY KEY,
    connection_id     TEXT        NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    user_id           TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    subject           TEXT        NOT NULL,
    format            TEXT,
    name_qualifier    TEXT,
    sp_name_qualifier TEXT,
    session_index     TEXT,
    sealed            BYTEA,
    created_at        TIMESTAMPTZ NOT NULL,
    ended_at          TIMESTAMPTZ
);
CREATE INDEX idx_sso_logins_subject ON sso_logins (connection_id, subject);
CREATE INDEX idx_sso_logins_user_id ON sso_logins (user_id);
CREATE INDEX idx_sso_logins_created_at ON sso_logins (created_at);

ALTER TABLE sessions ADD COLUMN sso_login_id TEXT;
CREATE INDEX idx_sessions_sso_login_id ON sessions (sso_login_id) WHERE sso_login_id IS NOT NULL;
ALTER TABLE sign_in_flows ADD COLUMN sso_login_id TEXT;
