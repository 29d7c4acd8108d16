DROP TABLE sso_assertions;
ALTER TABLE sso_flows DROP COLUMN response;
DROP INDEX idx_sso_connections_idp_entity_id;
ALTER TABLE sso_connections DROP COLUMN idp_entity_id;
