-- Keys for programs. One belongs to a person and acts for them, or to an organization and outlives who made it.
CREATE TABLE api_keys (
    id              TEXT        PRIMARY KEY,
    user_id         TEXT        REFERENCES users (id) ON DELETE CASCADE,
    organization_id TEXT        REFERENCES organizations (id) ON DELETE CASCADE,
    created_by      TEXT,
    name            TEXT        NOT NULL,
    hint            TEXT        NOT NULL,
    scopes          TEXT        NOT NULL,
    per_minute      BIGINT,
    created_at      TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ,
    revoked_at      TIMESTAMPTZ,
    last_used_at    TIMESTAMPTZ,
    last_used_ip    TEXT,
    CHECK ((user_id IS NULL) <> (organization_id IS NULL))
);
CREATE INDEX idx_api_keys_user_id ON api_keys (user_id);
CREATE INDEX idx_api_keys_organization_id ON api_keys (organization_id);
CREATE INDEX idx_api_keys_revoked_at ON api_keys (revoked_at);

-- What is shown for a key: only keyed hashes. Two of them while it is being replaced.
CREATE TABLE api_key_secrets (
    hash       TEXT        PRIMARY KEY,
    key_id     TEXT        NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ
);
CREATE INDEX idx_api_key_secrets_key_id ON api_key_secrets (key_id);

-- Keys of people are shown to their owner by the WHERE of each statement; those of organizations have the second wall.
--postgres: ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON api_keys USING (organization_id IS NULL OR organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
