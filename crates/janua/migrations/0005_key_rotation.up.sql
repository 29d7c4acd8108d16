-- The life of a signing key. Nullable, because an older binary beside this one writes keys without them.
-- token_seconds is the longest lifetime of a token that the key has signed. A row without a private half (sealed is
-- empty) is a key that the operator's files hold: never next or active here, and kept for as long as it is used.
ALTER TABLE signing_keys ADD COLUMN published_at TIMESTAMPTZ;
ALTER TABLE signing_keys ADD COLUMN activates_at TIMESTAMPTZ;
ALTER TABLE signing_keys ADD COLUMN retires_at TIMESTAMPTZ;
ALTER TABLE signing_keys ADD COLUMN token_seconds BIGINT;
CREATE UNIQUE INDEX idx_signing_keys_next ON signing_keys (algorithm) WHERE state = 'next';
