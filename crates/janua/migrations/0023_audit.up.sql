-- The audit log. Who did it, to what, for whom; what makes a change to a row visible; and where a row stands in the chain.
-- ip and user_agent can be erased: the row's mac covers `personal`, which commits to them under a salt that goes with them,
-- and `erased` is then the proof that we did it. Rows are written with their mac; position and link follow a moment later.
ALTER TABLE events ADD COLUMN organization_id TEXT;
ALTER TABLE events ADD COLUMN actor_kind TEXT;
ALTER TABLE events ADD COLUMN api_key_id TEXT;
ALTER TABLE events ADD COLUMN target_kind TEXT;
ALTER TABLE events ADD COLUMN target_id TEXT;
ALTER TABLE events ADD COLUMN salt BYTEA;
ALTER TABLE events ADD COLUMN personal BYTEA;
ALTER TABLE events ADD COLUMN mac BYTEA;
ALTER TABLE events ADD COLUMN erased BYTEA;
ALTER TABLE events ADD COLUMN position BIGINT;
ALTER TABLE events ADD COLUMN link BYTEA;
CREATE INDEX idx_events_actor_id ON events (actor_id, at, id);
CREATE INDEX idx_events_organization_id ON events (organization_id, at, id) WHERE organization_id IS NOT NULL;
CREATE UNIQUE INDEX idx_events_position ON events (position);
CREATE INDEX idx_events_unchained ON events (at, id) WHERE position IS NULL;

-- Where the chain begins and ends, under a mac; its row is the lock of whoever makes the chain longer. Rows without a mac
-- are taken in until adopt_until: those of before, and those of an older version that still runs.
CREATE TABLE audit_head (
    id             TEXT        PRIMARY KEY,
    start_position BIGINT      NOT NULL,
    start_link     BYTEA       NOT NULL,
    position       BIGINT      NOT NULL,
    link           BYTEA       NOT NULL,
    adopt_until    TIMESTAMPTZ NOT NULL,
    mac            BYTEA       NOT NULL
);

-- What the chain said at a position, signed by the key that signs tokens.
CREATE TABLE audit_checkpoints (
    position  BIGINT      PRIMARY KEY,
    link      BYTEA       NOT NULL,
    made_at   TIMESTAMPTZ NOT NULL,
    signature TEXT        NOT NULL,
    mac       BYTEA       NOT NULL
);

-- Everybody writes; an organization sees what concerns it, the platform all. Only the platform changes and removes rows.
--postgres: ALTER TABLE events ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE events FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY written ON events FOR INSERT WITH CHECK (true);
--postgres: CREATE POLICY tenant ON events FOR SELECT USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
--postgres: CREATE POLICY nobodys ON events FOR SELECT USING (organization_id IS NULL AND (SELECT coalesce(current_setting('janua.tenant', true), '')) = '');
--postgres: CREATE POLICY kept ON events FOR UPDATE USING ((SELECT current_setting('janua.tenant', true)) = '*');
--postgres: CREATE POLICY pruned ON events FOR DELETE USING ((SELECT current_setting('janua.tenant', true)) = '*');
