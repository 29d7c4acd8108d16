//! Inviting, inviting once more, taking it back.

use serde_json::{Value, json};

use super::{Days, Invitation, InvitationId, InvitationState, Message, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::roles::{MembersInvite, Permitted, Rights, Role, Tenant, check};
use crate::users::{Email, UserId};

/// What is needed to invite somebody.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Who.
    pub email: Email,
    /// The name of the role.
    pub role: String,
    /// What the inviter writes.
    pub message: Option<Message>,
    /// How long it lives.
    pub days: Days,
}

/// Invites somebody.
///
/// # Errors
/// `UNKNOWN_ROLE`; `ROLE_TOO_HIGH` for who could not give the role; `ALREADY_MEMBER`; `INVITATION_EXISTS`;
/// `RATE_LIMITED`, or `EMAIL_RATE_LIMITED` for an address that was invited often; or as [`check::permit`].
pub async fn create(
    app: &App,
    client: &Client,
    permitted: &Permitted<MembersInvite>,
    new: &NewInvitation,
) -> Result<Invitation> {
    count(app, client, permitted, new.email.as_str()).await?;
    let (mut tx, own) = permitted.begin(app).await?;
    let event = permitted.event(Name::InvitationSent, None, client);
    let inviter = permitted.asker().person();
    let made = issue(
        app,
        client,
        &mut tx,
        permitted.tenant(),
        inviter,
        Some(&own),
        new,
        event,
    )
    .await?;
    tx.commit().await?;
    Ok(made)
}

/// Nobody uses us to fill somebody's mailbox: neither one person, nor an organization, nor many together.
async fn count(
    app: &App,
    client: &Client,
    permitted: &Permitted<MembersInvite>,
    address: &str,
) -> Result<()> {
    let organization = format!("organization:{}", permitted.organization());
    limits::check(app, Limit::Invitation, client, &organization).await?;
    if let Some(person) = permitted.asker().person() {
        limits::check(app, Limit::Invitation, client, &format!("person:{person}")).await?;
    }
    limits::check(app, Limit::InvitationAddress, client, address).await
}

/// Writes an invitation and promises its mail, under the lock of the organization.
#[expect(
    clippy::too_many_arguments,
    reason = "who, where, what, and what is told of it"
)]
pub(super) async fn issue(
    app: &App,
    client: &Client,
    tx: &mut Tx,
    tenant: &Tenant,
    inviter: Option<&UserId>,
    own: Option<&Rights>,
    new: &NewInvitation,
    event: Event<'_>,
) -> Result<Invitation> {
    let unknown = || Error::new(Code::UnknownRole).with("field", "role");
    let role = Role::find(&mut *tx, tenant, &new.role)
        .await?
        .ok_or_else(unknown)?;
    if let Some(own) = own {
        check::refuse_if_above(own, &role.grants())?;
    }
    if store::is_member(tx, tenant, new.email.as_str()).await? {
        return Err(Error::new(Code::AlreadyMember).with("field", "email"));
    }
    let now = app.clock.now();
    store::close_expired(tx, tenant, new.email.as_str(), now).await?;
    let id = InvitationId::new(app.random.id(now));
    if !store::insert(tx, tenant, &id, inviter, &role, new, now).await? {
        return Err(Error::new(Code::InvitationExists).with("field", "email"));
    }
    announce(app, client, tx, tenant, &id, event).await
}

/// Tells of an invitation, and promises its mail.
async fn announce(
    app: &App,
    client: &Client,
    tx: &mut Tx,
    tenant: &Tenant,
    id: &InvitationId,
    event: Event<'_>,
) -> Result<Invitation> {
    let made = find(tx, tenant, id).await?;
    events::record(app, tx, event.knowing(facts(&made))).await?;
    let mail = json!({"invitation": id, "locale": client.locale});
    outbox::promise_to_address_with(app, tx, Kind::Invitation, &made.email, client, mail).await?;
    Ok(made)
}

pub(super) fn facts(it: &Invitation) -> Value {
    json!({"organization_id": it.organization_id, "invitation_id": it.id, "role": it.role()})
}

