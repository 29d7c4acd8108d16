//! Accounts that an administrator makes for somebody else.

use serde_json::json;

use super::Actor;
use crate::app::App;
use crate::crypto::secret::SecretString;
use crate::emails;
use crate::error::{Code, Fields, Result};
use crate::events::Name;
use crate::outbox::{self, Kind};
use crate::passwords::{self, NewPassword};
use crate::registration;
use crate::users::{self, Email, NewUser, PersonName, User, Username};

/// What an administrator fills in; nothing of it is checked yet.
#[derive(Debug)]
pub struct Form {
    /// The address.
    pub email: String,
    /// The password; without one its owner chooses it by a mailed link.
    pub password: Option<SecretString>,
    /// The username.
    pub username: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The language of mails.
    pub locale: Option<String>,
    /// Whether it is to administer the platform.
    pub is_admin: bool,
    /// Whether the address counts as verified; by default when there is a password.
    pub email_verified: Option<bool>,
}

/// Makes an account. Without a password its owner gets a link to choose one, which also proves the address.
///
/// # Errors
/// `EMAIL_ALREADY_EXISTS`, `USERNAME_TAKEN`, or every field that is not acceptable.
pub async fn create(app: &App, actor: Actor<'_>, form: Form) -> Result<User> {
    let (new, password) = check(app, form).await?;
    let prepared = match password {
        Some(password) => Some(passwords::prepare(app, password).await?),
        None => None,
    };
    let mut tx = app.db.begin().await?;
    let user = users::insert(app, &mut tx, &new).await?;
    match &prepared {
        Some(prepared) => {
            passwords::set(app, &mut tx, &user, prepared).await?;
            if user.email_verified_at.is_none() {
                emails::promise_verification(app, &mut tx, &user, actor.client).await?;
            }
        }
        None => outbox::promise(app, &mut tx, Kind::PasswordReset, &user, actor.client).await?,
    }
    let facts = json!({"is_admin": user.is_admin});
    actor
        .record(app, &mut tx, Name::UserRegistered, Some(&user.id), facts)
        .await?;
    tx.commit().await?;
    Ok(user)
}

async fn check(app: &App, form: Form) -> Result<(NewUser, Option<NewPassword>)> {
    let mut fields = Fields::new();
    let has_password = form.password.is_some();
    let password = match form.password {
        Some(password) => {
            let personal: Vec<&str> = [Some(form.email.as_str()), form.username.as_deref()]
                .into_iter()
                .chain([form.first_name.as_deref(), form.last_name.as_deref()])
                .flatten()
                .collect();
            fields.take("password", NewPassword::judge(app, password, &personal).await?)
        }
        None => None,
    };
    let email = fields.take("email", Email::parse(&form.email));
    let username = form
        .username
        .and_then(|it| fields.take("username", Username::parse(&it)));
    let mut name = |field, text: Option<String>| {
        text.and_then(|it| fields.take(field, PersonName::parse(&it)))
            .flatten()
    };
    let (first_name, last_name) = (
        name("first_name", form.first_name),
        name("last_name", form.last_name),
    );
    let locale = form
        .locale
        .and_then(|it| fields.take("locale", registration::check_locale(app, &it)));
    fields.done()?;
    let verified = form.email_verified.unwrap_or(has_password);
    let new = NewUser {
        email: email.ok_or(Code::InvalidEmail)?,
        username,
        first_name,
        last_name,
        locale,
        is_admin: form.is_admin,
        email_verified_at: verified.then(|| app.clock.now()),
    };
    Ok((new, password))
}
