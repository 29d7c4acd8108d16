//! Janua over the wire: every test starts a real server and speaks HTTP to it.
//!
//! The same tests run on SQLite and memory, and, when `JANUA_TEST_DATABASE_URL` and `JANUA_TEST_REDIS_URL` are set, on
//! PostgreSQL and Redis.

mod support;

mod first_steps;

mod enumeration;
mod lockout;
mod login;
mod matrix;
mod mfa;
mod passkeys;
mod passwords;
mod personal_data;
mod recovery;
mod registration;
mod verification;
mod ways_in;

mod access_tokens;
mod admin;
mod api_keys;
mod audit;
mod backup;
mod clock_steps;
mod cookies;
mod instances;
mod doctor;
mod domains;
mod explain;
mod invitations;
mod key_rotation;
mod magic_links;
mod master_key;
mod races;
mod refresh;
mod sessions;
mod sms;
mod social;
mod sso;
mod users;
mod webhooks;

mod bad_input;
mod cors;
mod doors;
mod faults;
mod health;
mod limits;
mod mail;
mod metrics;
mod observability;
mod pages;

mod cli;
mod logs;
mod migrations;
mod operator_cli;
mod organizations;
mod process;
mod promotion;
mod tidy;
