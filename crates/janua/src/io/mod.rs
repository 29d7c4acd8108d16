//! Everything that touches the world: the only place where production and tests differ.

pub mod cache;
pub mod clock;
pub mod db;
pub mod mail;
pub mod outbound;
pub mod pool;
pub mod random;
