//! Checking what a passkey has signed: the only maker of [`Asserted`].

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use webauthn_rs_core::proto::{
    AllowCredentials, AuthenticationResult, AuthenticationState, Credential, PublicKeyCredential,
};

use super::ceremony;
use super::challenges::{self, Asked, Bound, Purpose};
use super::counter::{self, Moved};
use super::registration::handle;
use super::{Keeping, Passkey, PasskeyId, Question, decoys, list, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::users::{self, Email, User, UserId};

/// Proof that somebody has just used a passkey of this user. Only [`finish`] makes one.
#[derive(Debug)]
pub struct Asserted {
    user: User,
    passkey: PasskeyId,
    keeping: Keeping,
    user_verified: bool,
}

impl Asserted {
    /// Whose passkey it was, by id.
    pub fn user(&self) -> &UserId {
        &self.user.id
    }
    /// Whose passkey it was.
    pub fn into_user(self) -> User {
        self.user
    }
    /// Which one.
    pub fn passkey(&self) -> &PasskeyId {
        &self.passkey
    }
    /// Where its key lives.
    pub fn keeping(&self) -> Keeping {
        self.keeping
    }
    /// Whether the authenticator made sure of its user by PIN, finger or face.
    pub fn user_verified(&self) -> bool {
        self.user_verified
    }
}

/// What is remembered of a question.
#[derive(Serialize, Deserialize)]
struct Remembered {
    state: AuthenticationState,
    /// Passkeys that were made up, for an address that has none.
    decoys: Vec<String>,
}

/// Asks for a passkey: any of ours, or one of an address. The answer is the same whether or not there is an account.
///
/// # Errors
/// `RATE_LIMITED`.
pub async fn begin(app: &App, client: &Client, email: Option<&Email>) -> Result<Question> {
    limits::check_network(app, Limit::Passkey, client).await?;
    let party = ceremony::party(&app.config.passkeys);
    let builder = party
        .new_challenge_authenticate_builder(Vec::new(), Some(ceremony::verification(&app.config.passkeys)))
        .map_err(Error::internal)?;
    let (mut options, state) = party
        .generate_challenge_authenticate(builder)
        .map_err(Error::internal)?;
    let (user, decoys) = match email {
        None => (None, Vec::new()),
        Some(email) => {
            let (user, known) = of_address(app, email).await?;
            let made_up = decoys::for_address(app, email);
            let decoys = if known.is_empty() {
                ids(&made_up)
            } else {
                Vec::new()
            };
            options.public_key.allow_credentials = if known.is_empty() { made_up } else { known };
            (user, decoys)
        }
    };
    let asked = serde_json::to_value(Remembered { state, decoys }).map_err(Error::internal)?;
    let bound = Bound {
        user: user.as_ref(),
        session: None,
    };
    let challenge_id = challenges::ask(app, Purpose::SignIn, bound, asked).await?;
    let public_key = serde_json::to_value(&options.public_key).map_err(Error::internal)?;
    Ok(Question {
        challenge_id,
        public_key,
    })
}

/// Judges the answer of a passkey. The new counter is written in the transaction that is given along: whoever asked goes
/// on in it, and what it proves counts when they commit.
///
/// # Errors
/// `CREDENTIAL_NOT_RECOGNIZED` for a credential that nobody has or that another person was asked for; a code for each
/// other way in which the answer can be wrong.
pub async fn finish(
    app: &App,
    client: &Client,
    challenge_id: &str,
    answer: PublicKeyCredential,
) -> Result<(Asserted, Tx)> {
    limits::check_network(app, Limit::Passkey, client).await?;
    let asked = challenges::answer(app, Purpose::SignIn, challenge_id, None).await?;
    ceremony::examine(&app.config.passkeys, &answer)?;
    let Asked {
        user_id,
        question: asked,
        ..
    } = asked;
    let remembered: Remembered = serde_json::from_value(asked).map_err(Error::internal)?;
    let Some(passkey) = store::find(&app.db, &answer.id).await? else {
        // A real key refuses a wrong handle before it looks at the signature, and nobody can know a right one here.
        if remembered.decoys.contains(&answer.id) && answer.get_user_unique_id().is_none() {
            let decoy = decoys::credential(&answer.raw_id).ok_or(Code::CredentialNotRecognized)?;
            verify(app, answer, remembered.state, decoy).await?;
            return Err(Code::PasskeySignatureInvalid.into());
        }
        return Err(Code::CredentialNotRecognized.into());
    };
    let by_address = user_id.is_some() || !remembered.decoys.is_empty();
    refuse_if_of_another(
        &passkey,
        user_id.as_ref(),
        by_address,
        answer.get_user_unique_id(),
    )?;
    let mut credential: Credential =
        serde_json::from_value(passkey.credential.clone()).map_err(Error::internal)?;
    // The counter is judged below: the library would know one answer only.
    credential.counter = 0;
    let result = verify(app, answer, remembered.state, credential).await?;
    note(app, client, &passkey, &result).await
}

/// WebAuthn level 3, §7.2 step 6: the credential belongs to whom was asked, or to whom it names.
fn refuse_if_of_another(
    passkey: &Passkey,
    asked: Option<&UserId>,
    by_address: bool,
    named: Option<&[u8]>,
) -> Result<()> {
    let of_asked = if by_address {
        asked == Some(&passkey.user_id)
    } else {
        named.is_some()
    };
    let of_named = named.is_none_or(|it| it == handle(&passkey.user_id));
    if of_asked && of_named {
        return Ok(());
    }
    Err(Code::CredentialNotRecognized.into())
}

async fn verify(
    app: &App,
    answer: PublicKeyCredential,
    state: AuthenticationState,
    credential: Credential,
) -> Result<AuthenticationResult> {
    let settings = app.config.passkeys.clone();
    // Short work, but not for the runtime; the lane of signatures does not wait behind password hashes.
    app.signing
        .run(move |()| ceremony::verify(&settings, &state, &credential, &answer))
        .await?
}

/// Judges the counter under the lock of the row, so that of two copies used at once the second is seen.
async fn note(
    app: &App,
    client: &Client,
    passkey: &Passkey,
    result: &AuthenticationResult,
) -> Result<(Asserted, Tx)> {
    let now = app.clock.now();
    let keeping = if passkey.backup_eligible {
        Keeping::Synced
    } else {
        Keeping::OneDevice
    };
    let mut tx = app.db.begin().await?;
    // Removed in the meantime: nobody has it any more.
    let seen = store::touch(&mut tx, &passkey.id, result.backup_state(), now).await?;
    let seen = seen.ok_or(Code::CredentialNotRecognized)?;
    let user = users::find(&mut tx, &passkey.user_id)
        .await?
        .ok_or(Code::CredentialNotRecognized)?;
    let shown = result.counter();
    if counter::judge(seen, shown, keeping) == Moved::Backwards {
        let facts = json!({"passkey_id": passkey.id, "counter_seen": seen, "counter_shown": shown});
        let settings = &app.config.passkeys;
        if settings.strict_counter || !app.config.server.debug {
            drop(tx);
            return Err(report(app, client, passkey, facts).await?);
        }
        let event = Event::about(Name::PasskeyCounterIgnored, Some(&user.id)).from(client);
        events::record(app, &mut tx, event.knowing(facts)).await?;
        tracing::warn!(passkey_id = %passkey.id, "a passkey counted backwards and was let in: WEBAUTHN_STRICT_COUNTER=false");
    }
    store::count_up(&mut tx, &passkey.id, i64::from(shown)).await?;
    let asserted = Asserted {
        user,
        passkey: passkey.id.clone(),
        keeping,
        user_verified: result.user_verified(),
    };
    Ok((asserted, tx))
}

/// Flags a passkey that may have been copied, and tells of it.
async fn report(app: &App, client: &Client, passkey: &Passkey, facts: serde_json::Value) -> Result<Error> {
    let mut tx = app.db.begin().await?;
    store::flag(&mut tx, &passkey.id, app.clock.now()).await?;
    let event = Event::about(Name::PasskeySuspicious, Some(&passkey.user_id)).from(client);
    events::record(
        app,
        &mut tx,
        event.knowing(facts).failed("passkey_counter_backwards"),
    )
    .await?;
    tx.commit().await?;
    tracing::warn!(passkey_id = %passkey.id, user_id = %passkey.user_id, "a passkey counted backwards: it may have been copied");
    Ok(Code::PasskeyCounterBackwards.into())
}

async fn of_address(app: &App, email: &Email) -> Result<(Option<UserId>, Vec<AllowCredentials>)> {
    let Some(user) = users::find_by_email(&app.db, email).await? else {
        return Ok((None, Vec::new()));
    };
    let known = list(app, &user.id).await?;
    let allowed = known.iter().map(|it| AllowCredentials {
        type_: "public-key".to_owned(),
        id: it.raw_id(),
        transports: it.transports(),
    });
    Ok((Some(user.id), allowed.collect()))
}

fn ids(made_up: &[AllowCredentials]) -> Vec<String> {
    made_up.iter().map(|it| URL_SAFE_NO_PAD.encode(&it.id)).collect()
}
