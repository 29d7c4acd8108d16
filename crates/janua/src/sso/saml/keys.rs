//! Our own keys of a connection: what we sign with, and what providers encrypt to.
//!
//! Their certificates stand in the settings, the private keys are sealed as the connection's secret, in the same order.

use chrono::TimeDelta;
use janua_saml::KeyPair;

use super::settings;
use crate::app::App;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::sso::{Connection, SsoConnectionId};

/// How long a certificate of ours counts. Providers pin it by hand, so it has to last.
const LIFETIME: TimeDelta = TimeDelta::days(3650);

/// How far back it counts already: clocks differ.
const BEFORE: TimeDelta = TimeDelta::days(1);

/// What a private key ends with.
const END: &str = "-----END PRIVATE KEY-----";

/// Draws a key pair for a connection, in the pool.
///
/// # Errors
/// `OVERLOADED`.
pub(in crate::sso) async fn generate(app: &App, id: &SsoConnectionId) -> Result<KeyPair> {
    generate_for(app, format!("Janua {id}")).await
}

/// Draws a key pair whose certificate bears a name, in the pool.
///
/// # Errors
/// `OVERLOADED`.
pub(in crate::sso) async fn generate_for(app: &App, name: String) -> Result<KeyPair> {
    let now = app.clock.now();
    let made = app
        .saml
        .run(move |()| KeyPair::generate(&name, now - BEFORE, now + LIFETIME));
    made.await?.map_err(Error::internal)
}

/// Keeps key pairs, the one in use first.
pub(in crate::sso) fn keep(app: &App, connection: &mut Connection, pairs: &[KeyPair]) {
    let keys: String = pairs.iter().map(|it| it.key_pem().to_string()).collect();
    connection.seal(app, &SecretString::new(keys));
    if let Some(saml) = &mut connection.settings.saml {
        saml.own_certificates = pairs.iter().map(|it| it.certificate().pem()).collect();
    }
}

/// What is needed to read the key pairs of a connection, which takes a while.
#[derive(Debug)]
pub(in crate::sso) struct Sealed {
    keys: SecretString,
    certificates: Vec<String>,
}

impl Sealed {
    pub(in crate::sso) fn of(app: &App, connection: &Connection) -> Result<Self> {
        let keys = connection.secret(app)?.ok_or(Code::SsoIncomplete)?;
        Ok(Self {
            keys,
            certificates: settings(connection)?.own_certificates.clone(),
        })
    }

    /// The key pairs, the one in use first.
    pub(in crate::sso) fn read(&self) -> Result<Vec<KeyPair>> {
        let keys = self.keys.reveal().split_inclusive(END);
        let pairs = keys.zip(&self.certificates);
        pairs
            .map(|(key, certificate)| KeyPair::from_parts(key, certificate).map_err(Error::internal))
            .collect()
    }
}
