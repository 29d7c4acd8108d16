//! The outbox: mails that were promised in the transaction of what caused them, until a provider has taken them.
//!
//! A row holds facts, never a link or a code: the worker mints those when it writes the mail. A mail is tried again
//! with growing pauses, and the provider's last answer stays with it.

mod entries;
mod store;

pub mod routes;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::io::db::Tx;
use crate::portable::Portable;
use crate::users::{User, UserId};

pub use entries::{Entry, MailState, list, of_request, retry, unsettled_of};

/// How long a worker may take for one mail before another may try it.
const CLAIM: TimeDelta = TimeDelta::minutes(2);

/// Pauses between tries; after the last one the mail has failed.
const PAUSES: [TimeDelta; 7] = [
    TimeDelta::seconds(10),
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(8),
    TimeDelta::hours(24),
];

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A link that proves the address.
    Verification,
    /// A link that allows a new password, if the address belongs to somebody.
    PasswordReset,
    /// A link and a code to sign in with, if the address belongs to somebody.
    MagicLink,
    /// Whoever reads the address has the account now; what was set before is gone.
    AccountClaimed,
    /// After verification.
    Welcome,
    /// The password is another one now.
    PasswordChanged,
    /// Somebody signed in from a device that was not seen before.
    NewSignIn,
    /// Failed sign-ins locked the account.
    AccountLocked,
    /// A refresh token was used twice.
    SessionTheft,
    /// A second factor was turned on.
    MfaEnabled,
    /// A second factor was turned off.
    MfaDisabled,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// An API key acts for the account from now on.
    ApiKeyCreated,
    /// An organization was made.
    OrganizationCreated,
    /// An organization was deleted, and can be restored for a while.
    OrganizationDeleted,
    /// A deleted organization is there again.
    OrganizationRestored,
    /// Whoever reads the address is invited to an organization.
    Invitation,
    /// The reader was made a member of an organization.
    MemberAdded,
    /// The reader does not belong to an organization any more.
    MemberRemoved,
    /// The reader has another role in an organization.
    MemberRoleChanged,
    /// An organization has another owner.
    OwnershipTransferred,
    /// A passkey opens the account from now on.
    PasskeyAdded,
    /// A passkey does not open the account any more.
    PasskeyRemoved,
    /// An account at another provider opens the account from now on.
    SocialLinked,
    /// An account at another provider does not open the account any more.
    SocialUnlinked,
    /// A domain of an organization has to be proven anew.
    DomainLapsed,
    /// What an identity provider signs with comes to its end.
    SsoCertificateEnding,
    /// A webhook failed for days and was turned off.
    WebhookDisabled,
    /// An administrator acts for the owner of an account.
    Impersonation,
}

impl Kind {
    const ALL: [Self; 29] = [
        Self::Verification,
        Self::PasswordReset,
        Self::MagicLink,
        Self::AccountClaimed,
        Self::Welcome,
        Self::PasswordChanged,
        Self::NewSignIn,
        Self::AccountLocked,
        Self::SessionTheft,
        Self::MfaEnabled,
        Self::MfaDisabled,
        Self::RecoveryCodeUsed,
        Self::ApiKeyCreated,
        Self::OrganizationCreated,
        Self::OrganizationDeleted,
        Self::OrganizationRestored,
        Self::Invitation,
        Self::MemberAdded,
        Self::MemberRemoved,
        Self::MemberRoleChanged,
        Self::OwnershipTransferred,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::SocialLinked,
        Self::SocialUnlinked,
        Self::DomainLapsed,
        Self::SsoCertificateEnding,
        Self::WebhookDisabled,
        Self::Impersonation,
    ];

