//! Sealing of secrets at rest: TOTP seeds, client and webhook secrets, private signing keys.
//!
//! AES-256-GCM (NIST SP 800-38D) with the place of the value as associated data, so a sealed value
//! opens only in the row and column for which it was sealed. What always holds: a sealed value names the
//! key that opens it; every byte of it is authenticated; a value that fails to open gives no plaintext.
//!
//! Layout: version (1 byte, 1) ‖ key id (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16).

use std::fmt;

use aws_lc_rs::aead::{self, AES_256_GCM, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::root::Key32;

const VERSION: u8 = 1;
const KEY_ID: usize = 8;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEADER: usize = 1 + KEY_ID + NONCE;

/// Names a sealing key without telling anything about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; KEY_ID]);

impl KeyId {
    /// The id of a key: the first eight bytes of a keyed hash of a constant.
    pub fn of(key: &Key32) -> Self {
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&key.mac(&[b"sealing key id"])[..KEY_ID]);
        Self(id)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Where a sealed value lives. It opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aad<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The row's primary key.
    pub row: &'a str,
    /// The column's name.
    pub column: &'a str,
}

impl Aad<'_> {
    /// The header comes first, so the key id and the version are authenticated too.
    fn bytes(&self, header: &[u8]) -> Vec<u8> {
        let mut bytes = header.to_vec();
        for part in [self.table, self.row, self.column] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// A column of sealed values: what it takes to seal all of them anew. The owner of the table gives it, with its SQL.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The table's name.
    pub table: &'static str,
    /// The column's name.
    pub column: &'static str,
    /// The different beginnings that its values have: nine bytes, version and key id.
    pub ids: &'static str,
    /// Primary key and sealed value of the next rows after the key `$1`, in order.
    pub page: &'static str,
    /// Puts `$3` into row `$1`, if `$2` is still there.
    pub replace: &'static str,
}

/// Why a sealed value does not open, or a [`Sealer`] can't be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was sealed under a key that is not loaded, most often because the root secret was replaced.
    #[error("sealed under key {0}, which is not loaded")]
    UnknownKey(KeyId),
    /// It is cut short, altered, of another version, or was moved from another row or column.
    #[error("the sealed value is damaged, or was sealed for another place")]
    Corrupt,
    /// A sealer needs one key at least.
    #[error("there is no key to seal with")]
    NoKey,
}

/// Seals under the current key and opens under every key it was given. Keys are expanded once.
pub struct Sealer {
    /// Never empty; the first is current.
    keys: Vec<(KeyId, LessSafeKey)>,
}

impl Sealer {
    /// Takes the keys; the first is current, the others only open what was sealed before.
    ///
    /// # Errors
    /// [`SealError::NoKey`] when there is none.
    ///
    /// # Panics
    /// Never: a [`Key32`] has the length of an AES-256 key.
    pub fn new(keys: Vec<(KeyId, Key32)>) -> Result<Self, SealError> {
        if keys.is_empty() {
            return Err(SealError::NoKey);
        }
        let expand = |key: &Key32| {
            let unbound = UnboundKey::new(&AES_256_GCM, key.reveal());
            LessSafeKey::new(unbound.expect("AES-256 takes any 32 bytes"))
        };
        Ok(Self {
            keys: keys.iter().map(|(id, key)| (*id, expand(key))).collect(),
        })
    }

    /// The id of the key that seals.
    pub fn current(&self) -> KeyId {
        self.keys[0].0
    }

    /// Whether the value is sealed under another key than the current one, and so is due for sealing
    /// anew. A value that can't be read counts as due: opening it will tell why.
    pub fn is_outdated(&self, sealed: &[u8]) -> bool {
        key_id(sealed) != Some(self.current())
    }

    /// Whether the key that opens the value is loaded; tells its id when it is not. The beginning of the value is
    /// enough: [`Column::ids`] gives no more.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`], or [`SealError::Corrupt`] when the value names no key.
    pub fn check(&self, sealed: &[u8]) -> Result<(), SealError> {
        let Some(([VERSION], rest)) = sealed.split_first_chunk() else {
            return Err(SealError::Corrupt);
        };
        let id = rest.first_chunk().copied().map(KeyId).ok_or(SealError::Corrupt)?;
        let known = self.keys.iter().any(|(known, _)| *known == id);
        known.then_some(()).ok_or(SealError::UnknownKey(id))
    }

    /// Seals `plain` for one place. The nonce must be random and fresh: the same nonce twice under one
    /// key undoes the protection of both values.
    ///
    /// # Panics
    /// Only over 64 GiB, which is where AES-GCM ends.
    pub fn seal(&self, plain: &[u8], aad: &Aad<'_>, nonce: [u8; NONCE]) -> Vec<u8> {
        let (id, key) = &self.keys[0];
        let mut sealed = Vec::with_capacity(HEADER + plain.len() + TAG);
        sealed.push(VERSION);
        sealed.extend_from_slice(&id.0);
        sealed.extend_from_slice(&nonce);
        let aad = aead::Aad::from(aad.bytes(&sealed));
        sealed.extend_from_slice(plain);
        let tag = key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed[HEADER..])
            .expect("AES-GCM seals anything under 64 GiB");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what [`seal`](Self::seal) made for the same place.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] when its key is not loaded, [`SealError::Corrupt`] for all else.
    pub fn open(&self, sealed: &[u8], aad: &Aad<'_>) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let id = key_id(sealed).ok_or(SealError::Corrupt)?;
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| *known == id)
            .ok_or(SealError::UnknownKey(id))?;
        let (header, body) = sealed.split_at(HEADER);
        let nonce =
            Nonce::try_assume_unique_for_key(&header[1 + KEY_ID..]).map_err(|_| SealError::Corrupt)?;

        let mut plain = Zeroizing::new(body.to_vec());
        let length = key
            .open_in_place(nonce, aead::Aad::from(aad.bytes(header)), &mut plain)
            .map_err(|_| SealError::Corrupt)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|(id, _)| id))
            .finish()
    }
}

