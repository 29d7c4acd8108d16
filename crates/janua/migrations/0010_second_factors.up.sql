-- Secrets of authenticator apps, sealed. One that was not confirmed opens nothing. `last_step` is the latest code that
-- was accepted: no code counts twice.
CREATE TABLE totp_secrets (
    user_id      TEXT        PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed       BYTEA       NOT NULL,
    last_step    BIGINT      NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ
);

-- For the day on which the phone is gone. Only keyed hashes; each counts once.
CREATE TABLE recovery_codes (
    hash       TEXT        PRIMARY KEY,
    user_id    TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX idx_recovery_codes_user_id ON recovery_codes (user_id);

-- Sign-ins that have proved something and still owe a second factor. The epoch is that of the account when it was
-- proved: whatever changes the account ends them.
CREATE TABLE sign_in_flows (
    hash        TEXT        PRIMARY KEY,
    user_id     TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    proven      TEXT        NOT NULL,
    epoch       BIGINT      NOT NULL,
    tries       BIGINT      NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX idx_sign_in_flows_user_id ON sign_in_flows (user_id);
CREATE INDEX idx_sign_in_flows_expires_at ON sign_in_flows (expires_at);

-- How often codes were tried for an account, over all sign-ins, sessions and places: the time at which its allowance
-- is full again (generic cell rate algorithm), in milliseconds since 1970.
CREATE TABLE code_tries (
    user_id    TEXT   PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    full_at_ms BIGINT NOT NULL
);
