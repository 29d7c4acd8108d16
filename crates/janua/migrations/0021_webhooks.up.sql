-- Events that nobody has looked at yet, for the sake of webhooks; written with the event while somebody listens.
CREATE TABLE event_feed (
    event_id TEXT PRIMARY KEY,
    taken_by TEXT
);

-- Where events are sent. One without an organization belongs to the platform. Secrets are sealed; the previous one signs
-- along for a while. claimed_until: a worker is at it. rests_until: it failed a moment ago.
CREATE TABLE webhook_endpoints (
    id               TEXT        PRIMARY KEY,
    organization_id  TEXT        REFERENCES organizations (id) ON DELETE CASCADE,
    url              TEXT        NOT NULL,
    description      TEXT        NOT NULL,
    events           TEXT        NOT NULL,
    sealed           BYTEA       NOT NULL,
    previous_sealed  BYTEA,
    previous_until   TIMESTAMPTZ,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL,
    disabled_at      TIMESTAMPTZ,
    disabled_because TEXT        CHECK (disabled_because IN ('manual', 'failing')),
    failures         BIGINT      NOT NULL,
    failing_since    TIMESTAMPTZ,
    rests_until      TIMESTAMPTZ,
    claimed_until    TIMESTAMPTZ,
    served_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_webhook_endpoints_organization_id ON webhook_endpoints (organization_id);

-- One event on its way to one endpoint, with what the last try met. The body never changes, so every try says the same.
CREATE TABLE webhook_deliveries (
    id              TEXT        PRIMARY KEY,
    endpoint_id     TEXT        NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    organization_id TEXT        REFERENCES organizations (id) ON DELETE CASCADE,
    event_id        TEXT        NOT NULL,
    event_type      TEXT        NOT NULL,
    body            TEXT        NOT NULL,
    state           TEXT        NOT NULL CHECK (state IN ('queued', 'delivered', 'failed')),
    attempts        BIGINT      NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    due_at          TIMESTAMPTZ NOT NULL,
    attempted_at    TIMESTAMPTZ,
    settled_at      TIMESTAMPTZ,
    status          BIGINT,
    duration_ms     BIGINT,
    response        TEXT,
    failure         TEXT,
    UNIQUE (endpoint_id, event_id)
);
CREATE INDEX idx_webhook_deliveries_due_at ON webhook_deliveries (endpoint_id, due_at) WHERE state = 'queued';
CREATE INDEX idx_webhook_deliveries_created_at ON webhook_deliveries (created_at);
CREATE INDEX idx_webhook_deliveries_endpoint_id ON webhook_deliveries (endpoint_id, id);
CREATE INDEX idx_webhook_deliveries_organization_id ON webhook_deliveries (organization_id);

--postgres: ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON webhook_endpoints USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
--postgres: ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON webhook_deliveries USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
