-- Requests that were refused and why, for whoever has to explain one: bounded in days and rows. Nothing here is a secret.
-- `subject` is a keyed hash of an address that was tried and that nobody has.
CREATE TABLE refusals (
    id         TEXT        PRIMARY KEY,
    at         TIMESTAMPTZ NOT NULL,
    request_id TEXT        NOT NULL,
    method     TEXT        NOT NULL,
    route      TEXT        NOT NULL,
    code       TEXT        NOT NULL,
    status     BIGINT      NOT NULL,
    truth      TEXT,
    inputs     JSONB       NOT NULL,
    user_id    TEXT        REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT,
    subject    TEXT,
    ip         TEXT,
    user_agent TEXT
);
CREATE INDEX idx_refusals_request_id ON refusals (request_id);
CREATE INDEX idx_refusals_user_id ON refusals (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_refusals_subject ON refusals (subject, id) WHERE subject IS NOT NULL;
