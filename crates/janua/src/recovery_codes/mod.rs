//! Recovery codes: ten codes for the day on which the phone is gone. Each counts once; they are shown once.

mod store;

use crate::app::{App, Keys};
use crate::crypto::secret::SecretString;
use crate::error::Result;
use crate::io::db::{Querier, Tx};
use crate::portable::Portable;
use crate::users::UserId;

/// How many there are.
pub const COUNT: usize = 10;

/// Crockford's base32: no letter that could be taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of a code: fifty random bits, with at most a handful of tries an hour.
const LENGTH: usize = 10;

/// Proof that somebody had one of this user's codes; that code is used up. Only this module makes one.
#[derive(Debug)]
pub struct Used(UserId);

impl Used {
    /// Whose code it was.
    pub fn user(&self) -> &UserId {
        &self.0
    }
}

/// Gives somebody ten new codes; the old ones count no more.
///
/// # Errors
/// When the database fails.
pub async fn replace(app: &App, tx: &mut Tx, user: &UserId) -> Result<Vec<SecretString>> {
    store::remove(tx, user).await?;
    let mut codes = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let code = code(app.random.bytes());
        store::insert(tx, &hash(&app.keys, user, &code), user, app.clock.now()).await?;
        let (head, tail) = code.split_at(LENGTH / 2);
        codes.push(SecretString::new(format!("{head}-{tail}")));
    }
    Ok(codes)
}

/// Uses a code up, however it is written: of fifty parallel tries one succeeds.
///
/// # Errors
/// When the database fails.
pub async fn consume(app: &App, tx: &mut Tx, user: &UserId, text: &str) -> Result<Option<Used>> {
    let Some(code) = normalised(text) else {
        return Ok(None);
    };
    for keys in app.all_keys() {
        if store::consume(tx, &hash(keys, user, &code), user, app.clock.now()).await? {
            return Ok(Some(Used(user.clone())));
        }
    }
    Ok(None)
}

/// How many codes somebody has left.
///
/// # Errors
/// When the database fails.
pub async fn remaining(db: impl Querier, user: &UserId) -> Result<i64> {
    Ok(store::remaining(db, user).await?)
}

/// Forgets somebody's codes.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, user: &UserId) -> Result<()> {
    Ok(store::remove(tx, user).await?)
}

fn code(random: [u8; LENGTH]) -> String {
    let letter = |byte: u8| char::from(ALPHABET[usize::from(byte % 32)]);
    random.into_iter().map(letter).collect()
}

/// The code that somebody means: dashes, spaces and case do not matter, and what looks alike is the same.
fn normalised(text: &str) -> Option<String> {
    if text.len() > 64 {
        return None;
    }
    let letters = text.chars().filter(|it| !matches!(it, '-' | ' '));
    let code: String = letters
        .map(|it| match it.to_ascii_lowercase() {
            'i' | 'l' => '1',
            'o' => '0',
            other => other,
        })
        .collect();
    let is_one = code.len() == LENGTH && code.bytes().all(|it| ALPHABET.contains(&it));
    is_one.then_some(code)
}

fn hash(keys: &Keys, user: &UserId, code: &str) -> String {
    let parts: [&[u8]; 3] = [b"recovery code", user.as_str().as_bytes(), code.as_bytes()];
    hex::encode(keys.one_time.mac(&parts))
}

/// Recovery codes of somebody: when they were made and used.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_written() {
        let code = code([0, 31, 32, 63, 1, 18, 24, 255, 9, 10]);
        assert_eq!(code, "0z0z1jrz9a");
        for spelling in ["0z0z1-jrz9a", "0Z0Z1JRZ9A", " oz0z L-jrz9a", "OZoZI JRZ9A "] {
            assert_eq!(normalised(spelling).as_deref(), Some("0z0z1jrz9a"), "{spelling}");
        }
        for other in [
            "",
            "0z0z1-jrz9",
            "0z0z1-jrz9aa",
            "0z0z1-jrz9u",
            "0z0z1_jrz9a",
            &"0".repeat(65),
        ] {
            assert_eq!(normalised(other), None, "{other}");
        }
    }
}
