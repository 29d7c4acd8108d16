//! The first administrator, so that nobody has to start with SQL.

use crate::app::App;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Invalid, Result};
use crate::events::{self, Event, Name};
use crate::passwords::{self, NewPassword, Prepared};
use crate::users::{self, Email, NewUser, User};

/// Who administers a development server unless the settings name somebody.
const DEFAULT_ADMIN: &str = "admin@janua.localhost";

/// An administrator that was just made.
#[derive(Debug)]
pub struct FirstAdmin {
    /// The account.
    pub user: User,
    /// The password, when it was made up: it is shown once.
    pub password: Option<SecretString>,
}

/// Makes the administrator that the settings name, or one with a made-up password on the embedded default; nothing
/// when there is one already.
///
/// # Errors
/// When the settings' address or password is not acceptable, or the database fails.
pub async fn first_admin(app: &App) -> Result<Option<FirstAdmin>> {
    if users::admin::exists(app).await? {
        return Ok(None);
    }
    let settings = &app.config.bootstrap;
    let (email, password, made_up) = match (&settings.email, &settings.password) {
        (Some(email), Some(password)) => (email.as_str(), password.clone(), false),
        _ if app.config.database.embedded => (DEFAULT_ADMIN, made_up_password(app), true),
        _ => return Ok(None),
    };
    let refused = |setting: &'static str| {
        move |it: Invalid| Error::new(it.code).says(format!("{setting}: {}", it.reason))
    };
    let email = Email::parse(email).map_err(refused("ADMIN_BOOTSTRAP_EMAIL"))?;
    let judged = NewPassword::judge(app, password.clone(), &[email.as_str()])
        .await?
        .map_err(refused("ADMIN_BOOTSTRAP_PASSWORD"))?;
    let prepared = passwords::prepare(app, judged).await?;
    let now = app.clock.now();
    let new = NewUser {
        email,
        username: None,
        first_name: None,
        last_name: None,
        locale: None,
        is_admin: true,
        email_verified_at: Some(now),
    };
    match create(app, &new, Some(&prepared)).await {
        Ok(user) => Ok(Some(FirstAdmin {
            user,
            password: made_up.then_some(password),
        })),
        // Another instance was quicker, or the address registered itself as an ordinary user.
        Err(error) if error.code() == Code::EmailAlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes an account on behalf of the operator: no mail is sent.
///
/// # Errors
/// `EMAIL_ALREADY_EXISTS` or `USERNAME_TAKEN`.
pub async fn create(app: &App, new: &NewUser, password: Option<&Prepared>) -> Result<User> {
    let mut tx = app.db.begin().await?;
    let user = users::insert(app, &mut tx, new).await?;
    if let Some(password) = password {
        passwords::set(app, &mut tx, &user, password).await?;
    }
    events::record(app, &mut tx, Event::about(Name::UserRegistered, Some(&user.id))).await?;
    tx.commit().await?;
    Ok(user)
}

/// A password of 120 random bits that can be typed.
pub fn made_up_password(app: &App) -> SecretString {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let random: [u8; 24] = app.random.bytes();
    let letter = |it: &u8| char::from(LETTERS[usize::from(*it % 32)]);
    let groups: Vec<String> = random
        .chunks(6)
        .map(|group| group.iter().map(letter).collect())
        .collect();
    SecretString::new(groups.join("-"))
}
