//! Janua, a self-hosted authentication platform that explains its own troubles.
//!
//! The features stand in the order in which they may use each other: each knows those above it.

// The world and the words.
pub mod config;
pub mod crypto;
pub mod error;
pub mod metrics;
pub mod io;
pub mod roots;

// What all features stand on.
pub mod app;
pub mod client;
pub mod ids;
pub mod listening;
pub mod logging;
pub mod portable;
pub mod refused;
pub mod rendering;

// The features.
pub mod limits;
pub mod events;
pub mod users;
pub mod settings;
pub mod one_time;
pub mod outbox;
pub mod roles;
pub mod organizations;
pub mod invitations;
pub mod domains;
pub mod api_keys;
pub mod lockout;
pub mod passwords;
pub mod passkeys;
pub mod totp;
pub mod recovery_codes;
pub mod sms;
pub mod magic_links;
pub mod trusted_devices;
pub mod openid;
pub mod social;
pub mod sso;
pub mod authentication;
pub mod sessions;
pub mod tokens;
pub mod emails;
pub mod login;
pub mod registration;
pub mod recovery;
pub mod administration;
pub mod mfa;
pub mod webhooks;
pub mod audit;
pub mod refusals;
pub mod personal_data;

// What goes over all features.
pub mod sealing;
pub mod doctor;
pub mod explain;
pub mod backup;
pub mod promotion;

// The doors.
pub mod cli;
pub mod http;
pub mod pages;
pub mod worker;
