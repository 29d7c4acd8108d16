-- A session row is the truth: tokens and cookies only point at it.
CREATE TABLE sessions (
    id               TEXT        PRIMARY KEY,
    user_id          TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    cookie_hash      TEXT        NOT NULL,
    device_hash      TEXT        NOT NULL,
    amr              TEXT        NOT NULL,
    ip               TEXT        NOT NULL,
    user_agent       TEXT        NOT NULL,
    authenticated_at TIMESTAMPTZ NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    last_activity_at TIMESTAMPTZ NOT NULL,
    expires_at       TIMESTAMPTZ NOT NULL,
    ends_at          TIMESTAMPTZ NOT NULL,
    revoked_at       TIMESTAMPTZ,
    revoked_because  TEXT
);
CREATE INDEX idx_sessions_user_id ON sessions (user_id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

-- Browsers and apps that a user has signed in from.
CREATE TABLE devices (
    user_id      TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash         TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Only keyed hashes; used_at is set by the first use and never again.
CREATE TABLE refresh_tokens (
    hash       TEXT        PRIMARY KEY,
    session_id TEXT        NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX idx_refresh_tokens_session_id ON refresh_tokens (session_id);
CREATE INDEX idx_refresh_tokens_expires_at ON refresh_tokens (expires_at);

-- Signing keys, the private half sealed. At most one is active for each algorithm.
CREATE TABLE signing_keys (
    id         TEXT        PRIMARY KEY,
    algorithm  TEXT        NOT NULL,
    public_der BYTEA       NOT NULL,
    sealed     BYTEA       NOT NULL,
    state      TEXT        NOT NULL CHECK (state IN ('next', 'active', 'retiring')),
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX idx_signing_keys_active ON signing_keys (algorithm) WHERE state = 'active';
