DROP TABLE sign_in_failures;
DROP TABLE one_time_secrets;
