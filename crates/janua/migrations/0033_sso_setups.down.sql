DROP TABLE sso_setups;
