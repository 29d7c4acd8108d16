//! Every column of sealed values, so that all of them can be brought under the current master key.
//!
//! What always holds: a value is opened before it is replaced, and replaced only if nobody changed it meanwhile, row by
//! row; so this can be stopped at any point, run again, and run by several instances at once. It goes over all tenants.

use serde::Serialize;

use crate::app::App;
use crate::crypto::sealed::{Aad, Column, SealError};
use crate::error::Error;
use crate::io::db::{Querier, Scope};
use crate::params;
use crate::{sso, tokens, totp, webhooks};

/// The columns. Whoever seals values of a new kind adds theirs here.
const COLUMNS: &[Column] = &[
    tokens::keys::SEALED,
    totp::SEALED,
    sso::SEALED,
    sso::SEALED_LOGINS,
    webhooks::SEALED,
    webhooks::SEALED_PREVIOUS,
];

/// What was found in one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resealed {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// Values that were sealed anew.
    pub resealed: u64,
    /// Values that stand under the current key already.
    pub current: u64,
    /// Rows whose value no key opens, or is damaged: left as they are.
    pub unreadable: Vec<String>,
}

/// Seals everything anew that stands under an earlier master key. `at_most` stops after so many values.
///
/// # Errors
/// When the database fails; what was done stays done.
pub async fn reseal(app: &App, at_most: Option<u64>) -> Result<Vec<Resealed>, Error> {
    let mut left = at_most.unwrap_or(u64::MAX);
    let mut outcome = Vec::new();
    for column in COLUMNS {
        let mut done = Resealed {
            table: column.table,
            column: column.column,
            resealed: 0,
            current: 0,
            unreadable: Vec::new(),
        };
        let mut after = String::new();
        loop {
            let mut db = app.db.within(Scope::Platform);
            let rows: Vec<(String, Vec<u8>)> = db.fetch_all(column.page, params![&after]).await?;
            let Some((last, _)) = rows.last() else {
                break;
            };
            after.clone_from(last);
            for (id, sealed) in rows {
                if !app.sealer.is_outdated(&sealed) {
                    done.current += 1;
                } else if left > 0 {
                    left -= 1;
                    reseal_row(app, column, &id, sealed, &mut done).await?;
                }
            }
        }
        if done.resealed > 0 || !done.unreadable.is_empty() {
            tracing::info!(
                table = done.table,
                resealed = done.resealed,
                unreadable = done.unreadable.len(),
                "sealed anew"
            );
        }
        outcome.push(done);
    }
    Ok(outcome)
}

async fn reseal_row(
    app: &App,
    column: &Column,
    id: &str,
    sealed: Vec<u8>,
    done: &mut Resealed,
) -> Result<(), Error> {
    let place = Aad {
        table: column.table,
        row: id,
        column: column.column,
    };
    let plain = match app.sealer.open(&sealed, &place) {
        Ok(plain) => plain,
        Err(error) => {
            tracing::error!(table = column.table, row = id, %error, "a sealed value cannot be opened");
            done.unreadable.push(id.to_owned());
            return Ok(());
        }
    };
    let anew = app.sealer.seal(&plain, &place, app.random.bytes());
    let mut db = app.db.within(Scope::Platform);
    // Where somebody was quicker, they have sealed it anew.
    done.resealed += db.execute(column.replace, params![id, sealed, anew]).await?;
    Ok(())
}

/// Refuses to go on when a sealed value names a key that is not loaded.
///
/// # Errors
/// A text for the operator: what is missing, and where it is needed.
pub async fn check(app: &App) -> Result<(), String> {
    for column in COLUMNS {
        let mut db = app.db.within(Scope::Platform);
        let ids: Vec<(Vec<u8>,)> = db
            .fetch_all(column.ids, params![])
            .await
            .map_err(|error| error.to_string())?;
        for (id,) in &ids {
            if let Err(error @ SealError::UnknownKey(_)) = app.sealer.check(id) {
                return Err(format!(
                    "a value in {}.{} is {error}: set JANUA_MASTER_KEY_PREVIOUS to the earlier JANUA_MASTER_KEY",
                    column.table, column.column
                ));
            }
        }
    }
    Ok(())
}
