//! Adding a passkey to an account.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use webauthn_rs_core::proto::{
    AuthenticatorTransport, PublicKeyCredentialDescriptor, RegisterPublicKeyCredential, RegistrationState,
    RequestRegistrationExtensions, ResidentKeyRequirement,
};

use super::ceremony::{self, Attested};
use super::challenges::{self, Bound, Purpose};
use super::{MOST, Passkey, PasskeyId, Question, list, model, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::ids::SessionId;
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::users::{self, PersonName, UserId};

/// Asks a browser for a new passkey. The caller has proved lately who they are.
///
/// # Errors
/// `TOO_MANY_PASSKEYS` or `RATE_LIMITED`.
pub async fn begin(app: &App, client: &Client, user: &UserId, session: &SessionId) -> Result<Question> {
    limits::check_network(app, Limit::Passkey, client).await?;
    let owner = users::find(&app.db, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let known = list(app, user).await?;
    if known.len() >= MOST {
        return Err(Code::TooManyPasskeys.into());
    }
    let shown = match owner.display_name() {
        "" => &owner.email,
        name => name,
    };
    let party = ceremony::party(&app.config.passkeys);
    let extensions = RequestRegistrationExtensions {
        cred_protect: None,
        uvm: None,
        cred_props: Some(true),
        min_pin_length: None,
        hmac_create_secret: None,
    };
    let builder = party
        .new_challenge_register_builder(&handle(user), &owner.email, shown)
        .map_err(Error::internal)?
        .user_verification_policy(ceremony::verification(&app.config.passkeys))
        .extensions(Some(extensions));
    let (mut options, state) = party
        .generate_challenge_register(builder)
        .map_err(Error::internal)?;
    // Discoverable where it can be, so that it signs in without an address; old security keys are second factors.
    if let Some(selection) = &mut options.public_key.authenticator_selection {
        selection.resident_key = Some(ResidentKeyRequirement::Preferred);
    }
    options.public_key.exclude_credentials = Some(known.iter().map(descriptor).collect());
    let challenge_id = challenges::ask(app, Purpose::Registration, Bound::to(user, session), state)?;
    let public_key = serde_json::to_value(&options.public_key).map_err(Error::internal)?;
    Ok(Question {
        challenge_id,
        public_key,
    })
}

/// Adds the passkey that answered. Whoever holds it can sign in from now on; sessions that run go on.
///
/// # Errors
/// A code for each way in which the answer can be wrong, `PASSKEY_ALREADY_REGISTERED` when somebody has it already.
pub async fn finish(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    challenge_id: &str,
    name: Option<PersonName>,
    answer: RegisterPublicKeyCredential,
) -> Result<Passkey> {
    limits::check_network(app, Limit::Passkey, client).await?;
    let bound = Bound::to(user, session);
    let read = challenges::read(app, Purpose::Registration, &bound, challenge_id);
    let (state, asked): (RegistrationState, _) = read.map_err(Error::within_session)?;
    let settings = app.config.passkeys.clone();
    // Short work, but not for the runtime; the lane of signatures does not wait behind password hashes.
    let (answer, attested) = app
        .signing
        .run(move |()| {
            let attested = ceremony::attest(&settings, &state, &answer);
            (answer, attested)
        })
        .await?;
    let attested = match attested {
        Ok(attested) => attested,
        Err(refused) => return asked.refuse(app, refused).await.map_err(Error::within_session),
    };
    let mut tx = app.db.begin().await?;
    asked.use_up(app, &mut tx).await.map_err(Error::within_session)?;
    keep(app, tx, client, user, name, &answer, attested).await
}

async fn keep(
    app: &App,
    mut tx: Tx,
    client: &Client,
    user: &UserId,
    name: Option<PersonName>,
    answer: &RegisterPublicKeyCredential,
    attested: Attested,
) -> Result<Passkey> {
    let now = app.clock.now();
    let Attested { credential, aaguid } = attested;
    let default = model(&aaguid).unwrap_or("Passkey").to_owned();
    let passkey = Passkey {
        id: PasskeyId::new(app.random.id(now)),
        user_id: user.clone(),
        credential_id: URL_SAFE_NO_PAD.encode(&credential.cred_id),
        counter: i64::from(credential.counter),
        name: name.map_or(default, |it| it.as_str().to_owned()),
        aaguid,
        transports: transports(answer.response.transports.as_deref().unwrap_or_default()),
        backup_eligible: credential.backup_eligible,
        backed_up: credential.backup_state,
        credential: serde_json::to_value(&credential).map_err(Error::internal)?,
        created_at: now,
        last_used_at: None,
        flagged_at: None,
    };
    let owner = users::find(&mut tx, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    if !store::insert(&mut tx, &passkey).await? {
        return Err(Code::PasskeyAlreadyRegistered.into());
    }
    let facts = json!({"passkey_id": passkey.id, "name": passkey.name, "aaguid": passkey.aaguid});
    events::record(
        app,
        &mut tx,
        Event::by(Name::PasskeyAdded, user, client).knowing(facts),
    )
    .await?;
    let facts = json!({"ip": client.ip.to_string(), "device": client.device_name(), "when": now, "passkey": passkey.name});
    outbox::promise_with(app, &mut tx, Kind::PasskeyAdded, &owner, client, facts).await?;
    tx.commit().await?;
    Ok(passkey)
}

/// What authenticators know a person by: the bytes of their id, nothing that anybody could read.
pub(super) fn handle(user: &UserId) -> Vec<u8> {
    uuid::Uuid::try_parse(user.as_str()).map_or_else(|_| user.as_str().into(), |it| it.as_bytes().to_vec())
}

fn descriptor(passkey: &Passkey) -> PublicKeyCredentialDescriptor {
    PublicKeyCredentialDescriptor {
        type_: "public-key".to_owned(),
        id: passkey.raw_id(),
        transports: passkey.transports(),
    }
}

/// The words of the specification that we know, each once.
fn transports(given: &[AuthenticatorTransport]) -> String {
    let mut words: Vec<String> = given
        .iter()
        .filter(|it| !matches!(it, AuthenticatorTransport::Unknown | AuthenticatorTransport::Test))
        .filter_map(|it| serde_json::to_value(it).ok()?.as_str().map(str::to_owned))
        .collect();
    words.sort();
    words.dedup();
    words.join(" ")
}
