DROP TABLE code_tries;
DROP TABLE sign_in_flows;
DROP TABLE recovery_codes;
DROP TABLE totp_secrets;
