DROP TABLE social_flows;
DROP TABLE social_accounts;
