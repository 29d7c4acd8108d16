-- Sign-ins by mail: one for each address, so that asking again voids what was mailed before. Link and code are keyed
-- hashes, written when the mail is; the flow is what the browser holds that asked. `full_at_ms` counts the codes that
-- were tried for an address and outlives every request (generic cell rate algorithm, milliseconds since 1970).
CREATE TABLE magic_links (
    email       TEXT        PRIMARY KEY,
    flow_hash   TEXT        NOT NULL,
    link_hash   TEXT,
    code_hash   TEXT,
    user_id     TEXT        REFERENCES users (id) ON DELETE CASCADE,
    epoch       BIGINT,
    redirect_to TEXT,
    tries       BIGINT      NOT NULL,
    full_at_ms  BIGINT      NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL,
    used_at     TIMESTAMPTZ
);
CREATE UNIQUE INDEX idx_magic_links_flow_hash ON magic_links (flow_hash);
CREATE UNIQUE INDEX idx_magic_links_link_hash ON magic_links (link_hash);
CREATE INDEX idx_magic_links_user_id ON magic_links (user_id);
CREATE INDEX idx_magic_links_expires_at ON magic_links (expires_at);

-- Browsers that need not show the second factor, by the keyed hash of their device cookie. They count while the account
-- has the epoch it had then: another password or factor ends them.
CREATE TABLE trusted_devices (
    id           TEXT        PRIMARY KEY,
    user_id      TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_hash  TEXT        NOT NULL,
    epoch        BIGINT      NOT NULL,
    name         TEXT        NOT NULL,
    ip           TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX idx_trusted_devices_user_id ON trusted_devices (user_id, device_hash);
CREATE INDEX idx_trusted_devices_expires_at ON trusted_devices (expires_at);

-- What a sign-in that waits still owes: `enrolment` of a factor, or, when it is empty, a factor that is there.
ALTER TABLE sign_in_flows ADD COLUMN owes TEXT;