/// The key id in the header of a value that is long enough and of our version.
fn key_id(sealed: &[u8]) -> Option<KeyId> {
    if sealed.len() < HEADER + TAG || sealed[0] != VERSION {
        return None;
    }
    sealed[1..=KEY_ID].try_into().ok().map(KeyId)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLACE: Aad<'static> = Aad {
        table: "mfa_totp",
        row: "42",
        column: "seed",
    };

    fn key(byte: u8) -> (KeyId, Key32) {
        let key = Key32::from_bytes([byte; 32]);
        (KeyId::of(&key), key)
    }

    fn sealer(bytes: &[u8]) -> Sealer {
        Sealer::new(bytes.iter().copied().map(key).collect()).unwrap()
    }

    #[test]
    fn older_keys_open_and_newer_seal() {
        let old = sealer(&[1]).seal(b"seed", &PLACE, [3; 12]);
        let both = sealer(&[2, 1]);
        assert_eq!(both.open(&old, &PLACE).unwrap().as_slice(), b"seed");
        assert!(both.is_outdated(&old));

        let new = both.seal(b"seed", &PLACE, [4; 12]);
        assert!(!both.is_outdated(&new));
        assert_eq!(
            sealer(&[1]).open(&new, &PLACE),
            Err(SealError::UnknownKey(key(2).0))
        );
    }

    #[test]
    fn a_value_opens_only_in_its_place() {
        let sealer = sealer(&[1]);
        let stored = sealer.seal(b"seed", &PLACE, [3; 12]);
        for elsewhere in [
            Aad {
                table: "webhooks",
                ..PLACE
            },
            Aad { row: "43", ..PLACE },
            Aad {
                column: "name",
                ..PLACE
            },
            Aad {
                table: "mfa_totp4",
                row: "2",
                ..PLACE
            },
        ] {
            assert_eq!(sealer.open(&stored, &elsewhere), Err(SealError::Corrupt));
        }
    }

    #[test]
    fn the_header_is_authenticated() {
        let (id, key) = key(1);
        let other = KeyId([9; KEY_ID]);
        let sealer = Sealer::new(vec![(id, key.clone()), (other, key)]).unwrap();
        let mut stored = sealer.seal(b"seed", &PLACE, [3; 12]);
        stored[1..=KEY_ID].copy_from_slice(&other.0);
        assert_eq!(sealer.open(&stored, &PLACE), Err(SealError::Corrupt));
    }

    #[test]
    fn odd_input_is_refused() {
        let sealer = sealer(&[1]);
        let stored = sealer.seal(b"", &PLACE, [3; 12]);
        assert_eq!(stored.len(), HEADER + TAG);
        assert!(sealer.open(&stored, &PLACE).unwrap().is_empty());
        for length in 0..stored.len() {
            assert_eq!(sealer.open(&stored[..length], &PLACE), Err(SealError::Corrupt));
        }
        assert_eq!(
            sealer.open(&[&[2], &stored[1..]].concat(), &PLACE),
            Err(SealError::Corrupt)
        );
        assert_eq!(Sealer::new(vec![]).unwrap_err(), SealError::NoKey);
    }

    #[test]
    fn a_sealer_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Sealer>();
    }

    #[test]
    fn debug_shows_ids_alone() {
        assert_eq!(format!("{:?}", sealer(&[1])), format!("[KeyId({})]", key(1).0));
    }

    proptest! {
        #[test]
        fn sealing_round_trips(plain: Vec<u8>, nonce: [u8; 12], row: String) {
            let sealer = sealer(&[1]);
            let place = Aad { row: &row, ..PLACE };
            let stored = sealer.seal(&plain, &place, nonce);
            prop_assert_eq!(sealer.open(&stored, &place).unwrap().to_vec(), plain);
        }

        #[test]
        fn any_flipped_byte_fails_to_open(plain: Vec<u8>, at: prop::sample::Index, flip in 1..=255u8) {
            let sealer = sealer(&[1]);
            let mut stored = sealer.seal(&plain, &PLACE, [3; 12]);
            let at = at.index(stored.len());
            stored[at] ^= flip;
            prop_assert!(sealer.open(&stored, &PLACE).is_err());
        }

        #[test]
        fn arbitrary_bytes_never_panic(stored: Vec<u8>) {
            prop_assert!(sealer(&[1]).open(&stored, &PLACE).is_err());
        }
    }
}
