//! JSON Web Signatures (RFC 7515) on aws-lc-rs: keys, key sets, compact tokens, access-token claims.
//!
//! Janua has its own module because the common crate parses and checks the RSA key anew for every
//! signature. What always holds: a key is parsed once and kept; a key has exactly one [`Algorithm`]; the
//! `kid` of a token chooses the key and the key dictates the algorithm, never the token (RFC 8725 §3.1);
//! private members never reach a [`Jwk`]; claims can be had only from a token that has been verified.

mod access;
mod algorithm;
mod claims;
mod foreign;
mod header;
mod jwk;
mod jws;
mod key_set;
mod private;
mod public;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod testing;

pub use access::{
    ACCESS_TOKEN_TYPE, AccessError, Expected, MAX_LEEWAY_SECONDS, VerifiedAccess, sign_access, verify_access,
};
pub use algorithm::{Algorithm, KeyError, UnknownAlgorithm};
pub use claims::{AccessClaims, ActingParty, Audience};
pub use foreign::{ForeignKeys, verify_foreign};
pub use jwk::{Jwk, Jwks};
pub use jws::{
    JwsError, MAX_TOKEN_BYTES, SignError, VerifiedPayload, sign_compact, sign_compact_as,
    sign_compact_certified, verify_compact,
};
pub use key_set::{HmacKey, KeySet, VerificationKey};
pub use private::{SigningFailed, SigningKey};
pub use public::PublicKey;
