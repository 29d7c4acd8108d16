//! People: their address, their name, their state. What they prove themselves with lives elsewhere.

mod email;
mod name;
mod store;

pub mod admin;
pub mod admin_routes;
pub mod deletion;
pub mod profile;
pub mod routes;

use chrono::{DateTime, Utc};
pub use email::Email;
pub use name::{PersonName, Username};

use crate::app::App;
use crate::error::{Code, Error, Result};
pub use crate::ids::UserId;
use crate::io::cache::Subject;
use crate::io::db::{Querier, Tx};

/// A person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// Lower case.
    pub email: String,
    /// When its owner opened the link that was mailed there.
    pub email_verified_at: Option<DateTime<Utc>>,
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
    /// Grows with every change of rights or credentials: a proof that is older than it counts no more.
    pub epoch: i64,
    /// Suspended people cannot sign in.
    pub suspended_at: Option<DateTime<Utc>>,
    /// The last sign-in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When anything here changed.
    pub updated_at: DateTime<Utc>,
}

impl User {
    /// How mails address this person; empty when no name is known.
    pub fn display_name(&self) -> &str {
        self.first_name
            .as_deref()
            .or(self.username.as_deref())
            .unwrap_or_default()
    }
}

/// What is needed to make a user.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address.
    pub email: Email,
    /// The username, if one was chosen.
    pub username: Option<Username>,
    /// Given name.
    pub first_name: Option<PersonName>,
    /// Family name.
    pub last_name: Option<PersonName>,
    /// The language of mails.
    pub locale: Option<String>,
    /// Whether this is an administrator of the platform.
    pub is_admin: bool,
    /// When the address was verified, for accounts that an administrator makes.
    pub email_verified_at: Option<DateTime<Utc>>,
}

/// What somebody types to say who they are.
#[derive(Clone, Debug)]
pub enum Identifier {
    /// An address.
    Email(Email),
    /// A username.
    Username(Username),
}

impl Identifier {
    /// A text that stands for the same account however it was typed.
    pub fn canonical(&self) -> String {
        match self {
            Self::Email(email) => format!("email:{}", email.as_str()),
            Self::Username(username) => format!("username:{}", username.as_str()),
        }
    }
}

/// Makes a user.
///
/// # Errors
/// `EMAIL_ALREADY_EXISTS` or `USERNAME_TAKEN`.
pub async fn insert(app: &App, tx: &mut Tx, new: &NewUser) -> Result<User> {
    let now = app.clock.now();
    let id = UserId::new(app.random.id(now));
    if let Some(user) = store::insert(tx, &id, new, now).await? {
        return Ok(user);
    }
    let taken = store::find_by_email(tx, new.email.as_str()).await?;
    Err(match taken {
        Some(_) => Error::new(Code::EmailAlreadyExists).with("field", "email"),
        None => Error::new(Code::UsernameTaken).with("field", "username"),
    })
}

/// The user with this id.
///
/// # Errors
/// When the database fails.
pub async fn find(db: impl Querier, id: &UserId) -> Result<Option<User>> {
    Ok(store::find(db, id).await?)
}

/// The user with this id, whom nobody changes until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &mut Tx, id: &UserId) -> Result<Option<User>> {
    Ok(store::lock(tx, id).await?)
}

/// The user with this address.
///
/// # Errors
/// When the database fails.
pub async fn find_by_email(db: impl Querier, email: &Email) -> Result<Option<User>> {
    Ok(store::find_by_email(db, email.as_str()).await?)
}

/// The user whom somebody means.
///
/// # Errors
/// When the database fails.
pub async fn find_by_identifier(db: impl Querier, identifier: &Identifier) -> Result<Option<User>> {
    Ok(match identifier {
        Identifier::Email(email) => store::find_by_email(db, email.as_str()).await?,
        Identifier::Username(username) => store::find_by_username(db, username.as_str()).await?,
    })
}

/// Notes that the owner of the address opened its link. The address must still be the one the link was sent to.
///
/// # Errors
/// When the database fails.
pub async fn mark_verified(app: &App, tx: &mut Tx, id: &UserId, email: &str) -> Result<Option<User>> {
    Ok(store::mark_verified(tx, id, email, app.clock.now()).await?)
}

/// Notes a sign-in. `false` when the account has changed since the proof was made, or may not sign in.
///
/// # Errors
/// When the database fails.
pub async fn touch_sign_in(app: &App, tx: &mut Tx, user: &User) -> Result<bool> {
    Ok(store::touch_sign_in(tx, &user.id, user.epoch, app.clock.now()).await?)
}

/// Makes every proof of this account that is under way count no more.
///
/// # Errors
/// When the database fails.
pub async fn advance_epoch(app: &App, tx: &mut Tx, id: &UserId) -> Result<Option<User>> {
    Ok(store::advance_epoch(tx, id, app.clock.now()).await?)
}

/// A change that is committed and must become visible: dropped copies are read again.
#[must_use = "a change becomes visible only when it is announced after the commit"]
#[derive(Debug)]
pub struct Changed(UserId);

impl Changed {
    /// The copies of this user's rows are out of date once the transaction commits.
    pub fn new(id: &UserId) -> Self {
        Self(id.clone())
    }

    /// Drops every copy, on all instances; says whether they know already. A server that could not tell them goes on
    /// trying, a process that ends does not.
    pub async fn announce(self, app: &App) -> bool {
        app.cache
            .invalidate(Subject::User(self.0.as_str()), app.clock.now_millis())
            .await
    }
}
