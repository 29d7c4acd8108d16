-- Who a connection of SAML believes; messages that answer nothing of ours are matched by it.
ALTER TABLE sso_connections ADD COLUMN idp_entity_id TEXT;
CREATE INDEX idx_sso_connections_idp_entity_id ON sso_connections (idp_entity_id, created_at, id);

-- What a provider sent with a form, until the browser comes again with its cookies.
ALTER TABLE sso_flows ADD COLUMN response TEXT;

-- Assertions that were used, under the hash of their names, until their time is over.
CREATE TABLE sso_assertions (
    hash          TEXT        PRIMARY KEY,
    connection_id TEXT        NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
    expires_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_sso_assertions_connection_id ON sso_assertions (connection_id);
CREATE INDEX idx_sso_assertions_expires_at ON sso_assertions (expires_at);
