//! The tables `invitations` and `invitation_secrets`.

use chrono::{DateTime, TimeDelta, Utc};

use super::sending::NewInvitation;
use super::{Invitation, InvitationId, InvitationState, Message};
use crate::io::db::{Querier, Result, Sql, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::roles::{OrganizationId, Role, Tenant};
use crate::users::UserId;

macro_rules! invitations {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.organization_id, o.name AS organization, i.email, i.role, r.name AS custom_name, i.message, i.invited_by, u.email AS inviter, i.days, i.state, i.secret_hash,
                    i.created_at, i.sent_at, i.expires_at, i.settled_at, i.accepted_by,
                    o.deleted_at IS NOT NULL AS is_deleted, o.suspended_at IS NOT NULL AS is_suspended
             FROM invitations AS i JOIN organizations AS o ON o.id = i.organization_id
             LEFT JOIN roles AS r ON r.organization_id = i.organization_id AND r.id = i.role_id
             LEFT JOIN users AS u ON u.id = i.invited_by ",
            $rest
        )
    };
}

/// `false` when one to this address waits already.
pub(super) async fn insert(
    mut tx: &mut Tx,
    tenant: &Tenant,
    id: &InvitationId,
    inviter: Option<&UserId>,
    role: &Role,
    new: &NewInvitation,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (kind, role_id) = role.columns();
    let inserted = tx
        .execute(
            "INSERT INTO invitations (id, organization_id, email, role, role_id, message, invited_by, days, state,
                                      created_at, sent_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $9, $10) ON CONFLICT DO NOTHING",
            params![
                id,
                tenant.id(),
                new.email.as_str(),
                kind,
                role_id,
                new.message.as_ref().map(Message::as_str),
                inviter.map(UserId::as_str),
                new.days.count(),
                now,
                now + TimeDelta::days(new.days.count()),
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// What was not accepted in time stands in the way of no other invitation.
pub(super) async fn close_expired(
    mut tx: &mut Tx,
    tenant: &Tenant,
    email: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "UPDATE invitations SET state = 'expired'
         WHERE organization_id = $1 AND email = $2 AND state = 'pending' AND expires_at <= $3",
        params![tenant.id(), email, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn is_member(mut tx: &mut Tx, tenant: &Tenant, email: &str) -> Result<bool> {
    let row: Option<(UserId,)> = tx
        .fetch_optional(
            "SELECT m.user_id FROM members AS m JOIN users AS u ON u.id = m.user_id
             WHERE m.organization_id = $1 AND u.email = $2",
            params![tenant.id(), email],
        )
        .await?;
    Ok(row.is_some())
}

pub(super) async fn find(
    mut db: impl Querier,
    tenant: &Tenant,
    id: &InvitationId,
) -> Result<Option<Invitation>> {
    db.fetch_optional(
        invitations!("WHERE i.organization_id = $1 AND i.id = $2"),
        params![tenant.id(), id],
    )
    .await
}

/// Newest first.
pub(super) async fn list(
    mut db: impl Querier,
    tenant: &Tenant,
    state: Option<InvitationState>,
    now: DateTime<Utc>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Invitation>> {
    let sql = narrowed(Sql::new(invitations!("")), tenant, state, now)
        .push(" ORDER BY i.created_at DESC, i.id DESC LIMIT ")
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset);
    db.search(sql).await
}

pub(super) async fn count(
    mut db: impl Querier,
    tenant: &Tenant,
    state: Option<InvitationState>,
    now: DateTime<Utc>,
) -> Result<i64> {
    let all = Sql::new("SELECT COUNT(*) FROM invitations AS i");
    let found: Vec<(i64,)> = db.search(narrowed(all, tenant, state, now)).await?;
    Ok(found.first().map_or(0, |(count,)| *count))
}

fn narrowed(sql: Sql, tenant: &Tenant, state: Option<InvitationState>, now: DateTime<Utc>) -> Sql {
    let sql = sql.push(" WHERE i.organization_id = ").bind(tenant.id());
    let Some(state) = state else { return sql };
    match state {
        InvitationState::Pending => sql.push(" AND i.state = 'pending' AND i.expires_at > ").bind(now),
        InvitationState::Expired => sql
            .push(" AND (i.state = 'expired' OR i.state = 'pending' AND i.expires_at <= ")
            .bind(now)
            .push(")"),
        InvitationState::Accepted | InvitationState::Revoked => {
            sql.push(" AND i.state = ").bind(state.text())
        }
    }
}

/// Sends one anew: it waits again, and what was mailed before works no more.
pub(super) async fn renew(
    mut tx: &mut Tx,
    tenant: &Tenant,
    it: &Invitation,
    inviter: Option<&UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "UPDATE invitations SET state = 'pending', invited_by = $3, secret_hash = NULL, sent_at = $4, expires_at = $5
         WHERE organization_id = $1 AND id = $2",
        params![
            tenant.id(),
            &it.id,
            inviter.map(UserId::as_str),
            now,
            now + TimeDelta::days(it.days)
        ],
    )
    .await?;
    Ok(())
}

/// Ends one that waits; `false` when it does not.
pub(super) async fn settle(
    mut tx: &mut Tx,
    tenant: &Tenant,
    id: &InvitationId,
    state: InvitationState,
    by: Option<&UserId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE invitations SET state = $3, accepted_by = $4, settled_at = $5
             WHERE organization_id = $1 AND id = $2 AND state = 'pending'",
            params![tenant.id(), id, state.text(), by.map(UserId::as_str), now],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps the hash of what is about to be mailed; `None` when the invitation waits no more.
pub(super) async fn mint(
    mut tx: &mut Tx,
    id: &str,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>> {
    let row: Option<(OrganizationId,)> = tx
        .fetch_optional(
            "UPDATE invitations SET secret_hash = $2
             WHERE id = $1 AND state = 'pending' AND expires_at > $3 RETURNING organization_id",
            params![id, hash, now],
        )
        .await?;
    let Some((organization,)) = row else {
        return Ok(None);
    };
    tx.execute(
        "INSERT INTO invitation_secrets (hash, organization_id, invitation_id) VALUES ($1, $2, $3)",
        params![hash, &organization, id],
    )
    .await?;
    tx.fetch_optional(invitations!("WHERE i.id = $1"), params![id])
        .await
}

/// The invitation for which this was mailed once, whatever became of it.
pub(super) async fn find_by_secret(mut db: impl Querier, hash: &str) -> Result<Option<Invitation>> {
    db.fetch_optional(
        invitations!("JOIN invitation_secrets AS s ON s.invitation_id = i.id WHERE s.hash = $1"),
        params![hash],
    )
    .await
}

pub(super) async fn sweep(mut db: impl Querier, before: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM invitations WHERE expires_at < $1", params![before])
        .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableInvitation {
    id: String,
    organization_id: String,
    organization: String,
    email: String,
    role: String,
    message: Option<String>,
    state: String,
    sent_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableInvitation>(
        db,
        "SELECT i.id AS key, i.id, i.organization_id, o.name AS organization, i.email, i.role, i.message, i.state, i.sent_at,
                i.expires_at, i.settled_at
         FROM users AS u JOIN invitations AS i ON i.email = u.email JOIN organizations AS o ON o.id = i.organization_id
         WHERE u.id = $1 AND (u.email_verified_at IS NOT NULL OR i.accepted_by = u.id) AND i.id > $2
         ORDER BY i.id LIMIT $3",
        user,
        after,
    )
    .await
}
