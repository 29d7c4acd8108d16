DROP TABLE sso_flows;
DROP TABLE sso_accounts;
DROP TABLE sso_connections;
