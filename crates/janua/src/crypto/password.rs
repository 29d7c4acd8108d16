//! Password hashes: Argon2id for our own, and what other systems brought along until the next sign-in.
//!
//! A hash is read, made and compared here and nowhere else. All of it burns the processor on purpose and runs in the
//! bounded pool, whose threads lend their [`Memory`].

use argon2::password_hash::phc;
use argon2::password_hash::phc::Salt;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::secret::SecretString;

/// Length of our own hashes in bytes.
const OUTPUT: usize = 32;

/// The dearest foreign hash that is computed: an import must not become a way to stop the server.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PBKDF2_ROUNDS: u32 = 5_000_000;
const MOST_BCRYPT_COST: u32 = 16;
const MOST_SCRYPT_LOG_N: u8 = 18;

/// What one of our own hashes costs (RFC 9106 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Cost {
    /// Whether Argon2 takes these figures.
    pub fn is_valid(self) -> bool {
        self.params().is_some()
    }

    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.iterations, self.parallelism, Some(OUTPUT)).ok()
    }
}

/// Memory that a thread reuses from hash to hash.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }
}

/// A stored hash in one of the forms that we understand.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

/// The text is not a password hash that we can check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a password hash that Janua can check: argon2 ($argon2id$…), bcrypt ($2b$…), scrypt ($scrypt$…) and PBKDF2 \
     ($pbkdf2-sha256$… or pbkdf2_sha256$…) are understood, up to a sensible cost"
)]
pub struct UnknownHash;

impl PasswordHash {
    /// Takes a hash that another system made.
    ///
    /// # Errors
    /// When its form is not known or it would cost too much to check.
    pub fn import(text: &str) -> Result<Self, UnknownHash> {
        Scheme::of(text).map(|_| Self(text.to_owned())).ok_or(UnknownHash)
    }

    /// Takes a hash from the database.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    pub fn as_stored(&self) -> &str {
        &self.0
    }

    /// Hashes a password with Argon2id.
    pub fn make(password: &SecretString, cost: Cost, salt: [u8; 16], memory: &mut Memory) -> Self {
        let mut out = [0; OUTPUT];
        if let Some(params) = cost.params() {
            // Fails only for lengths that Argon2 forbids, and all of them are fixed here.
            let _ = argon2id(password, &salt, params, &mut out, memory);
        }
        Self::written(cost, salt, out)
    }

    /// A hash that costs as much as a real one and that no password matches: for accounts that do not exist.
    pub fn dummy(cost: Cost, random: [u8; 48]) -> Self {
        let (mut salt, mut out) = ([0; 16], [0; OUTPUT]);
        salt.copy_from_slice(&random[..16]);
        out.copy_from_slice(&random[16..]);
        Self::written(cost, salt, out)
    }

    fn written(cost: Cost, salt: [u8; 16], out: [u8; OUTPUT]) -> Self {
        let Cost {
            memory_kib,
            iterations,
            parallelism,
        } = cost;
        let text = base64::engine::general_purpose::STANDARD_NO_PAD;
        let (salt, out) = (text.encode(salt), text.encode(out));
        Self(format!(
            "$argon2id$v=19$m={memory_kib},t={iterations},p={parallelism}${salt}${out}"
        ))
    }

    /// Whether this is the hash of that password. A stored text that cannot be read matches nothing.
    pub fn matches(&self, password: &SecretString, memory: &mut Memory) -> bool {
        Scheme::of(&self.0).is_some_and(|scheme| scheme.matches(password, &self.0, memory))
    }

    /// Whether it was made by us at exactly this cost; otherwise the next sign-in replaces it.
    pub fn is_current(&self, cost: Cost) -> bool {
        let Cost {
            memory_kib,
            iterations,
            parallelism,
        } = cost;
        self.0.starts_with(&format!(
            "$argon2id$v=19$m={memory_kib},t={iterations},p={parallelism}$"
        ))
    }
}

/// The forms of hash that are understood.
enum Scheme {
    Argon2(Algorithm, Params, phc::PasswordHash),
    Bcrypt,
    Scrypt(scrypt::Params, phc::PasswordHash),
    Pbkdf2(u32, Vec<u8>, Vec<u8>),
}

