-- Mails that were promised in the same transaction as what caused them. No link or code stands here: the worker
-- mints it when it writes the mail.
CREATE TABLE outbox (
    id              TEXT        PRIMARY KEY,
    kind            TEXT        NOT NULL,
    recipient       TEXT        NOT NULL,
    user_id         TEXT        REFERENCES users (id) ON DELETE CASCADE,
    facts           JSONB       NOT NULL,
    request_id      TEXT,
    state           TEXT        NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
    attempts        BIGINT      NOT NULL,
    due_at          TIMESTAMPTZ NOT NULL,
    claimed_until   TIMESTAMPTZ,
    provider_answer TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    settled_at      TIMESTAMPTZ
);
CREATE INDEX idx_outbox_due_at ON outbox (due_at) WHERE state = 'queued';
CREATE INDEX idx_outbox_settled_at ON outbox (settled_at);

-- What happened, who did it: one row a fact, written in the transaction of what it records.
CREATE TABLE events (
    id         TEXT        PRIMARY KEY,
    name       TEXT        NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    actor_id   TEXT,
    user_id    TEXT,
    session_id TEXT,
    ip         TEXT,
    user_agent TEXT,
    request_id TEXT,
    outcome    TEXT        NOT NULL,
    reason     TEXT,
    facts      JSONB       NOT NULL
);
CREATE INDEX idx_events_at ON events (at, id);
CREATE INDEX idx_events_user_id ON events (user_id, at);
