-- Public keys that people sign in with (WebAuthn). The credential holds the key and what was known of it at
-- registration; counter and backup state are kept beside it because they change with each use.
CREATE TABLE passkeys (
    id              TEXT        PRIMARY KEY,
    user_id         TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id   TEXT        NOT NULL,
    credential      JSONB       NOT NULL,
    counter         BIGINT      NOT NULL,
    name            TEXT        NOT NULL,
    aaguid          TEXT        NOT NULL,
    transports      TEXT        NOT NULL,
    backup_eligible BOOLEAN     NOT NULL,
    backed_up       BOOLEAN     NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    last_used_at    TIMESTAMPTZ,
    flagged_at      TIMESTAMPTZ
);
CREATE UNIQUE INDEX idx_passkeys_credential_id ON passkeys (credential_id);
CREATE INDEX idx_passkeys_user_id ON passkeys (user_id, created_at);

-- Questions that a passkey is to answer once. Bound to a session when a passkey is added, to a person when an address
-- was named, to nobody when the passkey itself is to tell who it belongs to.
CREATE TABLE passkey_challenges (
    hash       TEXT        PRIMARY KEY,
    purpose    TEXT        NOT NULL,
    user_id    TEXT        REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT,
    asked      JSONB       NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX idx_passkey_challenges_user_id ON passkey_challenges (user_id);
CREATE INDEX idx_passkey_challenges_expires_at ON passkey_challenges (expires_at);
