//! Reading and changing one's own profile.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Changed, PersonName, User, UserId, Username, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::cache::{Entry, Subject};
use crate::io::db::Tx;
use crate::portable::{self, Portable};

/// A user as clients see them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Never changes.
    #[schema(value_type = String, example = "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")]
    pub id: UserId,
    /// Lower case.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// Whether its owner opened the link that was mailed there.
    pub email_verified: bool,
    /// Case-sensitive.
    pub username: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The language of mails.
    pub locale: Option<String>,
    /// Whether this is an administrator of the platform.
    pub is_admin: bool,
    /// When the account was made.
    pub created_at: String,
    /// When anything here changed.
    pub updated_at: String,
    /// The last sign-in.
    pub last_sign_in_at: Option<String>,
}

impl From<&User> for Profile {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified_at.is_some(),
            username: user.username.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            locale: user.locale.clone(),
            is_admin: user.is_admin,
            created_at: rfc3339(user.created_at),
            updated_at: rfc3339(user.updated_at),
            last_sign_in_at: user.last_sign_in_at.map(rfc3339),
        }
    }
}

/// A time as the API writes it: RFC 3339, UTC, `Z`.
pub fn rfc3339(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// One's own profile, from a copy that is dropped with every change.
///
/// # Errors
/// `TOKEN_REVOKED` when the account is gone.
pub async fn read(app: &App, user: &UserId) -> Result<Profile> {
    let entry = Entry {
        subject: Subject::User(user.as_str()),
        name: "profile",
        ttl: app.config.cache.user_profile,
    };
    let load = || async { Ok::<_, Error>(store::find(&app.db, user).await?.as_ref().map(Profile::from)) };
    app.cache
        .get_or_load(entry, app.clock.now_millis(), load)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))
}

/// The same as the API answers it.
///
/// # Errors
/// As [`read`].
pub async fn written(app: &App, user: &UserId) -> Result<String> {
    serde_json::to_string(&read(app, user).await?).map_err(Error::internal)
}

/// What is kept of somebody's account itself, for them to take along.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, id: &UserId, after: &str) -> Result<Vec<Portable>> {
    #[derive(Serialize)]
    struct Whole {
        #[serde(flatten)]
        profile: Profile,
        suspended_at: Option<String>,
    }
    let user = store::find(&app.db, id).await?.filter(|_| after.is_empty());
    let rows = user.iter().map(|it| {
        let whole = Whole {
            profile: Profile::from(it),
            suspended_at: it.suspended_at.map(rfc3339),
        };
        portable::row(id.to_string(), &whole)
    });
    rows.collect()
}

/// What changes; what is `None` stays as it is, an empty name is removed.
#[derive(Debug, Default)]
pub struct Changes {
    /// A new username.
    pub username: Option<Username>,
    /// A new given name.
    pub first_name: Option<Option<PersonName>>,
    /// A new family name.
    pub last_name: Option<Option<PersonName>>,
    /// A new language.
    pub locale: Option<String>,
}

/// Changes one's own profile.
///
/// # Errors
/// `USERNAME_TAKEN`, or `TOKEN_REVOKED` when the account is gone.
pub async fn update(app: &App, client: &Client, id: &UserId, changes: Changes) -> Result<Profile> {
    let mut tx = app.db.begin().await?;
    let user = store::lock(&mut tx, id)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let updated = apply(app, &mut tx, user, changes).await?;
    events::record(app, &mut tx, Event::by(Name::UserUpdated, id, client)).await?;
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(Profile::from(&updated))
}

/// Writes what somebody is called at their identity provider, in the transaction of their sign-in; `None` when nothing
/// changes, or nothing is told.
///
/// # Errors
/// When the database fails.
pub async fn follow_provider(
    app: &App,
    tx: &mut Tx,
    id: &UserId,
    (first_name, last_name): (Option<PersonName>, Option<PersonName>),
) -> Result<Option<Changed>> {
    let user = store::lock(&mut *tx, id)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let differs = |told: &Option<PersonName>, kept: &Option<String>| {
        told.as_ref()
            .is_some_and(|it| Some(it.as_str()) != kept.as_deref())
    };
    if !differs(&first_name, &user.first_name) && !differs(&last_name, &user.last_name) {
        return Ok(None);
    }
    let changes = Changes {
        first_name: first_name.map(Some),
        last_name: last_name.map(Some),
        ..Changes::default()
    };
    apply(app, tx, user, changes).await?;
    Ok(Some(Changed::new(id)))
}

/// Writes what changes.
pub(super) async fn apply(app: &App, tx: &mut Tx, mut user: User, changes: Changes) -> Result<User> {
    let text = |name: Option<PersonName>| name.map(|it| it.as_str().to_owned());
    if let Some(username) = changes.username {
        user.username = Some(username.as_str().to_owned());
    }
    if let Some(name) = changes.first_name {
        user.first_name = text(name);
    }
    if let Some(name) = changes.last_name {
        user.last_name = text(name);
    }
    user.locale = changes.locale.or(user.locale);
    let taken = || Error::new(Code::UsernameTaken).with("field", "username");
    match store::update(tx, &user, app.clock.now()).await {
        Ok(updated) => updated.ok_or_else(taken),
        Err(error) if error.is_unique() => Err(taken()),
        Err(error) => Err(error.into()),
    }
}
