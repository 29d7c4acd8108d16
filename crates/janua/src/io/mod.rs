//! Everything that touches the world: the only place where production and tests differ.

/// The target of spans that are for traces only: at the usual level of the log they cost nothing.
pub(crate) const TRACE: &str = "janua::trace";

pub mod cache;
pub mod clock;
pub mod db;
pub mod dns;
pub mod mail;
pub mod names;
pub mod outbound;
pub mod pool;
pub mod public;
pub mod random;
pub mod reference_clock;
pub mod sightings;
pub mod reach;
pub mod slots;
pub mod sms;
