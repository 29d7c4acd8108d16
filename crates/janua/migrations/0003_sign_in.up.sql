-- Everything that may be shown once: links of verification and password reset. Only keyed hashes.
CREATE TABLE one_time_secrets (
    hash       TEXT        PRIMARY KEY,
    purpose    TEXT        NOT NULL,
    user_id    TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sent_to    TEXT        NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX idx_one_time_secrets_user_id ON one_time_secrets (user_id, purpose);
CREATE INDEX idx_one_time_secrets_expires_at ON one_time_secrets (expires_at);

-- Failed sign-ins: one row for each account and known device, one for all that is unknown, also for addresses
-- that belong to nobody. The subject is a keyed hash.
CREATE TABLE sign_in_failures (
    subject        TEXT        PRIMARY KEY,
    user_id        TEXT        REFERENCES users (id) ON DELETE CASCADE,
    failures       BIGINT      NOT NULL,
    last_failed_at TIMESTAMPTZ NOT NULL,
    locked_until   TIMESTAMPTZ
);
CREATE INDEX idx_sign_in_failures_user_id ON sign_in_failures (user_id);
CREATE INDEX idx_sign_in_failures_last_failed_at ON sign_in_failures (last_failed_at);
