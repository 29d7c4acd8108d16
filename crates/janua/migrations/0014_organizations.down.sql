--postgres: DROP POLICY own ON organizations;
--postgres: DROP POLICY own ON roles;
ALTER TABLE sessions DROP COLUMN organization_id;
DROP TABLE members;
DROP TABLE roles;
DROP TABLE organizations;
