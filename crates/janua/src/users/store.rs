//! The `users` table.

use chrono::{DateTime, Utc};

use super::admin::{Account, Filter, Status};
use super::{NewUser, PersonName, User, UserId, Username};
use crate::io::db::{Db, Engine, Querier, Result, Sql, Tx, starting_with};
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

pub(super) async fn active_admins(mut db: impl Querier) -> Result<Vec<User>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM users WHERE is_admin AND suspended_at IS NULL ORDER BY id"
        ),
        params![],
    )
    .await
}

/// The administrators who can act, held until the transaction ends. In order, so that two callers never wait for each
/// other.
pub(super) async fn lock_admins(mut tx: &mut Tx, engine: Engine) -> Result<Vec<UserId>> {
    let sql = match engine {
        Engine::Postgres => {
            "SELECT id FROM users WHERE is_admin AND suspended_at IS NULL ORDER BY id FOR NO KEY UPDATE"
        }
        // Its write transactions queue anyway.
        Engine::Sqlite => "SELECT id FROM users WHERE is_admin AND suspended_at IS NULL ORDER BY id",
    };
    let rows: Vec<(UserId,)> = tx.fetch_all(sql, params![]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn set_rights(mut tx: &mut Tx, user: &User, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE users SET is_admin = $2, email_verified_at = $3, epoch = $4, updated_at = $5 WHERE id = $1",
        params![&user.id, user.is_admin, user.email_verified_at, user.epoch, now],
    )
    .await?;
    Ok(())
}

/// An account with what other tables say of it.
fn account_columns(now: DateTime<Utc>) -> Sql {
    Sql::new(concat!(
        "SELECT ",
        columns!(),
        ", (SELECT MAX(f.locked_until) FROM sign_in_failures AS f WHERE f.user_id = users.id AND f.locked_until > "
    ))
    .bind(now)
    .push(
        ") AS locked_until, (SELECT COUNT(*) FROM sessions AS s WHERE s.user_id = users.id AND s.revoked_at IS NULL
          AND s.expires_at > ",
    )
    .bind(now)
    .push(") AS sessions FROM users WHERE 1 = 1")
}

pub(super) async fn account(mut db: &Db, id: &UserId, now: DateTime<Utc>) -> Result<Option<Account>> {
    let sql = account_columns(now).push(" AND id = ").bind(id);
    Ok(db.search(sql).await?.into_iter().next())
}

/// Newest first.
pub(super) async fn accounts(
    mut db: &Db,
    filter: &Filter,
    now: DateTime<Utc>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Account>> {
    let sql = narrowed(account_columns(now), filter, now)
        .push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset);
    db.search(sql).await
}

pub(super) async fn count(mut db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<i64> {
    let all = Sql::new("SELECT COUNT(*) FROM users WHERE 1 = 1");
    let found: Vec<(i64,)> = db.search(narrowed(all, filter, now)).await?;
    Ok(found.first().map_or(0, |(count,)| *count))
}

fn narrowed(mut sql: Sql, filter: &Filter, now: DateTime<Utc>) -> Sql {
    if let Some(email) = &filter.email {
        sql = sql.push(" AND email = ").bind(email.as_str());
    }
    if let Some(search) = &filter.search {
        let start = starting_with(search);
        sql = sql
            .push(" AND (email LIKE ")
            .bind(&start)
            .push(" ESCAPE '!' OR lower(username) LIKE ")
            .bind(&start)
            .push(" ESCAPE '!' OR lower(first_name) LIKE ")
            .bind(&start)
            .push(" ESCAPE '!' OR lower(last_name) LIKE ")
            .bind(&start)
            .push(" ESCAPE '!')");
    }
    match filter.status {
        None => sql,
        Some(Status::Suspended) => sql.push(" AND suspended_at IS NOT NULL"),
        Some(Status::Unverified) => sql.push(" AND email_verified_at IS NULL"),
        Some(Status::Locked) => with_lock(sql.push(" AND "), now),
        Some(Status::Active) => with_lock(
            sql.push(" AND suspended_at IS NULL AND email_verified_at IS NOT NULL AND NOT "),
            now,
        ),
    }
}

fn with_lock(sql: Sql, now: DateTime<Utc>) -> Sql {
    sql.push("EXISTS (SELECT 1 FROM sign_in_failures AS f WHERE f.user_id = users.id AND f.locked_until > ")
        .bind(now)
        .push(")")
}
