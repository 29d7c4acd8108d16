//! Signing, sealing and lifetimes of tokens; cookies of the browser.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::{Server, days, minutes};
use crate::config::reader::Reader;
use crate::config::value::choices;
use crate::crypto::secret::SecretString;
use crate::crypto::signing::Algorithm;

#[derive(Clone, Debug)]
pub struct Tokens {
    pub algorithm: Algorithm,
    pub private_key_path: Option<String>,
    pub public_key_path: Option<String>,
    pub secret_key: Option<SecretString>,
    pub master_key: Option<SecretString>,
    pub master_key_previous: Option<SecretString>,
    pub additional_public_key_paths: Vec<String>,
    pub key_rotation_days: u32,
    pub issuer: String,
    pub audience: String,
    pub leeway_seconds: u8,
    pub access_lifetime: Duration,
    pub refresh_lifetime: Duration,
    pub session_lifetime: Duration,
    pub rotation: bool,
    pub reuse_grace: Duration,
}

/// Secrets that stand in examples all over the world.
const KNOWN_SAMPLES: &[&str] = &[
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
    "example",
    "password",
    "insert",
];

impl Tokens {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let tokens = Self {
            algorithm: r.get("JWT_ALGORITHM", Algorithm::Rs256, "How access tokens are signed: RS256, ES256, EdDSA, or HS256 with JWT_SECRET_KEY. A change of it is a key rotation: the new key signs some minutes after the start, once clients can know it."),
            private_key_path: r.optional("JWT_PRIVATE_KEY_PATH", "PEM file with the private key; without it a key is generated and kept sealed in the database."),
            public_key_path: r.optional("JWT_PUBLIC_KEY_PATH", "PEM file with the public key that belongs to JWT_PRIVATE_KEY_PATH; compared at start-up."),
            secret_key: r.secret("JWT_SECRET_KEY", "At least 32 bytes. Signs tokens with HS256, and seals what is stored unless JANUA_MASTER_KEY is set."),
            master_key: r.secret("JANUA_MASTER_KEY", "At least 32 bytes: the root of everything that is sealed or hashed with a key."),
            master_key_previous: r.secret("JANUA_MASTER_KEY_PREVIOUS", "Earlier master keys, separated by commas: what hangs on them stays readable, and `janua keys reseal` brings it under the current one. With several instances, first give all of them the new key here, then exchange the two."),
            additional_public_key_paths: r.get("JWT_ADDITIONAL_PUBLIC_KEY_PATHS", Vec::new(), "PEM files with further public keys, separated by commas: they verify tokens and stand in the JWKS, to rotate pinned keys by hand."),
            key_rotation_days: r.get("JWT_KEY_ROTATION_DAYS", 90, "Days after which a signing key in the database is replaced; 0 leaves that to `janua keys rotate`."),
            issuer: r.get("JWT_ISSUER", server.base_url.clone(), "`iss` of access tokens."),
            audience: r.get("JWT_AUDIENCE", "janua".to_owned(), "`aud` of access tokens."),
            leeway_seconds: r.get("JWT_LEEWAY_SECONDS", 30u8, "Difference between clocks that is forgiven, at most 30 seconds."),
            access_lifetime: minutes(r.positive("ACCESS_TOKEN_EXPIRE_MINUTES", 15, "Minutes that an access token lives.")),
            refresh_lifetime: days(r.get_also("REFRESH_TOKEN_EXPIRE_DAYS", "JWT_REFRESH_TOKEN_EXPIRE_DAYS", 7, "Days that a refresh token lives; each use begins anew.")),
            session_lifetime: days(r.positive("SESSION_MAX_DAYS", 30, "Days after which a session ends however often it was refreshed.")),
            rotation: r.get("REFRESH_TOKEN_ROTATION", true, "Each refresh names a successor, and a token used twice ends the session. `false` keeps the same token."),
            reuse_grace: Duration::from_secs(r.get("REFRESH_TOKEN_REUSE_SECONDS", 60, "Seconds in which a refresh token shown again gets the same successor, for parallel tabs and lost answers.")),
        };
        tokens.check(r, server);
        tokens
    }

    fn check(&self, r: &mut Reader<'_>, server: &Server) {
        for (name, secret) in [
            ("JWT_SECRET_KEY", &self.secret_key),
            ("JANUA_MASTER_KEY", &self.master_key),
        ] {
            let Some(secret) = secret.as_ref().map(SecretString::reveal) else {
                continue;
            };
            let lower = secret.to_lowercase();
            let repeats = secret.bytes().collect::<std::collections::HashSet<_>>().len() < 8;
            if secret.len() < 32 {
                r.problem(
                    name,
                    "is too short: it must have at least 32 bytes, as `openssl rand -base64 48` prints",
                );
            } else if repeats || KNOWN_SAMPLES.iter().any(|sample| lower.contains(sample)) {
                r.problem(
                    name,
                    "looks like a sample: generate one with `openssl rand -base64 48`",
                );
            }
        }
        if self.refresh_lifetime.is_zero() {
            r.problem("REFRESH_TOKEN_EXPIRE_DAYS", "must be at least 1");
        }
        let previous = self.master_key_previous.as_ref().map(SecretString::reveal);
        if previous.is_some_and(|it| it.len() < 32) {
            r.problem(
                "JANUA_MASTER_KEY_PREVIOUS",
                "is too short: no earlier master key had less than 32 bytes",
            );
        }
        if previous.is_some() && !r.is_set("JANUA_MASTER_KEY") && !r.is_set("JWT_SECRET_KEY") {
            r.problem(
                "JANUA_MASTER_KEY_PREVIOUS",
                "needs JANUA_MASTER_KEY: the key that takes over from the earlier ones",
            );
        }
        if self.leeway_seconds > 30 {
            r.problem("JWT_LEEWAY_SECONDS", "must be at most 30");
        }
        let hs256 = self.algorithm == Algorithm::Hs256;
        if hs256 && self.secret_key.is_none() && !r.is_set("JWT_SECRET_KEY") {
            r.problem("JWT_SECRET_KEY", "is missing: JWT_ALGORITHM=HS256 signs with it");
        }
        if hs256 && self.private_key_path.is_some() {
            r.problem(
                "JWT_PRIVATE_KEY_PATH",
                "has no use with JWT_ALGORITHM=HS256; leave out one of them",
            );
        }
        if self.private_key_path.is_some() != self.public_key_path.is_some() {
            let (missing, given) = match self.private_key_path {
                Some(_) => ("JWT_PUBLIC_KEY_PATH", "JWT_PRIVATE_KEY_PATH"),
                None => ("JWT_PRIVATE_KEY_PATH", "JWT_PUBLIC_KEY_PATH"),
            };
            r.problem(
                missing,
                &format!("is missing: {given} is set, and both are needed"),
            );
        }
        let rooted =
            r.is_set("JWT_SECRET_KEY") || r.is_set("JANUA_MASTER_KEY") || self.private_key_path.is_some();
        if server.is_production() && !rooted {
            r.problem(
                "JWT_SECRET_KEY",
                "is missing: production wants JWT_SECRET_KEY, JWT_PRIVATE_KEY_PATH or JANUA_MASTER_KEY",
            );
        }
    }
}

choices! {
    /// When a browser sends a cookie along from another site.
    SameSite {
        /// Never.
        Strict = "strict",
        /// When a person follows a link.
        Lax = "lax",
        /// Always; only with `Secure`.
        None = "none",
    }
}

#[derive(Clone, Debug)]
pub struct Cookies {
    pub secure: bool,
    pub same_site: SameSite,
    pub http_only: bool,
    pub domain: Option<String>,
}

impl Cookies {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let secure = server.is_production() || server.base_url.starts_with("https://");
        Self {
            secure: r.get("SESSION_COOKIE_SECURE", secure, "Cookies travel over https only; by default when APP_BASE_URL is https, and always in production."),
            same_site: r.get("SESSION_COOKIE_SAMESITE", SameSite::Lax, "`strict`, `lax` or `none`; `strict` breaks sign-in through another site."),
            http_only: r.get("SESSION_COOKIE_HTTPONLY", true, "Scripts cannot read the session cookie."),
            domain: r.optional("SESSION_COOKIE_DOMAIN", "Shares cookies with subdomains; without it their names carry the __Host- prefix."),
        }
    }
}
