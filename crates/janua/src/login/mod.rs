//! Ways in. Each proves something, lets `authentication` judge it, and ends in [`begin`].

mod logout;
pub mod passkey;
mod password;

mod claiming;
pub mod enrolment;
pub mod enrolment_routes;
pub mod magic_link;
pub mod magic_link_routes;
pub mod mfa_routes;
mod redirection;
pub mod routes;
pub mod second_factor;
pub mod social;
pub mod social_routes;
pub mod sso;
pub mod sso_linking;
pub mod sso_linking_routes;
mod sso_logout;
pub mod sso_logout_routes;
pub mod sso_routes;
mod ways_in;

pub use logout::{sign_out, sign_out_everywhere};
pub use password::sign_in;

use crate::app::App;
use crate::authentication::{self, Authenticated, Outcome};
use crate::client::Client;
use crate::crypto::secret::OpaqueToken;
use crate::error::{Class, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::sessions::{self, Started};
use crate::sso::logins;
use crate::tokens::{self, Pair};
use crate::trusted_devices;
use crate::users::{Changed, User, UserId};

/// Somebody is signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// Their session, with its cookies.
    pub started: Started,
    /// Their tokens.
    pub tokens: Pair,
}

/// How far somebody has come.
#[derive(Debug)]
pub enum Progress {
    /// They are signed in.
    SignedIn(Box<SignedIn>),
    /// They owe a second factor.
    SecondFactor(SecondFactor),
    /// They have to set up a second factor first.
    Enrolment(OpaqueToken),
}

/// What somebody needs for the second step.
#[derive(Debug)]
pub struct SecondFactor {
    /// Names the sign-in.
    pub token: OpaqueToken,
    /// What may be shown.
    pub methods: Vec<&'static str>,
}

/// Goes on with what was concluded, in the given transaction: with a session, or with the second step.
///
/// # Errors
/// As [`begin`].
pub async fn proceed(app: &App, mut tx: Tx, client: &Client, outcome: Outcome) -> Result<Progress> {
    match outcome {
        Outcome::Authenticated(proof) => {
            Ok(Progress::SignedIn(Box::new(begin(app, tx, client, proof).await?)))
        }
        Outcome::OwesEnrolment(owes) => {
            let token = authentication::owe_enrolment(app, &mut tx, &owes).await?;
            tx.commit().await?;
            Ok(Progress::Enrolment(token))
        }
        Outcome::Owed(owed) => {
            if let Some(recognised) = trusted_devices::recognise(app, &mut tx, owed.user(), client).await? {
                let proof = authentication::excuse(owed, &recognised, app.clock.now())?;
                return Ok(Progress::SignedIn(Box::new(begin(app, tx, client, proof).await?)));
            }
            let token = authentication::owe(app, &mut tx, &owed).await?;
            tx.commit().await?;
            Ok(Progress::SecondFactor(SecondFactor {
                token,
                methods: owed.factors().names(),
            }))
        }
    }
}

/// Starts a session and its tokens in the given transaction, commits it, and signs the access token.
///
/// # Errors
/// As [`sessions::start`]; nothing remains then.
pub async fn begin(app: &App, tx: Tx, client: &Client, proof: Authenticated) -> Result<SignedIn> {
    begin_in(app, tx, client, proof, false).await
}

/// The same in a browser that its owner wishes to trust from now on.
async fn begin_in(
    app: &App,
    mut tx: Tx,
    client: &Client,
    proof: Authenticated,
    trusted: bool,
) -> Result<SignedIn> {
    let user = proof.user().clone();
    if let Some(login) = proof.sso_login() {
        logins::refuse_if_ended(&mut tx, login).await?;
    }
    let started = sessions::start(app, &mut tx, proof, client).await?;
    if trusted {
        trusted_devices::trust(app, &mut tx, &user, &started.device, client).await?;
    }
    let refresh_token = tokens::first_refresh_token(app, &mut tx, &started.session).await?;
    tx.commit().await?;
    // The profile tells of the last sign-in.
    Changed::new(&user.id).announce(app).await;
    let (access_token, expires_in) = tokens::access_token(app, &started.session).await?;
    tracing::info!(user_id = %user.id, session_id = %started.session.id, "signed in");
    let tokens = Pair {
        access_token,
        refresh_token: refresh_token.reveal(),
        expires_in,
    };
    Ok(SignedIn {
        user,
        started,
        tokens,
    })
}

/// Records a refusal that tells of somebody who may not get in.
async fn record(app: &App, client: &Client, user: Option<&UserId>, refused: Error) -> Result<Error> {
    let refused = match user {
        Some(user) => refused.of_user(user.as_str()),
        None => refused,
    };
    if matches!(
        refused.code().class(),
        Class::Authentication | Class::Token | Class::Sso
    ) {
        let mut tx = app.db.begin().await?;
        let event = Event::about(Name::SignInFailed, user).from(client);
        events::record(app, &mut tx, event.failed(refused.code().name())).await?;
        tx.commit().await?;
    }
    Ok(refused)
}
