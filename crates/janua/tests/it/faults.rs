//! What the server stands on breaks under load, in every way that can be arranged, and comes back.
//!
//! `docs/operations/faults.md` tells operators what these stories prove.

mod crowd;
mod disk;
mod mail;
mod pooler;
mod postgres;
mod redis;

use crate::support::Answer;

/// The settings under which a crowd of one machine is not taken for an attack, beside one's own.
fn for_crowds<'a>(own: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let crowd = [
        ("REQUIRE_EMAIL_VERIFICATION", "false"),
        ("RATE_LIMIT_LOGIN", "100000/1m"),
        ("RATE_LIMIT_LOGIN_ADDRESS", "100000/1m"),
        ("RATE_LIMIT_REGISTER", "100000/1m"),
        ("RATE_LIMIT_REFRESH", "100000/1m"),
    ];
    [&crowd[..], own].concat()
}

/// The code of a refusal.
fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}
