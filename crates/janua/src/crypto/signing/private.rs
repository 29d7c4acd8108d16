//! Signing keys: generated or read once, then kept parsed for every signature.
//!
//! What always holds: a key signs with one algorithm; RSA keys have at least 2048 bits and shared secrets
//! at least 256; the private half can't be printed.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::{self, PemObject as _};
use zeroize::{Zeroize as _, Zeroizing};

use super::algorithm::{Algorithm, KeyError};
use super::key_set::{HmacKey, VerificationKey};
use super::public::PublicKey;

/// A key that signs.
pub struct SigningKey {
    half: PrivateHalf,
    verification: VerificationKey,
}

enum PrivateHalf {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Hmac(Arc<hmac::Key>),
}

/// The library refused to sign, which it does only when it is out of memory or entropy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cryptographic library failed to sign")]
pub struct SigningFailed;

impl SigningKey {
    /// Generates a key pair and returns it with its unencrypted PKCS#8 form (RFC 5208), to be sealed and
    /// stored. RSA keys get 2048 bits.
    ///
    /// # Errors
    /// [`KeyError::NotAsymmetric`] for HS256, whose secret the operator chooses; [`KeyError::Generation`].
    pub fn generate(algorithm: Algorithm) -> Result<(Self, Zeroizing<Vec<u8>>), KeyError> {
        let pkcs8 = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).and_then(|pair| {
                let der: Pkcs8V1Der<'_> = pair.as_der()?;
                Ok(der.as_ref().to_vec())
            }),
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| Ok(pair.to_pkcs8v1()?.as_ref().to_vec())),
            Algorithm::EdDsa => {
                Ed25519KeyPair::generate().and_then(|pair| Ok(pair.to_pkcs8v1()?.as_ref().to_vec()))
            }
            Algorithm::Hs256 => return Err(KeyError::NotAsymmetric(algorithm)),
        };
        let pkcs8 = Zeroizing::new(pkcs8.map_err(|_| KeyError::Generation)?);
        // Read back, so a key that could not be loaded after a restart is never handed out.
        Ok((Self::from_pkcs8(algorithm, &pkcs8)?, pkcs8))
    }

    /// Reads an unencrypted PKCS#8 private key.
    ///
    /// # Errors
    /// [`KeyError::NotAsymmetric`], [`KeyError::WrongKind`], [`KeyError::RsaSize`].
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::Rs256 => Self::rsa(RsaKeyPair::from_pkcs8(der)),
            Algorithm::Es256 => Self::p256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)),
            Algorithm::EdDsa => Self::ed25519(Ed25519KeyPair::from_pkcs8(der)),
            Algorithm::Hs256 => Err(KeyError::NotAsymmetric(algorithm)),
        }
    }

    /// Reads the first private key of a PEM text: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) or
    /// `EC PRIVATE KEY` (SEC 1).
    ///
    /// # Errors
    /// [`KeyError::Encrypted`], [`KeyError::NoPemSection`], [`KeyError::DamagedPem`], and those of
    /// [`from_pkcs8`](Self::from_pkcs8).
    pub fn from_pem(algorithm: Algorithm, text: &str) -> Result<Self, KeyError> {
        let mut der = read_pem(text)?;
        let key = match (&der, algorithm) {
            (PrivateKeyDer::Pkcs8(der), _) => Self::from_pkcs8(algorithm, der.secret_pkcs8_der()),
            (PrivateKeyDer::Pkcs1(der), Algorithm::Rs256) => {
                Self::rsa(RsaKeyPair::from_der(der.secret_pkcs1_der()))
            }
            (PrivateKeyDer::Sec1(der), Algorithm::Es256) => Self::p256(EcdsaKeyPair::from_private_key_der(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                der.secret_sec1_der(),
            )),
            (_, Algorithm::Hs256) => Err(KeyError::NotAsymmetric(algorithm)),
            _ => Err(KeyError::WrongKind(algorithm)),
        };
        der.zeroize();
        key
    }

    /// Takes a shared secret for HS256.
    ///
    /// # Errors
    /// [`KeyError::SecretTooShort`] under 32 bytes (RFC 7518 §3.2).
    pub fn hmac(secret: &[u8]) -> Result<Self, KeyError> {
        let verification = HmacKey::new(secret)?;
        Ok(Self {
            half: PrivateHalf::Hmac(Arc::clone(verification.key())),
            verification: VerificationKey::Hmac(verification),
        })
    }

    fn rsa(pair: Result<RsaKeyPair, KeyRejected>) -> Result<Self, KeyError> {
        let pair = pair.map_err(|error| KeyError::rejected(Algorithm::Rs256, error))?;
        let spki = pair.public_key().as_der();
        Self::pair(PrivateHalf::Rsa(pair), spki)
    }

    fn p256(pair: Result<EcdsaKeyPair, KeyRejected>) -> Result<Self, KeyError> {
        let pair = pair.map_err(|error| KeyError::rejected(Algorithm::Es256, error))?;
        let spki = pair.public_key().as_der();
        Self::pair(PrivateHalf::P256(pair), spki)
    }

    fn ed25519(pair: Result<Ed25519KeyPair, KeyRejected>) -> Result<Self, KeyError> {
        let pair = pair.map_err(|error| KeyError::rejected(Algorithm::EdDsa, error))?;
        let spki = pair.public_key().as_der();
        Self::pair(PrivateHalf::Ed25519(pair), spki)
    }

    fn pair(half: PrivateHalf, spki: Result<PublicKeyX509Der<'_>, Unspecified>) -> Result<Self, KeyError> {
        let spki = spki.map_err(|_| KeyError::UnsupportedPublicKey)?;
        let public = PublicKey::from_spki_der(spki.as_ref())?;
        Ok(Self {
            half,
            verification: public.into(),
        })
    }

    /// The one algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.verification.algorithm()
    }

    /// The key's id: the thumbprint of the public half (RFC 7638); of a shared secret a keyed hash, from
    /// which the secret can't be had.
    pub fn kid(&self) -> &str {
        self.verification.kid()
    }

    /// The public half, which a shared secret does not have.
    pub fn public(&self) -> Option<&PublicKey> {
        self.verification.public()
    }

    /// What verifies the signatures of this key.
    pub fn verification_key(&self) -> &VerificationKey {
        &self.verification
    }

    /// Signs `input`: PKCS#1 v1.5, r ‖ s, 64 bytes of Ed25519, or an HMAC tag.
    ///
    /// # Errors
    /// [`SigningFailed`].
    pub fn sign(&self, input: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        let rng = SystemRandom::new();
        let signature = match &self.half {
            PrivateHalf::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, input, &mut signature)
                    .map(|()| signature)
            }
            PrivateHalf::P256(pair) => pair
                .sign(&rng, input)
                .map(|signature| signature.as_ref().to_vec()),
            PrivateHalf::Ed25519(pair) => pair.try_sign(input).map(|signature| signature.as_ref().to_vec()),
            PrivateHalf::Hmac(key) => Ok(hmac::sign(key, input).as_ref().to_vec()),
        };
        signature.map_err(|_| SigningFailed)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm(), self.kid())
    }
}

