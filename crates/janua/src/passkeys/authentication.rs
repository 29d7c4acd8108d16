//! Checking what a passkey has signed: the only maker of [`Asserted`].

use serde::{Deserialize, Serialize};
use serde_json::json;
use webauthn_rs_core::proto::{
    AllowCredentials, AuthenticationResult, AuthenticationState, Credential, PublicKeyCredential,
};

use super::ceremony;
use super::challenges::{self, Bound, Purpose};
use super::counter::{self, Moved};
use super::registration::handle;
use super::{Keeping, Passkey, PasskeyId, Question, decoys, list, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
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

/// What is asked. It holds nothing that depends on whether there is an account.
#[derive(Debug, Serialize, Deserialize)]
struct Asking {
    state: AuthenticationState,
    /// Only passkeys of this address count.
    email: Option<String>,
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
    if let Some(email) = email {
        let (_, known) = of_address(app, email).await?;
        let made_up = || decoys::for_address(app, email);
        options.public_key.allow_credentials = if known.is_empty() { made_up() } else { known };
    }
    let asking = Asking {
        state,
        email: email.map(|it| it.as_str().to_owned()),
    };
    let challenge_id = challenges::ask(app, Purpose::SignIn, Bound::default(), asking)?;
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
    let read = challenges::read(app, Purpose::SignIn, &Bound::default(), challenge_id);
    let (asking, asked): (Asking, _) = read?;
    let (passkey, result) = match judge(app, asking, answer).await {
        Ok(judged) => judged,
        Err(refused) => return asked.refuse(app, refused).await,
    };
    let mut tx = app.db.begin().await?;
    asked.use_up(app, &mut tx).await?;
    note(app, tx, client, &passkey, &result).await
}

/// Finds whose the passkey is, and checks what it has signed.
async fn judge(
    app: &App,
    asking: Asking,
    answer: PublicKeyCredential,
) -> Result<(Passkey, AuthenticationResult)> {
    ceremony::examine(&app.config.passkeys, &answer)?;
    let Asking { state, email } = asking;
    let email = email.as_deref().map(Email::parse).transpose();
    let email = email.map_err(|_| Code::PasskeyChallengeInvalid.because(Truth::QuestionForged))?;
    let Some(passkey) = store::find(&app.db, &answer.id).await? else {
        // A real key refuses a wrong handle before it looks at the signature, and nobody can know a right one here.
        let made_up = email.is_some_and(|it| is_made_up(app, &it, &answer));
        if made_up && answer.get_user_unique_id().is_none() {
            let decoy = decoys::credential(&answer.raw_id)
                .ok_or_else(|| Code::CredentialNotRecognized.because(Truth::PasskeyUnknown))?;
            let judged = verify(app, answer, state, decoy).await;
            judged.map_err(|refused| refused.because(Truth::PasskeyMadeUp))?;
            return Err(Code::PasskeySignatureInvalid.because(Truth::PasskeyMadeUp));
        }
        return Err(Code::CredentialNotRecognized.because(Truth::PasskeyUnknown));
    };
    let asked = match &email {
        Some(email) => users::find_by_email(&app.db, email).await?,
        None => None,
    };
    let asked = asked.map(|it| it.id);
    refuse_if_of_another(
        &passkey,
        asked.as_ref(),
        email.is_some(),
        answer.get_user_unique_id(),
    )?;
    let mut credential: Credential =
        serde_json::from_value(passkey.credential.clone()).map_err(Error::internal)?;
    // The counter is judged later: the library would know one answer only.
    credential.counter = 0;
    let result = verify(app, answer, state, credential).await;
    let result = result.map_err(|refused| refused.of_user(passkey.user_id.as_str()))?;
    Ok((passkey, result))
}

fn is_made_up(app: &App, email: &Email, answer: &PublicKeyCredential) -> bool {
    let made_up = decoys::for_address(app, email);
    made_up.iter().any(|it| it.id.as_slice() == &answer.raw_id[..])
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
    let refused = Code::CredentialNotRecognized.because(Truth::PasskeyOther);
    Err(refused.of_user(passkey.user_id.as_str()))
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
    mut tx: Tx,
    client: &Client,
    passkey: &Passkey,
    result: &AuthenticationResult,
) -> Result<(Asserted, Tx)> {
    let keeping = if passkey.backup_eligible {
        Keeping::Synced
    } else {
        Keeping::OneDevice
    };
    // Removed in the meantime: nobody has it any more.
    let seen = store::lock(&mut tx, &passkey.id).await?;
    let seen = seen.ok_or_else(|| Code::CredentialNotRecognized.because(Truth::PasskeyUnknown))?;
    let user = users::find(&mut tx, &passkey.user_id)
        .await?
        .ok_or_else(|| Code::CredentialNotRecognized.because(Truth::PasskeyUnknown))?;
    let shown = result.counter();
    if counter::judge(seen, shown, keeping) == Moved::Backwards {
        let facts = json!({"passkey_id": passkey.id, "counter_seen": seen, "counter_shown": shown});
        let settings = &app.config.passkeys;
        if settings.strict_counter || !app.config.server.debug {
            return Err(report(app, tx, client, passkey, facts).await?);
        }
        let event = Event::about(Name::PasskeyCounterIgnored, Some(&user.id)).from(client);
        events::record(app, &mut tx, event.knowing(facts)).await?;
        tracing::warn!(passkey_id = %passkey.id, "a passkey counted backwards and was let in: WEBAUTHN_STRICT_COUNTER=false");
    }
    let now = app.clock.now();
    store::touch(&mut tx, &passkey.id, i64::from(shown), result.backup_state(), now).await?;
    let asserted = Asserted {
        user,
        passkey: passkey.id.clone(),
        keeping,
        user_verified: result.user_verified(),
    };
    Ok((asserted, tx))
}

/// Flags a passkey that may have been copied, and tells of it.
async fn report(
    app: &App,
    mut tx: Tx,
    client: &Client,
    passkey: &Passkey,
    facts: serde_json::Value,
) -> Result<Error> {
    store::flag(&mut tx, &passkey.id, app.clock.now()).await?;
    let event = Event::about(Name::PasskeySuspicious, Some(&passkey.user_id)).from(client);
    let event = event.knowing(facts).failed("passkey_counter_backwards");
    events::record(app, &mut tx, event).await?;
    tx.commit().await?;
    tracing::warn!(passkey_id = %passkey.id, user_id = %passkey.user_id, "a passkey counted backwards: it may have been copied");
    Ok(Error::new(Code::PasskeyCounterBackwards).of_user(passkey.user_id.as_str()))
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
