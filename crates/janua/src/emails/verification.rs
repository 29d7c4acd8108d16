//! Verification of addresses: a link is mailed, and only its POST uses it.

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::one_time::{self, Purpose};
use crate::outbox::{self, Kind};
use crate::users::{self, Changed, Email, User};

/// Promises the verification mail of a new account.
///
/// # Errors
/// When the database fails.
pub async fn promise_verification(app: &App, tx: &mut Tx, user: &User, client: &Client) -> Result<()> {
    outbox::promise(app, tx, Kind::Verification, user, client).await
}

/// Promises another verification mail, if somebody with this address waits for one. The answer is the same for every
/// address: whom it belongs to is looked up when the mail is written.
///
/// # Errors
/// `RATE_LIMITED` or `EMAIL_RATE_LIMITED`, the same for known and unknown addresses.
pub async fn resend(app: &App, client: &Client, email: &Email) -> Result<()> {
    limits::check_network(app, Limit::EmailRequest, client).await?;
    limits::check(app, Limit::EmailPerUser, client, email.as_str()).await?;
    let mut tx = app.db.begin().await?;
    outbox::promise_to_address(app, &mut tx, Kind::Verification, email.as_str(), client).await?;
    tx.commit().await?;
    Ok(())
}

/// Uses a verification link: the address it was sent to is verified now.
///
/// # Errors
/// `LINK_EXPIRED` or `LINK_INVALID`.
pub async fn verify(app: &App, client: &Client, secret: &str) -> Result<User> {
    limits::check_network(app, Limit::Link, client).await?;
    let mut tx = app.db.begin().await?;
    let consumed = one_time::consume(app, &mut tx, Purpose::EmailVerification, secret).await?;
    let user = users::mark_verified(app, &mut tx, consumed.user_id(), consumed.sent_to()).await?;
    // The address was changed since the mail was sent.
    let user = user.ok_or_else(|| Code::LinkInvalid.because(Truth::LinkOutdated))?;
    events::record(app, &mut tx, Event::by(Name::EmailVerified, &user.id, client)).await?;
    outbox::promise(app, &mut tx, Kind::Welcome, &user, client).await?;
    tx.commit().await?;
    Changed::new(&user.id).announce(app).await;
    Ok(user)
}