    /// The name: of the row's kind and of the template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::PasswordReset => "password_reset",
            Self::MagicLink => "magic_link",
            Self::AccountClaimed => "account_claimed",
            Self::Welcome => "welcome",
            Self::PasswordChanged => "password_changed",
            Self::NewSignIn => "new_sign_in",
            Self::AccountLocked => "account_locked",
            Self::SessionTheft => "session_theft",
            Self::MfaEnabled => "mfa_enabled",
            Self::MfaDisabled => "mfa_disabled",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::ApiKeyCreated => "api_key_created",
            Self::OrganizationCreated => "organization_created",
            Self::OrganizationDeleted => "organization_deleted",
            Self::OrganizationRestored => "organization_restored",
            Self::Invitation => "invitation",
            Self::MemberAdded => "member_added",
            Self::MemberRemoved => "member_removed",
            Self::MemberRoleChanged => "member_role_changed",
            Self::OwnershipTransferred => "ownership_transferred",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::SocialLinked => "social_linked",
            Self::SocialUnlinked => "social_unlinked",
            Self::DomainLapsed => "domain_lapsed",
            Self::SsoCertificateEnding => "sso_certificate_ending",
            Self::WebhookDisabled => "webhook_disabled",
            Self::Impersonation => "impersonation",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// A mail that a worker holds.
#[derive(Debug)]
pub struct Claimed {
    /// The row.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// The address.
    pub recipient: String,
    /// Whom it is for; `None` when nobody was looked up yet.
    pub user_id: Option<UserId>,
    /// What the template says of the event.
    pub facts: Value,
    /// The request that caused it.
    pub request_id: Option<String>,
    attempts: i64,
}

/// How a try ended.
#[derive(Debug)]
pub enum Settled {
    /// The provider took it.
    Sent(String),
    /// Nobody is to get it.
    Dropped(&'static str),
    /// The provider refused it for good.
    Failed(String),
    /// To be tried again.
    Later(String),
    /// To be tried again without counting as a try.
    Postponed(TimeDelta),
}

impl Settled {
    const fn name(&self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Dropped(_) => "dropped",
            Self::Failed(_) => "failed",
            Self::Later(_) => "later",
            Self::Postponed(_) => "postponed",
        }
    }
}

/// Promises a mail to a user.
///
/// # Errors
/// When the database fails.
pub async fn promise(app: &App, tx: &mut Tx, kind: Kind, user: &User, client: &Client) -> Result<()> {
    let facts = json!({"ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now()});
    enqueue(app, tx, kind, &user.email, Some(&user.id), facts, client).await
}

/// Promises a mail to a user, with facts of its own.
///
/// # Errors
/// When the database fails.
pub async fn promise_with(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    user: &User,
    client: &Client,
    facts: Value,
) -> Result<()> {
    enqueue(app, tx, kind, &user.email, Some(&user.id), facts, client).await
}

/// As [`promise_to_address`], with facts of its own.
///
/// # Errors
/// When the database fails.
pub async fn promise_to_address_with(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    address: &str,
    client: &Client,
    facts: Value,
) -> Result<()> {
    enqueue(app, tx, kind, address, None, facts, client).await
}

/// Promises a mail to an address, whether or not it belongs to somebody: the worker looks that up, so that a request
/// takes the same time in both cases.
///
/// # Errors
/// When the database fails.
pub async fn promise_to_address(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    address: &str,
    client: &Client,
) -> Result<()> {
    enqueue(
        app,
        tx,
        kind,
        address,
        None,
        json!({"locale": client.locale}),
        client,
    )
    .await
}

async fn enqueue(
    app: &App,
    tx: &mut Tx,
    kind: Kind,
    recipient: &str,
    user_id: Option<&UserId>,
    facts: Value,
    client: &Client,
) -> Result<()> {
    let now = app.clock.now();
    let id = app.random.id(now).to_string();
    store::insert(tx, &id, kind, recipient, user_id, facts, &client.request_id, now).await?;
    tx.wake_after_commit(&app.mail_waits);
    Ok(())
}

/// Notes how the try before ended, if there was one, and takes the next mail that is due. Two workers never hold the same
/// one.
///
/// # Errors
/// When the database fails.
pub async fn claim(app: &App, ended: Option<(Claimed, Settled)>) -> Result<Option<Claimed>> {
    let now = app.clock.now();
    let (mut tx, due) = match ended {
        Some((mail, settled)) => {
            let mut tx = app.db.begin().await?;
            settle(app, &mut tx, &mail, settled).await?;
            let due = store::due(&mut tx, now).await?;
            (tx, due)
        }
        // Nobody takes the one writer of SQLite to learn that there is nothing to do.
        None => match store::due(&app.db, now).await? {
            due if due.is_empty() => return Ok(None),
            due => (app.db.begin().await?, due),
        },
    };
    let mut taken = None;
    for id in due {
        taken = store::claim(&mut tx, &id, now, now + CLAIM).await?;
        if taken.is_some() {
            break;
        }
    }
    tx.commit().await?;
    Ok(taken)
}

async fn settle(app: &App, tx: &mut Tx, mail: &Claimed, settled: Settled) -> Result<()> {
    let now = app.clock.now();
    app.metrics.mail(mail.kind.name(), settled.name());
    match settled {
        Settled::Sent(answer) => store::settle(tx, &mail.id, "sent", &answer, now).await?,
        Settled::Dropped(why) => store::settle(tx, &mail.id, "dropped", why, now).await?,
        Settled::Failed(answer) => {
            tracing::error!(
                mail = mail.id,
                request_id = mail.request_id,
                kind = mail.kind.name(),
                answer,
                "a mail was refused for good"
            );
            store::settle(tx, &mail.id, "failed", &answer, now).await?;
        }
        Settled::Later(answer) => {
            let tried = usize::try_from(mail.attempts).unwrap_or(usize::MAX);
            let Some(pause) = PAUSES.get(tried.saturating_sub(1)) else {
                tracing::error!(
                    mail = mail.id,
                    request_id = mail.request_id,
                    kind = mail.kind.name(),
                    answer,
                    "a mail was given up"
                );
                return Ok(store::settle(tx, &mail.id, "failed", &answer, now).await?);
            };
            tracing::error!(
                mail = mail.id,
                request_id = mail.request_id,
                kind = mail.kind.name(),
                answer,
                "a mail could not be sent and waits"
            );
            store::postpone(tx, &mail.id, mail.attempts, &answer, now + *pause).await?;
        }
        Settled::Postponed(pause) => {
            let answer = "waits for EMAIL_RATE_LIMIT_GLOBAL";
            store::postpone(tx, &mail.id, mail.attempts - 1, answer, now + pause).await?;
        }
    }
    Ok(())
}

/// Mails that wait.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App) -> Result<i64> {
    Ok(store::waiting(&app.db).await?)
}

/// Mails that were given up and not yet forgotten.
///
/// # Errors
/// When the database fails.
pub async fn given_up(app: &App) -> Result<i64> {
    Ok(store::given_up(&app.db).await?)
}

/// Forgets mails that were settled long ago.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App, before: DateTime<Utc>) -> Result<u64> {
    Ok(store::sweep(&app.db, before).await?)
}

/// Mails to somebody that wait or were settled lately. What they say is written when they leave, and not kept.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
