-- Links with which whoever runs an identity provider fills in a connection: one for each connection. The secret of the link
-- is used up by the browser that begins, which holds the other one from then on.
CREATE TABLE sso_setups (
    connection_id TEXT        PRIMARY KEY REFERENCES sso_connections (id) ON DELETE CASCADE,
    user_id       TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    secret_hash   TEXT        NOT NULL UNIQUE,
    browser_hash  TEXT        UNIQUE,
    created_at    TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_sso_setups_user_id ON sso_setups (user_id);
CREATE INDEX idx_sso_setups_expires_at ON sso_setups (expires_at);
