//! Passwords, secrets, signatures and sealing as pure functions: time and randomness are arguments.

pub mod digits;
pub mod password;
pub mod pkce;
pub mod root;
pub mod sealed;
pub mod secret;
pub mod signed_body;
pub mod signing;