impl Scheme {
    fn of(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("pbkdf2_sha256$") {
            return Self::django(rest);
        }
        if ["$2a$", "$2b$", "$2x$", "$2y$"]
            .iter()
            .any(|it| text.starts_with(it))
        {
            let parts: bcrypt::HashParts = text.parse().ok()?;
            return (parts.get_cost() <= MOST_BCRYPT_COST).then_some(Self::Bcrypt);
        }
        let parsed = phc::PasswordHash::new(text).ok()?;
        let (Some(salt), Some(output)) = (parsed.salt, parsed.hash) else {
            return None;
        };
        match parsed.algorithm.as_str() {
            "argon2id" | "argon2i" | "argon2d" => {
                let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).ok()?;
                let params = Params::try_from(&parsed).ok()?;
                (params.m_cost() <= MOST_MEMORY_KIB && params.t_cost() <= 64)
                    .then_some(Self::Argon2(algorithm, params, parsed))
            }
            "scrypt" => {
                let params = scrypt::Params::try_from(&parsed).ok()?;
                (params.log_n() <= MOST_SCRYPT_LOG_N && params.r() <= 32 && params.p() <= 16)
                    .then_some(Self::Scrypt(params, parsed))
            }
            "pbkdf2-sha256" => {
                let rounds = parsed.params.get_decimal("i")?;
                let salt: &Salt = &salt;
                Self::pbkdf2(rounds, salt.as_ref().to_vec(), output.as_bytes().to_vec())
            }
            _ => None,
        }
    }

    /// Django writes `pbkdf2_sha256$rounds$salt$base64`, with the salt as plain text.
    fn django(rest: &str) -> Option<Self> {
        let mut parts = rest.split('$');
        let (rounds, salt, output) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Self::pbkdf2(
            rounds.parse().ok()?,
            salt.as_bytes().to_vec(),
            STANDARD.decode(output).ok()?,
        )
    }

    fn pbkdf2(rounds: u32, salt: Vec<u8>, output: Vec<u8>) -> Option<Self> {
        let sane = (1..=MOST_PBKDF2_ROUNDS).contains(&rounds) && (16..=64).contains(&output.len());
        sane.then_some(Self::Pbkdf2(rounds, salt, output))
    }

    fn matches(self, password: &SecretString, text: &str, memory: &mut Memory) -> bool {
        let bytes = password.reveal().as_bytes();
        match self {
            Self::Argon2(algorithm, params, parsed) => {
                let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
                    return false;
                };
                let version = match parsed.version {
                    None | Some(0x13) => Version::V0x13,
                    Some(0x10) => Version::V0x10,
                    Some(_) => return false,
                };
                let mut out = vec![0; expected.as_bytes().len()];
                let hasher = Argon2::new(algorithm, version, params.clone());
                let blocks = memory.blocks(params.block_count());
                hasher
                    .hash_password_into_with_memory(bytes, salt.as_ref(), &mut out, blocks)
                    .is_ok()
                    && verify_slices_are_equal(&out, expected.as_bytes()).is_ok()
            }
            Self::Bcrypt => bcrypt::verify(bytes, text).unwrap_or(false),
            Self::Scrypt(params, parsed) => {
                let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
                    return false;
                };
                let mut out = vec![0; expected.as_bytes().len()];
                scrypt::scrypt(bytes, salt.as_ref(), &params, &mut out).is_ok()
                    && verify_slices_are_equal(&out, expected.as_bytes()).is_ok()
            }
            Self::Pbkdf2(rounds, salt, expected) => {
                let mut out = vec![0; expected.len()];
                pbkdf2::pbkdf2_hmac::<pbkdf2::sha2::Sha256>(bytes, &salt, rounds, &mut out);
                verify_slices_are_equal(&out, &expected).is_ok()
            }
        }
    }
}

fn argon2id(
    password: &SecretString,
    salt: &[u8],
    params: Params,
    out: &mut [u8],
    memory: &mut Memory,
) -> argon2::Result<()> {
    let blocks = memory.blocks(params.block_count());
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hasher.hash_password_into_with_memory(password.reveal().as_bytes(), salt, out, blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 32,
        iterations: 1,
        parallelism: 1,
    };

    fn secret(text: &str) -> SecretString {
        SecretString::new(text.to_owned())
    }

    #[test]
    fn a_hash_matches_its_password_and_no_other() {
        let mut memory = Memory::default();
        let hash = PasswordHash::make(&secret("correct horse"), CHEAP, [7; 16], &mut memory);
        assert!(hash.matches(&secret("correct horse"), &mut memory));
        for other in [
            "correct horsf",
            "correct horse ",
            "Correct horse",
            "correct horse\0",
            "",
        ] {
            assert!(!hash.matches(&secret(other), &mut memory), "{other:?}");
        }
        assert!(hash.is_current(CHEAP));
        assert!(!hash.is_current(Cost {
            iterations: 2,
            ..CHEAP
        }));
    }

    #[test]
    fn long_passwords_are_not_cut() {
        let mut memory = Memory::default();
        let hash = PasswordHash::make(
            &secret(&format!("{}a", "x".repeat(90))),
            CHEAP,
            [7; 16],
            &mut memory,
        );
        assert!(!hash.matches(&secret(&format!("{}b", "x".repeat(90))), &mut memory));
    }

    #[test]
    fn a_dummy_matches_nothing_and_looks_like_one_of_ours() {
        let dummy = PasswordHash::dummy(CHEAP, [3; 48]);
        assert!(dummy.is_current(CHEAP));
        assert!(!dummy.matches(&secret(""), &mut Memory::default()));
    }

    #[test]
    fn hashes_of_other_systems_are_understood() {
        // The password is "password" for each; made by the reference tools of these systems.
        let pbkdf2 = "$pbkdf2-sha256$i=4096$c2FsdHNhbHRzYWx0c2FsdA$";
        let mut out = [0; 32];
        pbkdf2::pbkdf2_hmac::<pbkdf2::sha2::Sha256>(b"password", b"saltsaltsaltsalt", 4096, &mut out);
        let bare = base64::engine::general_purpose::STANDARD_NO_PAD.encode(out);
        let django = format!("pbkdf2_sha256$4096$saltsaltsaltsalt${}", STANDARD.encode(out));
        let bcrypt = bcrypt::hash("password", 4).unwrap();
        for text in [format!("{pbkdf2}{bare}"), django, bcrypt] {
            let hash = PasswordHash::import(&text).unwrap();
            assert!(
                hash.matches(&secret("password"), &mut Memory::default()),
                "{text}"
            );
            assert!(
                !hash.matches(&secret("passwore"), &mut Memory::default()),
                "{text}"
            );
            assert!(!hash.is_current(CHEAP));
        }
    }

    #[test]
    fn nonsense_and_ruinous_costs_are_refused() {
        for text in [
            "",
            "plain",
            "$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "$2b$31$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "pbkdf2_sha256$999999999$salt$AAAAAAAAAAAAAAAAAAAAAA==",
            "$md5$abc",
        ] {
            assert_eq!(PasswordHash::import(text).unwrap_err(), UnknownHash, "{text}");
        }
    }
}