async fn find(tx: &mut Tx, tenant: &Tenant, id: &InvitationId) -> Result<Invitation> {
    let found = store::find(tx, tenant, id).await?;
    found.ok_or_else(|| Code::InvitationNotFound.into())
}

/// A page of the invitations of an organization, the newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn list(
    app: &App,
    permitted: &Permitted<MembersInvite>,
    state: Option<InvitationState>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Invitation>, i64)> {
    page(app, permitted.tenant(), state, limit, offset).await
}

pub(super) async fn page(
    app: &App,
    tenant: &Tenant,
    state: Option<InvitationState>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Invitation>, i64)> {
    let now = app.clock.now();
    let page = store::list(tenant.reads(&app.db), tenant, state, now, limit, offset).await?;
    let total = store::count(tenant.reads(&app.db), tenant, state, now).await?;
    Ok((page, total))
}

/// One invitation.
///
/// # Errors
/// `INVITATION_NOT_FOUND`.
pub async fn read(app: &App, permitted: &Permitted<MembersInvite>, id: &InvitationId) -> Result<Invitation> {
    let tenant = permitted.tenant();
    let found = store::find(tenant.reads(&app.db), tenant, id).await?;
    found.ok_or_else(|| Code::InvitationNotFound.into())
}

/// Sends an invitation once more; it lives as long as at first, and what was mailed before works no more. From now on it
/// is the caller's.
///
/// # Errors
/// `INVITATION_NOT_FOUND`, `INVITATION_ACCEPTED`, `INVITATION_REVOKED`, and as [`create`].
pub async fn resend(
    app: &App,
    client: &Client,
    permitted: &Permitted<MembersInvite>,
    id: &InvitationId,
) -> Result<Invitation> {
    let address = read(app, permitted, id).await?.email;
    count(app, client, permitted, &address).await?;
    let (mut tx, own) = permitted.begin(app).await?;
    let tenant = permitted.tenant();
    let it = find(&mut tx, tenant, id).await?;
    let now = app.clock.now();
    if it.state(now) != InvitationState::Expired {
        it.refuse_if_over(now)?;
    }
    let role = it.role_now(&mut tx, tenant).await?.ok_or(Code::UnknownRole)?;
    check::refuse_if_above(&own, &role.grants())?;
    if store::is_member(&mut tx, tenant, &it.email).await? {
        return Err(Code::AlreadyMember.into());
    }
    match store::renew(&mut tx, tenant, &it, permitted.asker().person(), now).await {
        Ok(()) => {}
        Err(error) if error.is_unique() => return Err(Code::InvitationExists.into()),
        Err(error) => return Err(error.into()),
    }
    let event = permitted.event(Name::InvitationResent, None, client);
    let sent = announce(app, client, &mut tx, tenant, id, event).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Takes an invitation back.
///
/// # Errors
/// `INVITATION_NOT_FOUND`; `INVITATION_ACCEPTED`, `INVITATION_REVOKED`; `ROLE_TOO_HIGH` for who could not have sent it;
/// or as [`check::permit`].
pub async fn revoke(
    app: &App,
    client: &Client,
    permitted: &Permitted<MembersInvite>,
    id: &InvitationId,
) -> Result<()> {
    let (mut tx, own) = permitted.begin(app).await?;
    let tenant = permitted.tenant();
    let event = permitted.event(Name::InvitationRevoked, None, client);
    withdraw(app, &mut tx, tenant, Some(&own), id, event).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn withdraw(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    own: Option<&Rights>,
    id: &InvitationId,
    event: Event<'_>,
) -> Result<()> {
    let it = find(tx, tenant, id).await?;
    let now = app.clock.now();
    if it.state(now) != InvitationState::Expired {
        it.refuse_if_over(now)?;
    }
    let role = it.role_now(tx, tenant).await?;
    if let (Some(own), Some(role)) = (own, role) {
        check::refuse_if_above(own, &role.grants())?;
    }
    // One that was closed because it had expired is told as that, and stays so.
    if store::settle(tx, tenant, id, InvitationState::Revoked, None, now).await? {
        events::record(app, tx, event.knowing(facts(&it))).await?;
    }
    Ok(())
}
