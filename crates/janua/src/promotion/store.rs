//! What PostgreSQL keeps of a move to it: that it has begun, how far each table is, and that it is complete.
//!
//! These two tables belong to no revision: they are there only where a move was made, and one of them only while it is.

use chrono::{DateTime, Utc};

use crate::io::db::migrate::{self, Target};
use crate::io::db::tables::{Place, Table};
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;

/// Notes that a move begins.
pub(super) async fn begin(db: &Db, id: &str, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    for make in [
        "CREATE TABLE promotion (id TEXT PRIMARY KEY, began_at TIMESTAMPTZ NOT NULL, completed_at TIMESTAMPTZ)",
        "CREATE TABLE promotion_progress (table_name TEXT PRIMARY KEY, place BIGINT NOT NULL, is_done BOOLEAN NOT NULL)",
    ] {
        (&mut tx).execute(make, params![]).await?;
    }
    (&mut tx)
        .execute(
            "INSERT INTO promotion (id, began_at) VALUES ($1, $2)",
            params![id, now],
        )
        .await?;
    tx.commit().await
}

/// Whether no row was copied yet.
pub(super) async fn is_untouched(mut db: &Db) -> Result<bool> {
    let found: Option<(i64,)> = db
        .fetch_optional("SELECT count(*) FROM promotion_progress", params![])
        .await?;
    Ok(found.is_none_or(|(count,)| count == 0))
}

/// Where a table is to be gone on with; nothing when all of it is there.
pub(super) async fn place(mut db: &Db, table: &Table) -> Result<Option<Place>> {
    let sql = "SELECT place, is_done FROM promotion_progress WHERE table_name = $1";
    let found: Option<(i64, bool)> = db.fetch_optional(sql, params![table.name]).await?;
    Ok(match found {
        None => Some(Place::default()),
        Some((_, true)) => None,
        Some((place, false)) => Some(Place(place)),
    })
}

/// Notes how far a table is, in the transaction of its rows.
pub(super) async fn reached(mut tx: &mut Tx, table: &Table, place: Place, is_done: bool) -> Result<()> {
    tx.execute(
        "INSERT INTO promotion_progress (table_name, place, is_done) VALUES ($1, $2, $3)
         ON CONFLICT (table_name) DO UPDATE SET place = $2, is_done = $3",
        params![table.name, place.0, is_done],
    )
    .await?;
    Ok(())
}

/// Notes that everything is there.
pub(super) async fn complete(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    (&mut tx)
        .execute("UPDATE promotion SET completed_at = $1", params![now])
        .await?;
    (&mut tx)
        .execute("DROP TABLE promotion_progress", params![])
        .await?;
    tx.commit().await
}

/// Empties the database again: before the move it had no table of ours. The note of the move goes last.
pub(super) async fn undo(db: &Db) -> Result<()> {
    migrate::down(db, Target::Revision("base".to_owned())).await?;
    let mut tx = db.begin().await?;
    for gone in [
        "DROP TABLE IF EXISTS alembic_version",
        "DROP TABLE IF EXISTS migrations",
        "DROP TABLE promotion_progress",
        "DROP TABLE promotion",
    ] {
        (&mut tx).execute(gone, params![]).await?;
    }
    tx.commit().await
}
