//! Metadata: what the two parties tell about themselves.

mod read;
mod write;

pub use read::{read, read_signed};
pub use write::write;
