//! Passwords that were forgotten, and passwords that are changed.

pub mod routes;

use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Fields, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::lockout;
use crate::one_time::{self, Purpose};
use crate::outbox::{self, Kind};
use crate::passwords::{self, NewPassword};
use crate::sessions::{self, Because, SessionId};
use crate::users::{self, Email, User, UserId};

/// Promises a mail with a reset link, if the address belongs to somebody. The answer and its time are the same for
/// every address: whom it belongs to is looked up when the mail is written.
///
/// # Errors
/// `RATE_LIMITED` or `EMAIL_RATE_LIMITED`, the same for known and unknown addresses.
pub async fn forgot(app: &App, client: &Client, email: &Email) -> Result<()> {
    limits::check_network(app, Limit::EmailRequest, client).await?;
    limits::check(app, Limit::EmailPerUser, client, email.as_str()).await?;
    let mut tx = app.db.begin().await?;
    outbox::promise_to_address(app, &mut tx, Kind::PasswordReset, email.as_str(), client).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets a new password by a mailed link. Every session ends, every lock is lifted, and the address is proven.
///
/// # Errors
/// `LINK_EXPIRED`, `LINK_INVALID`, or `WEAK_PASSWORD`, after which the link can be used again.
pub async fn reset(app: &App, client: &Client, secret: &str, password: SecretString) -> Result<()> {
    limits::check_network(app, Limit::Link, client).await?;
    // Judged and hashed before the link is used: a weak password must not cost the person their link.
    let owner = match one_time::owner(app, Purpose::PasswordReset, secret).await? {
        Some(owner) => users::find(&app.db, &owner).await?,
        None => None,
    };
    let personal = owner.as_ref().map(personal).unwrap_or_default();
    let password = judge(app, "new_password", password, &personal).await?;
    let prepared = passwords::prepare(app, password).await?;
    let mut tx = app.db.begin().await?;
    let consumed = one_time::consume(app, &mut tx, Purpose::PasswordReset, secret).await?;
    let user = users::mark_verified(app, &mut tx, consumed.user_id(), consumed.sent_to()).await?;
    let user = user.ok_or_else(|| Code::LinkInvalid.because(Truth::LinkOutdated))?;
    end_proofs(app, &mut tx, &user).await?;
    passwords::set(app, &mut tx, &user, &prepared).await?;
    lockout::unlock(&mut tx, &user.id).await?;
    events::record(app, &mut tx, Event::by(Name::PasswordReset, &user.id, client)).await?;
    outbox::promise(app, &mut tx, Kind::PasswordChanged, &user, client).await?;
    end_sessions(app, tx, client, &user, None, Because::PasswordReset).await
}

/// Changes the password of somebody who is signed in and shows the current one. Their other sessions end.
///
/// # Errors
/// `WRONG_PASSWORD` (422: the session is fine), `WEAK_PASSWORD`, `RATE_LIMITED`.
pub async fn change(
    app: &App,
    client: &Client,
    user: &UserId,
    session: &SessionId,
    current: SecretString,
    new: SecretString,
) -> Result<()> {
    let user = confirm(app, client, user, "current_password", current).await?;
    let password = judge(app, "new_password", new, &personal(&user)).await?;
    let prepared = passwords::prepare(app, password).await?;
    let mut tx = app.db.begin().await?;
    end_proofs(app, &mut tx, &user).await?;
    passwords::set(app, &mut tx, &user, &prepared).await?;
    one_time::void(app, &mut tx, &user.id, Purpose::PasswordReset).await?;
    events::record(app, &mut tx, Event::by(Name::PasswordChanged, &user.id, client)).await?;
    outbox::promise(app, &mut tx, Kind::PasswordChanged, &user, client).await?;
    end_sessions(app, tx, client, &user, Some(session), Because::PasswordChanged).await
}

/// Lets somebody who is signed in prove again that they know their password.
///
/// # Errors
/// `WRONG_PASSWORD` or `RATE_LIMITED`.
pub async fn confirm(
    app: &App,
    client: &Client,
    user: &UserId,
    field: &'static str,
    password: SecretString,
) -> Result<User> {
    limits::check(app, Limit::PasswordChange, client, user.as_str()).await?;
    let place = app.hashing.reserve()?;
    let user = users::find(&app.db, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let kept = passwords::kept(&app.db, Some(user)).await?;
    match passwords::check(app, place, kept, password).await? {
        Some(verified) => Ok(verified.into_user()),
        None => Err(Error::new(Code::WrongPassword).with("field", field)),
    }
}

/// What everybody who knows somebody would try first.
fn personal(user: &User) -> Vec<&str> {
    let names = [&user.username, &user.first_name, &user.last_name];
    let names = names.into_iter().flatten().map(String::as_str);
    names.chain([user.email.as_str()]).collect()
}

async fn judge(
    app: &App,
    field: &'static str,
    password: SecretString,
    personal: &[&str],
) -> Result<NewPassword> {
    let mut fields = Fields::new();
    let judged = fields.take(field, NewPassword::judge(app, password, personal).await?);
    fields.done()?;
    judged.ok_or_else(|| Error::internal("a judged password is there when no field was refused"))
}

/// Ends every sign-in under way. Done first: it locks the row, and tells when the account was deleted in the meantime.
async fn end_proofs(app: &App, tx: &mut Tx, user: &User) -> Result<()> {
    let user = users::advance_epoch(app, tx, &user.id).await?;
    user.map(drop)
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))
}

/// Ends sessions in the transaction of the change, and makes it visible.
async fn end_sessions(
    app: &App,
    mut tx: Tx,
    client: &Client,
    user: &User,
    kept: Option<&SessionId>,
    because: Because,
) -> Result<()> {
    let (_, changed) = sessions::revoke_others(app, &mut tx, user, kept, because, client).await?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(())
}
