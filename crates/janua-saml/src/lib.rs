//! A SAML 2.0 service provider as pure functions: bytes, keys and a time in, a verified assertion out.
//!
//! Nothing here reads a clock, a file or the network, and only [`KeyPair::generate`] draws random numbers.
//! A message is parsed once, and what is read of it is the very node that a signature covers: see [`response`].
//! XML signatures and encryption are bergshamra's; this crate decides what of them is accepted, and what it means.

pub mod authn_request;
mod binding;
mod certificate;
pub mod decode;
mod encryption;
mod instant;
mod key_pair;
pub mod logout;
pub mod metadata;
mod names;
mod parties;
mod refusal;
pub mod response;
mod signature;
mod verified;
mod xml;

pub use binding::{Outgoing, PostForm, message_id};
pub use certificate::Certificate;
pub use key_pair::KeyPair;
pub use names::name_id;
pub use parties::{Binding, Endpoint, IdentityProvider, ServiceProvider};
pub use refusal::{Kind, Refusal};
pub use response::{Assertion, NameId, Packing};
pub use verified::Verified;

/// The largest message that is looked at, in bytes of XML.
pub const LARGEST_MESSAGE: usize = 1024 * 1024;
