//! The `phones`, `sms_codes`, `sms_messages` and `sms_brakes` tables.

use chrono::{DateTime, Utc};

use super::Purpose;
use crate::error::Error;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::io::sms::PhoneNumber;
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

#[derive(Debug, sqlx::FromRow)]
pub(super) struct PhoneRow {
    pub(super) number: String,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
}

impl PhoneRow {
    pub(super) fn number(&self) -> crate::error::Result<PhoneNumber> {
        PhoneNumber::parse(&self.number).map_err(|_| Error::internal("a stored number is none"))
    }
}

pub(super) async fn find(mut db: impl Querier, user: &UserId) -> Result<Option<PhoneRow>> {
    db.fetch_optional(
        "SELECT number, confirmed_at FROM phones WHERE user_id = $1",
        params![user],
    )
    .await
}

/// `false` when a confirmed number is there: it is never overwritten.
pub(super) async fn enrol(mut tx: &mut Tx, user: &UserId, number: &str, now: DateTime<Utc>) -> Result<bool> {
    let written = tx
        .execute(
            "INSERT INTO phones (user_id, number, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET number = $2, created_at = $3
             WHERE phones.confirmed_at IS NULL",
            params![user, number, now],
        )
        .await?;
    Ok(written == 1)
}

/// `false` when it was confirmed, or replaced by another one, in the meantime.
pub(super) async fn confirm(
    mut tx: &mut Tx,
    user: &UserId,
    number: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let confirmed = tx
        .execute(
            "UPDATE phones SET confirmed_at = $3 WHERE user_id = $1 AND number = $2 AND confirmed_at IS NULL",
            params![user, number, now],
        )
        .await?;
    Ok(confirmed == 1)
}

pub(super) async fn remove(mut tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM sms_codes WHERE user_id = $1", params![user])
        .await?;
    tx.execute("DELETE FROM phones WHERE user_id = $1", params![user])
        .await?;
    Ok(())
}

/// One statement: of two at once the later one counts.
pub(super) async fn put_code(
    mut tx: &mut Tx,
    user: &UserId,
    purpose: Purpose,
    hash: &str,
    message: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sms_codes (user_id, purpose, hash, message_id, tries, created_at, expires_at)
         VALUES ($1, $2, $3, $4, 0, $5, $6)
         ON CONFLICT (user_id, purpose) DO UPDATE SET hash = $3, message_id = $4, tries = 0, created_at = $5,
           expires_at = $6, used_at = NULL",
        params![user, purpose.name(), hash, message, now, expires_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn is_open(
    mut db: impl Querier,
    user: &UserId,
    purpose: Purpose,
    most: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT tries FROM sms_codes
             WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 AND tries < $4",
            params![user, purpose.name(), now, most],
        )
        .await?;
    Ok(row.is_some())
}

/// `false` when it has had all its tries, or is over.
pub(super) async fn count_try(
    mut tx: &mut Tx,
    user: &UserId,
    purpose: Purpose,
    most: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let counted = tx
        .execute(
            "UPDATE sms_codes SET tries = tries + 1
             WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 AND tries < $4",
            params![user, purpose.name(), now, most],
        )
        .await?;
    Ok(counted == 1)
}

/// Compare-and-swap: of many at once one changes the row. The message is noted as answered.
pub(super) async fn consume(
    mut tx: &mut Tx,
    user: &UserId,
    purpose: Purpose,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let taken = tx
        .execute(
            "UPDATE sms_codes SET used_at = $4
             WHERE user_id = $1 AND purpose = $2 AND hash = $3 AND used_at IS NULL AND expires_at > $4",
            params![user, purpose.name(), hash, now],
        )
        .await?;
    if taken != 1 {
        return Ok(false);
    }
    tx.execute(
        "UPDATE sms_messages SET answered_at = $3
         WHERE id = (SELECT message_id FROM sms_codes WHERE user_id = $1 AND purpose = $2)",
        params![user, purpose.name(), now],
    )
    .await?;
    Ok(true)
}

pub(super) struct NewMessage<'a> {
    pub(super) id: &'a str,
    pub(super) user: &'a UserId,
    pub(super) purpose: Purpose,
    pub(super) country: &'a str,
    pub(super) block: &'a str,
    pub(super) provider: &'a str,
}

pub(super) async fn insert_message(
    mut tx: &mut Tx,
    message: NewMessage<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sms_messages (id, user_id, purpose, country, block, provider, state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'sending', $7)",
        params![
            message.id,
            message.user,
            message.purpose.name(),
            message.country,
            message.block,
            message.provider,
            now
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn settle(
    mut db: &Db,
    id: &str,
    state: &str,
    provider_id: Option<&str>,
    failure: Option<&str>,
) -> Result<()> {
    db.execute(
        "UPDATE sms_messages SET state = $2, provider_id = $3, failure = $4 WHERE id = $1",
        params![id, state, provider_id, failure],
    )
    .await?;
    Ok(())
}

#[derive(Debug, Default, sqlx::FromRow)]
pub(super) struct Conversion {
    pub(super) settled: i64,
    pub(super) answered: i64,
}

/// Messages that left and were answered or have had their time, in a country or a block of numbers.
pub(super) async fn conversion(
    mut db: &Db,
    prefix: &str,
    since: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<Conversion> {
    let row: Option<Conversion> = db
        .fetch_optional(
            "SELECT COUNT(*) AS settled, COUNT(answered_at) AS answered FROM sms_messages
             WHERE (country = $1 OR block = $1) AND created_at > $2 AND state <> 'failed'
               AND (answered_at IS NOT NULL OR created_at <= $3)",
            params![prefix, since, before],
        )
        .await?;
    Ok(row.unwrap_or_default())
}

pub(super) async fn pulled_until(
    mut db: &Db,
    prefix: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> = db
        .fetch_optional(
            "SELECT until FROM sms_brakes WHERE prefix = $1 AND until > $2",
            params![prefix, now],
        )
        .await?;
    Ok(row.map(|(until,)| until))
}

/// `false` when it is pulled already.
pub(super) async fn pull(
    mut tx: &mut Tx,
    prefix: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let pulled = tx
        .execute(
            "INSERT INTO sms_brakes (prefix, pulled_at, until) VALUES ($1, $2, $3)
             ON CONFLICT (prefix) DO UPDATE SET pulled_at = $2, until = $3 WHERE sms_brakes.until <= $2",
            params![prefix, now, until],
        )
        .await?;
    Ok(pulled == 1)
}

pub(super) async fn sweep(mut db: &Db, codes: DateTime<Utc>, messages: DateTime<Utc>) -> Result<u64> {
    let gone = db
        .execute("DELETE FROM sms_codes WHERE expires_at < $1", params![codes])
        .await?;
    let brakes = db
        .execute("DELETE FROM sms_brakes WHERE until < $1", params![codes])
        .await?;
    let old = db
        .execute(
            "DELETE FROM sms_messages WHERE created_at < $1",
            params![messages],
        )
        .await?;
    Ok(gone + brakes + old)
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortablePhone {
    number: String,
    created_at: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortablePhone>(
        db,
        "SELECT user_id AS key, number, created_at, confirmed_at FROM phones WHERE user_id = $1 AND user_id > $2 LIMIT $3",
        user,
        after,
    )
    .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableText {
    purpose: String,
    country: String,
    provider: String,
    state: String,
    created_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable_messages(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableText>(
        db,
        "SELECT id AS key, purpose, country, provider, state, created_at, answered_at
         FROM sms_messages WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}
