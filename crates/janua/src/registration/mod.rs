//! Making an account.

pub mod bootstrap;
pub mod routes;

use crate::app::App;
use crate::authentication::{self, Evidence, Factors, Outcome, Policy};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::emails;
use crate::error::{Code, Fields, Invalid, Result};
use crate::events::{self, Event, Name};
use crate::invitations::acceptance;
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::login::{self, SignedIn};
use crate::outbox::{self, Kind};
use crate::passwords::{self, NewPassword};
use crate::users::{self, Email, NewUser, PersonName, User, Username};

/// What somebody types to register; nothing of it is checked yet.
#[derive(Debug)]
pub struct Form {
    /// The address.
    pub email: String,
    /// The password.
    pub password: SecretString,
    /// A username, if they want one.
    pub username: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The language of mails.
    pub locale: Option<String>,
    /// What was mailed to this address to invite its owner; it proves the address.
    pub invitation: Option<SecretString>,
}

/// What comes of a registration.
#[derive(Debug)]
pub enum Registered {
    /// Something is owed before the first session: a verified address, or a second factor that is set up at the sign-in.
    SignInLater {
        /// Whose account it is.
        user: Box<User>,
        /// Whether it is the address.
        verification_required: bool,
    },
    /// The account can be used at once.
    SignedIn(Box<SignedIn>),
}

/// Makes an account and promises its verification mail. Whoever was invited has verified the address by that, and belongs
/// to the organization at once.
///
/// # Errors
/// `EMAIL_ALREADY_EXISTS`, `USERNAME_TAKEN`, `RATE_LIMITED`, every field that is not acceptable, or as
/// [`acceptance::open`] with an invitation. A taken address is told only after the password was hashed, so that it takes
/// as long as a registration.
pub async fn register(app: &App, client: &Client, form: Form) -> Result<Registered> {
    limits::check_network(app, Limit::Register, client).await?;
    let invitation = form.invitation.clone();
    let (mut new, password) = check(app, form, client).await?;
    let prepared = passwords::prepare(app, password).await?;
    let mut tx = app.db.begin().await?;
    let opened = match &invitation {
        Some(shown) => Some(acceptance::open(app, &mut tx, shown).await?),
        None => None,
    };
    if let Some(opened) = &opened {
        opened.refuse_if_not_for(new.email.as_str())?;
        new.email_verified_at = Some(app.clock.now());
    }
    let user = users::insert(app, &mut tx, &new).await?;
    let verified = passwords::set(app, &mut tx, &user, &prepared).await?;
    events::record(app, &mut tx, Event::by(Name::UserRegistered, &user.id, client)).await?;
    let accepted = if let Some(opened) = opened {
        Some(join(app, &mut tx, client, &user, opened).await?)
    } else {
        emails::promise_verification(app, &mut tx, &user, client).await?;
        None
    };
    tracing::info!(user_id = %user.id, "registered");
    let policy = Policy::of(app);
    let factors = Factors::of_newcomer(&user.id);
    let outcome = authentication::conclude(Evidence::Password(verified), factors, policy, app.clock.now());
    let verification_required = outcome.is_err();
    let registered = if let Ok(Outcome::Authenticated(proof)) = outcome {
        Registered::SignedIn(Box::new(login::begin(app, tx, client, proof).await?))
    } else {
        tx.commit().await?;
        Registered::SignInLater {
            user: Box::new(user),
            verification_required,
        }
    };
    if let Some(accepted) = accepted {
        accepted.changed().announce(app).await;
    }
    Ok(registered)
}

/// The link was mailed to the address, so whoever opened it reads it.
async fn join(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    user: &User,
    opened: acceptance::Opened,
) -> Result<acceptance::Accepted> {
    events::record(app, tx, Event::by(Name::EmailVerified, &user.id, client)).await?;
    outbox::promise(app, tx, Kind::Welcome, user, client).await?;
    opened.accept(app, client, tx, user).await
}

async fn check(app: &App, form: Form, client: &Client) -> Result<(NewUser, NewPassword)> {
    let mut fields = Fields::new();
    let personal: Vec<&str> = [Some(form.email.as_str()), form.username.as_deref()]
        .into_iter()
        .chain([form.first_name.as_deref(), form.last_name.as_deref()])
        .flatten()
        .collect();
    let password = fields.take(
        "password",
        NewPassword::judge(app, form.password, &personal).await?,
    );
    let email = fields.take("email", Email::parse(&form.email));
    let username = form
        .username
        .map(|it| fields.take("username", Username::parse(&it)));
    let mut name = |field, text: Option<String>| {
        text.and_then(|it| fields.take(field, PersonName::parse(&it)))
            .flatten()
    };
    let (first_name, last_name) = (
        name("first_name", form.first_name),
        name("last_name", form.last_name),
    );
    let locale = match form.locale {
        Some(locale) => fields.take("locale", check_locale(app, &locale)),
        None => Some(client.locale.clone()),
    };
    fields.done()?;
    // All fields are there when none was refused.
    let (Some(email), Some(password)) = (email, password) else {
        return Err(Code::BadRequest.into());
    };
    let username = username.flatten();
    let new = NewUser {
        email,
        username,
        first_name,
        last_name,
        locale,
        is_admin: false,
        email_verified_at: None,
    };
    Ok((new, password))
}

/// A language that mails can be written in.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn check_locale(app: &App, locale: &str) -> Result<String, Invalid> {
    if locale.is_empty()
        || locale.len() > 35
        || !locale.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    {
        return Err(Invalid::new(
            Code::InvalidField,
            "the locale must be a language tag such as en or es-MX",
        ));
    }
    Ok(app.renderer.negotiate(locale))
}
