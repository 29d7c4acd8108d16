//! Accepting: what was mailed, shown by whoever has proved to read that address, makes one membership.

use serde_json::json;

use super::sending::facts;
use super::{Invitation, InvitationState, secret, store};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::organizations::members;
use crate::roles::{Changed, MembersInvite, Permission, Role, Tenant, check};
use crate::users::{self, Email, User, UserId};

/// What an invitation says to whoever holds its secret.
#[derive(Debug)]
pub struct Preview {
    /// The invitation.
    pub invitation: Invitation,
    /// Whether its address has an account here.
    pub has_account: bool,
}

/// Tells what an invitation is, without using it up.
///
/// # Errors
/// `INVITATION_INVALID`, `INVITATION_EXPIRED`, `INVITATION_REVOKED`, `INVITATION_REPLACED`, `INVITATION_ACCEPTED`,
/// `RATE_LIMITED`.
pub async fn preview(app: &App, client: &Client, shown: &SecretString) -> Result<Preview> {
    limits::check_network(app, Limit::Link, client).await?;
    let found = secret::find(app, shown).await?;
    let invitation = judged(app, found)?;
    let email = Email::parse(&invitation.email).map_err(|_| Code::InvitationInvalid)?;
    let has_account = users::find_by_email(&app.db, &email).await?.is_some();
    Ok(Preview {
        invitation,
        has_account,
    })
}

fn judged(app: &App, found: secret::Found) -> Result<Invitation> {
    let it = found.invitation;
    if it.is_deleted {
        return Err(Code::InvitationInvalid.into());
    }
    if it.is_suspended {
        return Err(Code::OrganizationSuspended.into());
    }
    it.refuse_if_over(app.clock.now())?;
    if !found.is_newest {
        return Err(Code::InvitationReplaced.into());
    }
    Ok(it)
}

/// An invitation whose secret was shown, under the lock of its organization.
#[derive(Debug)]
pub struct Opened {
    tenant: Tenant,
    invitation: Invitation,
    role: Role,
}

/// What has become of an invitation. The caller announces [`Accepted::changed`] after the commit.
#[derive(Debug)]
pub struct Accepted {
    /// The invitation.
    pub invitation: Invitation,
}

impl Accepted {
    /// Who belongs to the organization has changed.
    pub fn changed(&self) -> Changed {
        Changed::new(&self.invitation.organization_id)
    }
}

/// Opens an invitation by its secret, for [`Opened::accept`] in the same transaction.
///
/// # Errors
/// As [`preview`]; `INVITER_LEFT` when whoever invited could not do so now; `UNKNOWN_ROLE` when the role is gone.
pub async fn open(app: &App, tx: &mut Tx, shown: &SecretString) -> Result<Opened> {
    let (mut found, tenant) = secret::find_in(app, tx, shown).await?;
    check::lock(app, tx, &tenant)
        .await
        .map_err(|error| match error.code() {
            Code::OrganizationNotFound => Code::InvitationInvalid.into(),
            _ => error,
        })?;
    // What it was before the lock may have changed while we waited.
    let id = found.invitation.id.clone();
    let before = found.invitation.secret_hash.take();
    found.invitation = store::find(&mut *tx, &tenant, &id)
        .await?
        .ok_or(Code::InvitationInvalid)?;
    found.is_newest &= found.invitation.secret_hash == before;
    let invitation = judged(app, found)?;
    let role = invitation.role_now(tx, &tenant).await?.ok_or(Code::UnknownRole)?;
    if let Some(inviter) = &invitation.invited_by {
        refuse_if_left(tx, &tenant, inviter, &role).await?;
    }
    Ok(Opened {
        tenant,
        invitation,
        role,
    })
}

/// Whoever was thrown out does not come back through invitations that they left behind.
async fn refuse_if_left(tx: &mut Tx, tenant: &Tenant, inviter: &UserId, role: &Role) -> Result<()> {
    let rights = check::rights_now(tx, tenant, inviter).await?;
    let could = rights.is_some_and(|it| {
        let grants = it.grants();
        grants.allows(MembersInvite::NAME) && grants.covers(&role.grants())
    });
    could.then_some(()).ok_or_else(|| Code::InviterLeft.into())
}

impl Opened {
    /// Refuses every address but the one that was invited.
    ///
    /// # Errors
    /// `INVITATION_FOR_ANOTHER_ADDRESS`.
    pub fn refuse_if_not_for(&self, email: &str) -> Result<()> {
        if self.invitation.email == email {
            return Ok(());
        }
        Err(Error::new(Code::InvitationForAnother).with("field", "email"))
    }

    /// Makes somebody a member, and uses the invitation up.
    ///
    /// # Errors
    /// `INVITATION_FOR_ANOTHER_ADDRESS`, `INVITATION_NEEDS_VERIFIED_ADDRESS`, `ALREADY_MEMBER`.
    pub async fn accept(self, app: &App, client: &Client, tx: &mut Tx, user: &User) -> Result<Accepted> {
        self.refuse_if_not_for(&user.email)?;
        if user.email_verified_at.is_none() {
            return Err(Code::InvitationUnverified.into());
        }
        let (tenant, it, now) = (&self.tenant, &self.invitation, app.clock.now());
        if !members::add(app, tx, tenant, &user.id, &self.role).await? {
            return Err(Code::AlreadyMember.into());
        }
        let accepted = InvitationState::Accepted;
        if !store::settle(tx, tenant, &it.id, accepted, Some(&user.id), now).await? {
            return Err(Code::InvitationAccepted.into());
        }
        let event = Event::by(Name::InvitationAccepted, &user.id, client);
        events::record(app, tx, event.knowing(facts(it))).await?;
        let event = Event::of(Name::MemberAdded, it.invited_by.as_ref(), Some(&user.id), client);
        let facts = json!({"organization_id": tenant.id(), "user_id": user.id, "role": self.role.name(),
            "invitation_id": it.id});
        events::record(app, tx, event.knowing(facts)).await?;
        Ok(Accepted {
            invitation: self.invitation,
        })
    }
}

/// Accepts an invitation for somebody who is signed in.
///
/// # Errors
/// As [`open`] and [`Opened::accept`].
pub async fn accept(app: &App, client: &Client, user: &UserId, shown: &SecretString) -> Result<Invitation> {
    limits::check_network(app, Limit::Link, client).await?;
    let mut tx = app.db.begin().await?;
    let opened = open(app, &mut tx, shown).await?;
    let user = users::find(&mut tx, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let accepted = opened.accept(app, client, &mut tx, &user).await?;
    tx.commit().await?;
    accepted.changed().announce(app).await;
    Ok(accepted.invitation)
}
