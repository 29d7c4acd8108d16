-- Connections of organizations to their identity providers. settings is what was configured, as JSON; sealed the secret
-- that we share with the provider.
CREATE TABLE sso_connections (
    id              TEXT        PRIMARY KEY,
    organization_id TEXT        NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    kind            TEXT        NOT NULL CHECK (kind IN ('saml', 'oidc')),
    name            TEXT        NOT NULL,
    state           TEXT        NOT NULL CHECK (state IN ('draft', 'enabled', 'disabled')),
    enforced        BOOLEAN     NOT NULL,
    settings        TEXT        NOT NULL,
    sealed          BYTEA,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_sso_connections_organization_id ON sso_connections (organization_id, created_at, id);

-- Accounts at identity providers that open an account here: one of each connection for a person, one person for each.
CREATE TABLE sso_accounts (
    id            TEXT        PRIMARY KEY,
    connection_id TEXT        NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    user_id       TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    subject       TEXT        NOT NULL,
    email         TEXT,
    created_at    TIMESTAMPTZ NOT NULL,
    last_used_at  TIMESTAMPTZ,
    UNIQUE (connection_id, subject),
    UNIQUE (connection_id, user_id)
);
CREATE INDEX idx_sso_accounts_user_id ON sso_accounts (user_id, id);

-- People on their way to an identity provider and back, under the hash of what they carry. What was used stays for a
-- while: many ways of one browser that succeed within a minute are a loop.
CREATE TABLE sso_flows (
    state_hash    TEXT        PRIMARY KEY,
    browser_hash  TEXT        NOT NULL,
    connection_id TEXT        NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    purpose       TEXT        NOT NULL CHECK (purpose IN ('sign_in', 'test')),
    redirect_to   TEXT,
    created_at    TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ NOT NULL,
    used_at       TIMESTAMPTZ,
    succeeded     BOOLEAN     NOT NULL
);
CREATE INDEX idx_sso_flows_browser_hash ON sso_flows (browser_hash, created_at);
CREATE INDEX idx_sso_flows_connection_id ON sso_flows (connection_id);
CREATE INDEX idx_sso_flows_expires_at ON sso_flows (expires_at);

--postgres: ALTER TABLE sso_connections ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE sso_connections FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON sso_connections USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
