//! Mails: what they say, when they leave, and the proof that an address is read by its owner.

mod compose;
mod delivery;
mod verification;

pub mod routes;

pub use delivery::deliver_due;
pub use verification::{promise_verification, resend, verify};
