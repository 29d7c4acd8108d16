//! The `users` table.

use chrono::{DateTime, Utc};

use super::{NewUser, PersonName, User, UserId, Username};
use crate::io::db::{Querier, Result, Tx};
use crate::params;

macro_rules! columns {
    () => {
        "id, email, email_verified_at, username, first_name, last_name, locale, is_admin, epoch, suspended_at,
         last_sign_in_at, created_at, updated_at"
    };
}

/// `None` when the address or the username is taken.
pub(super) async fn insert(
    mut tx: &mut Tx,
    id: &UserId,
    new: &NewUser,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    // A violation would end the transaction on PostgreSQL; a conflict that does nothing leaves it usable.
    tx.fetch_optional(
        concat!(
            "INSERT INTO users (id, email, email_verified_at, username, first_name, last_name, locale, is_admin, epoch,
                                created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)
             ON CONFLICT DO NOTHING RETURNING ",
            columns!()
        ),
        params![
            id,
            new.email.as_str(),
            new.email_verified_at,
            new.username.as_ref().map(Username::as_str),
            new.first_name.as_ref().map(PersonName::as_str),
            new.last_name.as_ref().map(PersonName::as_str),
            new.locale.as_deref(),
            new.is_admin,
            now,
        ],
    )
    .await
}

pub(super) async fn find(mut db: impl Querier, id: &UserId) -> Result<Option<User>> {
    db.fetch_optional(
        concat!("SELECT ", columns!(), " FROM users WHERE id = $1"),
        params![id],
    )
    .await
}

/// Reads a user and keeps others from changing it until the transaction ends. The update that changes nothing is the
/// lock that both engines know.
pub(super) async fn lock(mut tx: &mut Tx, id: &UserId) -> Result<Option<User>> {
    tx.fetch_optional(
        concat!(
            "UPDATE users SET epoch = epoch WHERE id = $1 RETURNING ",
            columns!()
        ),
        params![id],
    )
    .await
}

pub(super) async fn find_by_email(mut db: impl Querier, email: &str) -> Result<Option<User>> {
    db.fetch_optional(
        concat!("SELECT ", columns!(), " FROM users WHERE email = $1"),
        params![email],
    )
    .await
}

pub(super) async fn find_by_username(mut db: impl Querier, username: &str) -> Result<Option<User>> {
    db.fetch_optional(
        concat!("SELECT ", columns!(), " FROM users WHERE username = $1"),
        params![username],
    )
    .await
}

pub(super) async fn mark_verified(
    mut tx: &mut Tx,
    id: &UserId,
    email: &str,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    tx.fetch_optional(
        concat!(
            "UPDATE users SET email_verified_at = COALESCE(email_verified_at, $3), updated_at = $3
             WHERE id = $1 AND email = $2 RETURNING ",
            columns!()
        ),
        params![id, email, now],
    )
    .await
}

pub(super) async fn touch_sign_in(
    mut tx: &mut Tx,
    id: &UserId,
    epoch: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE users SET last_sign_in_at = $3 WHERE id = $1 AND epoch = $2 AND suspended_at IS NULL",
            params![id, epoch, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn advance_epoch(mut tx: &mut Tx, id: &UserId, now: DateTime<Utc>) -> Result<Option<User>> {
    tx.fetch_optional(
        concat!(
            "UPDATE users SET epoch = epoch + 1, updated_at = $2 WHERE id = $1 RETURNING ",
            columns!()
        ),
        params![id, now],
    )
    .await
}

/// `false` when it is so already.
pub(super) async fn set_admin(
    mut tx: &mut Tx,
    id: &UserId,
    is_admin: bool,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE users SET is_admin = $2, epoch = epoch + 1, updated_at = $3 WHERE id = $1 AND is_admin <> $2",
            params![id, is_admin, now],
        )
        .await?;
    Ok(changed == 1)
}

/// `false` when it is so already.
pub(super) async fn set_suspended(
    mut tx: &mut Tx,
    id: &UserId,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE users SET suspended_at = $2, epoch = epoch + 1, updated_at = $3
             WHERE id = $1 AND (suspended_at IS NULL) <> ($2 IS NULL)",
            params![id, since, now],
        )
        .await?;
    Ok(changed == 1)
}

/// `None` when the username is taken by somebody else, or the user is gone.
pub(super) async fn update(mut tx: &mut Tx, user: &User, now: DateTime<Utc>) -> Result<Option<User>> {
    tx.fetch_optional(
        concat!(
            "UPDATE users SET username = $2, first_name = $3, last_name = $4, locale = $5, updated_at = $6
             WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.username = $2 AND other.id <> $1)
             RETURNING ",
            columns!()
        ),
        params![
            &user.id,
            user.username.as_deref(),
            user.first_name.as_deref(),
            user.last_name.as_deref(),
            user.locale.as_deref(),
            now
        ],
    )
    .await
}

pub(super) async fn delete(mut tx: &mut Tx, id: &UserId) -> Result<bool> {
    Ok(tx.execute("DELETE FROM users WHERE id = $1", params![id]).await? == 1)
}

pub(super) async fn has_admin(mut db: impl Querier) -> Result<bool> {
    let found: Option<(String,)> = db
        .fetch_optional("SELECT id FROM users WHERE is_admin LIMIT 1", params![])
        .await?;
    Ok(found.is_some())
}

fn starting_with(search: Option<&str>) -> Option<String> {
    search.map(|it| format!("{}%", it.to_lowercase().replace(['%', '_'], "")))
}

/// Newest first; `search` is the start of an address or username.
pub(super) async fn list(
    mut db: impl Querier,
    search: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<Vec<User>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM users WHERE $1 IS NULL OR email LIKE $1 OR lower(username) LIKE $1
             ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3"
        ),
        params![starting_with(search), limit, offset],
    )
    .await
}

pub(super) async fn count(mut db: impl Querier, search: Option<&str>) -> Result<i64> {
    let found: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM users WHERE $1 IS NULL OR email LIKE $1 OR lower(username) LIKE $1",
            params![starting_with(search)],
        )
        .await?;
    Ok(found.map_or(0, |(count,)| count))
}
