//! A pooler between us and PostgreSQL, such as pgbouncer.
//!
//! In transaction mode it gives every transaction whichever connection is free. A prepared statement with a name is
//! then unknown, or somebody else's, at the next query; and one without a name is gone between preparing and running
//! it, unless a transaction holds both together. So behind a pooler no statement gets a name and none runs outside of
//! a transaction, which costs two more round trips for each that would.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, Row};

use super::{DbError, Result};

/// What stands between us and PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Nothing that matters: a connection is one session of PostgreSQL.
    Direct,
    /// A pooler: only within a transaction is it one session.
    Pooled,
}

impl Way {
    /// Whether a connection may keep statements prepared.
    pub(super) const fn keeps(self) -> bool {
        matches!(self, Self::Direct)
    }
}

/// A parameter for the start of a session, and its value. Poolers refuse such parameters or swallow them.
const PROBE: (&str, &str) = ("client_min_messages", "warning");

/// After how many milliseconds of silence PostgreSQL ends a transaction: else it keeps the locks of a server that has
/// vanished until the kernel misses it, hours later.
const ABANDONED: &str = "idle_in_transaction_session_timeout";

/// Connects once, and says how to connect from now on.
///
/// # Errors
/// When nobody answers, or the address asks for what a pooler cannot do.
pub(super) async fn find_way(
    options: PgConnectOptions,
    told: bool,
    patience: Duration,
) -> Result<(PgConnectOptions, Way)> {
    let mut direct = options.clone().options([PROBE]);
    if !options.get_options().is_some_and(|it| it.contains(ABANDONED)) {
        direct = direct.options([(ABANDONED, patience.as_millis().to_string())]);
    }
    if !told && arrives_unchanged(&direct).await? {
        return Ok((direct, Way::Direct));
    }
    if let Some(asked) = options.get_options() {
        return Err(DbError::Schema(format!(
            "a pooler stands before PostgreSQL, and {asked:?} in DATABASE_URL does not pass it; set it in PostgreSQL \
             (ALTER ROLE … SET …), or connect to PostgreSQL itself"
        )));
    }
    let pooled = options.extra_float_digits(None);
    PgConnection::connect_with(&pooled).await?.close().await?;
    tracing::info!("a pooler stands before PostgreSQL: every statement runs in a transaction");
    Ok((pooled, Way::Pooled))
}

/// Whether a session begins with what we asked for.
async fn arrives_unchanged(options: &PgConnectOptions) -> Result<bool> {
    let mut connection = match PgConnection::connect_with(options).await {
        Ok(connection) => connection,
        Err(sqlx::Error::Database(error)) if error.message().starts_with("unsupported startup parameter") => {
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    };
    let row = sqlx::raw_sql("SHOW client_min_messages")
        .fetch_one(&mut connection)
        .await?;
    let arrived: String = row.try_get(0)?;
    connection.close().await?;
    Ok(arrived == PROBE.1)
}
