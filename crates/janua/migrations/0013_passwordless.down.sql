ALTER TABLE sign_in_flows DROP COLUMN owes;
DROP TABLE trusted_devices;
DROP TABLE magic_links;
