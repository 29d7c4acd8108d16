-- Lines that begin with "--postgres:" run on PostgreSQL only: row-level security, the second wall between tenants. A
-- policy shows a row to statements that run for its organization (janua.tenant, ids separated by commas; * for work that
-- goes over all of them). FORCE: the owner of the tables, who we usually are, is held to it too.

-- Customers of whoever runs Janua. A deleted one can be restored until purge_at.
CREATE TABLE organizations (
    id           TEXT        PRIMARY KEY,
    name         TEXT        NOT NULL,
    slug         TEXT        NOT NULL,
    logo_url     TEXT,
    settings     JSONB       NOT NULL,
    metadata     JSONB       NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    suspended_at TIMESTAMPTZ,
    deleted_at   TIMESTAMPTZ,
    purge_at     TIMESTAMPTZ
);
CREATE UNIQUE INDEX idx_organizations_slug ON organizations (slug);
CREATE INDEX idx_organizations_purge_at ON organizations (purge_at) WHERE purge_at IS NOT NULL;

-- Roles that an organization has made up. The system roles are in the program.
CREATE TABLE roles (
    id              TEXT        PRIMARY KEY,
    organization_id TEXT        NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name            TEXT        NOT NULL,
    description     TEXT        NOT NULL,
    permissions     TEXT        NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organization_id, id)
);
CREATE UNIQUE INDEX idx_roles_name ON roles (organization_id, name);

-- Who belongs to what, with one role: a system role, or `custom` and one of the organization's own.
CREATE TABLE members (
    organization_id TEXT        NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id         TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role            TEXT        NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer', 'custom')),
    role_id         TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organization_id, user_id),
    FOREIGN KEY (organization_id, role_id) REFERENCES roles (organization_id, id),
    CHECK ((role = 'custom') = (role_id IS NOT NULL))
);
CREATE INDEX idx_members_user_id ON members (user_id);
CREATE INDEX idx_members_created_at ON members (organization_id, created_at, user_id);
CREATE INDEX idx_members_role_id ON members (organization_id, role_id);

-- The organization that a session acts in. No reference: it is looked up with every use, and may be gone.
ALTER TABLE sessions ADD COLUMN organization_id TEXT;

--postgres: ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON organizations USING (id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
--postgres: ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE roles FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON roles USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
--postgres: ALTER TABLE members ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE members FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON members USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
-- Everybody may see what they belong to (janua.person), and only see it.
--postgres: CREATE POLICY own ON members FOR SELECT USING (user_id = (SELECT current_setting('janua.person', true)));
--postgres: CREATE POLICY own ON organizations FOR SELECT USING (EXISTS (SELECT 1 FROM members WHERE members.organization_id = organizations.id AND members.user_id = (SELECT current_setting('janua.person', true))));
--postgres: CREATE POLICY own ON roles FOR SELECT USING (EXISTS (SELECT 1 FROM members WHERE members.organization_id = roles.organization_id AND members.role_id = roles.id AND members.user_id = (SELECT current_setting('janua.person', true))));
