//! Taking over an account whose address was never verified: whoever set it up may be somebody else, who waits for the
//! owner of the address to come. Whatever opens it goes, before its owner gets it.

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::one_time::{self, Purpose};
use crate::outbox::{self, Kind};
use crate::sessions::{self, Because};
use crate::users::{self, Changed, User, UserId};
use crate::{api_keys, lockout, passkeys, passwords, recovery_codes, sms, social, sso, totp};

/// Gives an account to whoever reads its mails: verified, and without password, factors, passkeys, keys and sessions of
/// before. The owner is told by mail.
///
/// # Errors
/// `LINK_INVALID` when the account is gone or has another address now.
pub(super) async fn claim(app: &App, tx: &mut Tx, client: &Client, user: &User) -> Result<(User, Changed)> {
    let verified = users::mark_verified(app, tx, &user.id, &user.email).await?;
    verified.ok_or_else(|| Code::LinkInvalid.because(Truth::LinkOutdated))?;
    let owner = users::advance_epoch(app, tx, &user.id)
        .await?
        .ok_or_else(|| Code::LinkInvalid.because(Truth::LinkOutdated))?;
    remove_what_opens(app, tx, &owner.id).await?;
    events::record(app, tx, Event::by(Name::AccountClaimed, &owner.id, client)).await?;
    events::record(app, tx, Event::by(Name::EmailVerified, &owner.id, client)).await?;
    outbox::promise(app, tx, Kind::AccountClaimed, &owner, client).await?;
    let because = Because::AccountClaimed;
    let (_, changed) = sessions::revoke_others(app, tx, &owner, None, because, client).await?;
    Ok((owner, changed))
}

/// A new way into an account, or a factor of it, is added here.
async fn remove_what_opens(app: &App, tx: &mut Tx, user: &UserId) -> Result<()> {
    passwords::remove(tx, user).await?;
    totp::remove(tx, user).await?;
    sms::remove(tx, user).await?;
    recovery_codes::remove(tx, user).await?;
    passkeys::remove_all(tx, user).await?;
    social::remove_all(tx, user).await?;
    sso::remove_all(tx, user).await?;
    api_keys::revoke_all_of(app, tx, user).await?;
    lockout::unlock(tx, user).await?;
    one_time::void(app, tx, user, Purpose::EmailVerification).await?;
    one_time::void(app, tx, user, Purpose::PasswordReset).await
}
