-- Domains that organizations claim. Many may claim one; verified it is for a single one. missing_since is when the
-- record of a verified domain was first not there; check_at when the worker looks at it next.
CREATE TABLE organization_domains (
    id              TEXT        PRIMARY KEY,
    organization_id TEXT        NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    domain          TEXT        NOT NULL,
    token           TEXT        NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    verified_at     TIMESTAMPTZ,
    checked_at      TIMESTAMPTZ,
    missing_since   TIMESTAMPTZ,
    check_at        TIMESTAMPTZ,
    failure         TEXT,
    UNIQUE (organization_id, domain)
);
CREATE UNIQUE INDEX idx_organization_domains_verified ON organization_domains (domain) WHERE verified_at IS NOT NULL;
CREATE INDEX idx_organization_domains_check_at ON organization_domains (check_at);

--postgres: ALTER TABLE organization_domains ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE organization_domains FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON organization_domains USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
