-- Invitations to an organization, bound to an address. One that waits is the only one of its address there. role_id may
-- go with its role: then nobody can accept it until it is sent anew with another. No reference to who invited: their
-- rights are looked up when it is accepted, and they may be gone.
CREATE TABLE invitations (
    id              TEXT        PRIMARY KEY,
    organization_id TEXT        NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    email           TEXT        NOT NULL,
    role            TEXT        NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer', 'custom')),
    role_id         TEXT        REFERENCES roles (id) ON DELETE SET NULL,
    message         TEXT,
    invited_by      TEXT,
    days            BIGINT      NOT NULL,
    state           TEXT        NOT NULL CHECK (state IN ('pending', 'accepted', 'revoked', 'expired')),
    secret_hash     TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    sent_at         TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ NOT NULL,
    settled_at      TIMESTAMPTZ,
    accepted_by     TEXT
);
CREATE UNIQUE INDEX idx_invitations_email ON invitations (organization_id, email) WHERE state = 'pending';
CREATE INDEX idx_invitations_created_at ON invitations (organization_id, created_at, id);
CREATE INDEX idx_invitations_role_id ON invitations (role_id);
CREATE INDEX idx_invitations_expires_at ON invitations (expires_at);

-- Every secret that was ever mailed for one, so that an old link is told why it does not work.
CREATE TABLE invitation_secrets (
    hash            TEXT        PRIMARY KEY,
    organization_id TEXT        NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invitation_id   TEXT        NOT NULL REFERENCES invitations (id) ON DELETE CASCADE
);
CREATE INDEX idx_invitation_secrets_organization_id ON invitation_secrets (organization_id);
CREATE INDEX idx_invitation_secrets_invitation_id ON invitation_secrets (invitation_id);

--postgres: ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON invitations USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
--postgres: ALTER TABLE invitation_secrets ENABLE ROW LEVEL SECURITY;
--postgres: ALTER TABLE invitation_secrets FORCE ROW LEVEL SECURITY;
--postgres: CREATE POLICY tenant ON invitation_secrets USING (organization_id = ANY ((SELECT string_to_array(current_setting('janua.tenant', true), ','))::text[]) OR (SELECT current_setting('janua.tenant', true)) = '*');