fn read_pem(text: &str) -> Result<PrivateKeyDer<'static>, KeyError> {
    // Both the PKCS#8 label and the header of the traditional formats contain it.
    if text.contains("ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|error| match error {
        pem::Error::NoItemsFound => KeyError::NoPemSection("PRIVATE KEY"),
        _ => KeyError::DamagedPem,
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::crypto::signing::testing::{self, PAIRS, unb64};

    fn pem(label: &str, der: &[u8]) -> String {
        let body = STANDARD.encode(der);
        let lines: Vec<_> = body
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            lines.join("\n")
        )
    }

    #[test]
    fn stored_keys_come_back_as_they_were() {
        for algorithm in PAIRS {
            let (key, der) = (testing::key(algorithm), testing::pkcs8(algorithm));
            assert_eq!(key.algorithm(), algorithm);
            for again in [
                SigningKey::from_pkcs8(algorithm, der),
                SigningKey::from_pem(algorithm, &pem("PRIVATE KEY", der)),
            ] {
                let again = again.unwrap();
                assert_eq!(again.public(), key.public());
                let signature = again.sign(b"input").unwrap();
                assert!(key.verification_key().verify(b"input", &signature));
                assert!(!key.verification_key().verify(b"other", &signature));
            }
        }
    }

    #[test]
    fn traditional_pem_is_read() {
        // PKCS#8 is a wrapper of fixed length around the traditional form.
        for (algorithm, label, inner) in [
            (Algorithm::Rs256, "RSA PRIVATE KEY", 26),
            (Algorithm::Es256, "EC PRIVATE KEY", 29),
        ] {
            let text = pem(label, &testing::pkcs8(algorithm)[inner..]);
            let with_parameters = format!("{}{text}", pem("EC PARAMETERS", &[6, 0]));
            for text in [text, with_parameters] {
                let key = SigningKey::from_pem(algorithm, &text).unwrap();
                assert_eq!(key.public(), testing::key(algorithm).public());
                for other in PAIRS.into_iter().filter(|other| *other != algorithm) {
                    assert_eq!(
                        SigningKey::from_pem(other, &text).unwrap_err(),
                        KeyError::WrongKind(other)
                    );
                }
            }
        }
    }

    #[test]
    fn keys_of_another_kind_are_refused() {
        for key in PAIRS {
            for algorithm in PAIRS.into_iter().filter(|algorithm| *algorithm != key) {
                let error = SigningKey::from_pkcs8(algorithm, testing::pkcs8(key)).unwrap_err();
                assert_eq!(error, KeyError::WrongKind(algorithm));
            }
            let error = SigningKey::from_pkcs8(Algorithm::Hs256, testing::pkcs8(key)).unwrap_err();
            assert_eq!(error, KeyError::NotAsymmetric(Algorithm::Hs256));
            assert!(SigningKey::from_pkcs8(key, b"").is_err());
            assert!(SigningKey::from_pkcs8(key, testing::key(key).public().unwrap().spki_der()).is_err());
        }
        assert!(SigningKey::generate(Algorithm::Hs256).is_err());
    }

    #[test]
    fn odd_pem_gets_a_helpful_answer() {
        let refuse = |text: &str| SigningKey::from_pem(Algorithm::Rs256, text).unwrap_err();
        let good = pem("PRIVATE KEY", testing::pkcs8(Algorithm::Rs256));
        assert_eq!(refuse(""), KeyError::NoPemSection("PRIVATE KEY"));
        assert_eq!(
            refuse(&good.replace("PRIVATE", "PUBLIC")),
            KeyError::NoPemSection("PRIVATE KEY")
        );
        assert_eq!(
            refuse(&good.replace("PRIVATE", "ENCRYPTED PRIVATE")),
            KeyError::Encrypted
        );
        assert_eq!(refuse(&good[..200]), KeyError::DamagedPem);
        assert_eq!(refuse(&good.replace("MII", "M!I")), KeyError::DamagedPem);
    }

    #[test]
    fn short_rsa_keys_are_refused() {
        // A 1024-bit key of openssl, PKCS#1.
        let der = STANDARD.decode(SHORT_RSA).unwrap();
        let refused = SigningKey::from_pem(Algorithm::Rs256, &pem("RSA PRIVATE KEY", &der)).unwrap_err();
        assert_eq!(refused, KeyError::RsaSize);
    }

    #[test]
    fn ed25519_signs_as_rfc_8037_does() {
        let prefix = [
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ];
        let der = [&prefix[..], &unb64(testing::RFC8037_D)].concat();
        let key = SigningKey::from_pkcs8(Algorithm::EdDsa, &der).unwrap();
        assert_eq!(key.public(), Some(&testing::public(testing::RFC8037_JWK)));
        let (input, signature) = testing::RFC8037_TOKEN.rsplit_once('.').unwrap();
        assert_eq!(key.sign(input.as_bytes()).unwrap(), unb64(signature));
    }

    #[test]
    fn shared_secrets_have_no_public_half() {
        let key = SigningKey::hmac(testing::SECRET).unwrap();
        assert_eq!((key.public(), key.algorithm()), (None, Algorithm::Hs256));
        assert_eq!(
            SigningKey::hmac(&testing::SECRET[1..]).unwrap_err(),
            KeyError::SecretTooShort(31)
        );
        assert_eq!(format!("{key:?}"), format!("SigningKey(HS256 {})", key.kid()));
    }

    #[test]
    fn keys_are_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<SigningKey>();
        shared::<crate::crypto::signing::KeySet>();
    }

    const SHORT_RSA: &str = "\
        MIICXAIBAAKBgQCb2BUWxieq8mlCBbXG7K0AbSL2eRyM6ArFQj+HjCCuMqsNKRSgfcgYIMHjA82LD1hkV0qR5aYxpHd6oB8t\
        rjeZVVKamJsn6ELa4d/hCBmKcsxw6Onpmr6cAvP0RWvkmz7hxIkaitCV7nWYO5xHA+iUOMVjL+JUlvYWYpEA8xYndQIDAQAB\
        AoGAH6XxGm/hTGDwKT05ng0gUO7Y487SknbpAQgkGKXHWTjm7cRC8Ri6EtRMK4rxKeVS4QWtGhXV+0zYCqoLyt4PYh4ETxk/\
        psvdv28opcTlK6LTgaljR7ZjRwq3pOMS9r2HpyFkUMnEeDivOpCyzfngltCO1cvie3PVopgss+90kh0CQQDKlJNQfjxeoJ+P\
        m8oTg//NaeSe7gp62BlE+GL5Pg37g1Vr0H4UWSYvTmnNaUv+ycQnGJdvQrq07uKL9nG0gtnDAkEAxPCEs/z9KpA4zahYK9Qa\
        aMW76spbxkPZtEF5vXAvDrYrPzTxhM+cReLkVpcutfns/u1wMt/lx08TaVyjvvquZwJAV4rnMlSq//WHnoajR9W2GG2XZ3rU\
        uotiOCTimHTRlAwIQQQjR+XSk4TeQe8r8Rn+EysUXfdHOeM1sWg5cNlPAwJALmpZfGpF6MAxAxeIIFxPFR51WbLzyli3eKpt\
        3N4R2S/KJY1+1sRvmnENS/M5yR3sY3DmnrbyWvUiKBTzatF+RQJBAJua4bDILdlKZN9rosnr46CLpd/mMR86eOrQBmw6grjL\
        poBMckPuW8xlPPrFBuT6DNp3/NJFZV9RuC63SzAmRqI=";
}
