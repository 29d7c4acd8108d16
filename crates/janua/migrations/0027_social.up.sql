-- Accounts at other providers that open an account here: one of each provider for a person, one person for each.
CREATE TABLE social_accounts (
    id           TEXT        PRIMARY KEY,
    user_id      TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider     TEXT        NOT NULL,
    subject      TEXT        NOT NULL,
    email        TEXT,
    name         TEXT,
    created_at   TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    UNIQUE (provider, subject),
    UNIQUE (user_id, provider)
);

-- People on their way to a provider and back, under the hash of the state that they carry. `user_id` and `session_id`
-- are there when somebody who is signed in links an account.
CREATE TABLE social_flows (
    state_hash   TEXT        PRIMARY KEY,
    browser_hash TEXT        NOT NULL,
    provider     TEXT        NOT NULL,
    redirect_to  TEXT,
    user_id      TEXT        REFERENCES users (id) ON DELETE CASCADE,
    session_id   TEXT,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_social_flows_expires_at ON social_flows (expires_at);
CREATE INDEX idx_social_flows_user_id ON social_flows (user_id);
