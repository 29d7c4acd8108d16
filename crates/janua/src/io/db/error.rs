//! What a query may fail with, told apart by what the caller does about it.

use crate::error::{Code, Error};

/// The outcome of a query.
pub type Result<T> = std::result::Result<T, DbError>;

/// A failed query.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A unique index already holds this value.
    #[error("a unique value is already there")]
    Unique(#[source] sqlx::Error),
    /// A row that this one refers to is gone, or still needed.
    #[error("a row that this one refers to is missing")]
    ForeignKey(#[source] sqlx::Error),
    /// The database cannot be reached, is full, or has no connection left.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// Anything else: a mistake of ours.
    #[error("a query failed")]
    Other(#[source] sqlx::Error),
    /// The schema is not what this binary needs.
    #[error("{0}")]
    Schema(String),
}

impl DbError {
    /// A name for figures and logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unique(_) => "unique",
            Self::ForeignKey(_) => "foreign_key",
            Self::Unavailable(_) => "unavailable",
            Self::Other(_) => "other",
            Self::Schema(_) => "schema",
        }
    }

    /// Whether a unique index refused the row.
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Unique(_))
    }

    /// Whether trying again later can help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Why a database lets nobody in, told apart by what mends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody answers, or not now.
    Away,
    /// The role or its password is wrong.
    Login,
    /// There is no such database.
    Absent,
    /// It has no connection left.
    Full,
    /// It can be read at most.
    ReadOnly,
    /// It is no database, or a broken one.
    Damaged,
    /// Anything else.
    Other,
}

impl DbError {
    /// Why nobody is let in.
    pub fn refusal(&self) -> Refusal {
        let (Self::Unavailable(error) | Self::Other(error)) = self else {
            return Refusal::Other;
        };
        let sqlx::Error::Database(refused) = error else {
            return if self.is_unavailable() {
                Refusal::Away
            } else {
                Refusal::Other
            };
        };
        let code = refused.code().unwrap_or_default();
        match code.as_ref() {
            // PostgreSQL, appendix A.
            "28P01" | "28000" => Refusal::Login,
            "3D000" => Refusal::Absent,
            "53300" => Refusal::Full,
            // SQLite's result codes, with their extensions above the lowest byte.
            _ => match code
                .parse::<u32>()
                .ok()
                .filter(|_| code.len() < 5)
                .map(|it| it & 0xff)
            {
                Some(8 | 14) => Refusal::ReadOnly,
                Some(11 | 26) => Refusal::Damaged,
                _ if self.is_unavailable() => Refusal::Away,
                _ => Refusal::Other,
            },
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            // The conversation broke off in the middle: a server that ends while a connection is made says just this.
            | sqlx::Error::Protocol(_)
            | sqlx::Error::BeginFailed => Self::Unavailable(error),
            sqlx::Error::Database(it) if it.is_unique_violation() => Self::Unique(error),
            sqlx::Error::Database(it) if it.is_foreign_key_violation() => Self::ForeignKey(error),
            sqlx::Error::Database(it) if it.code().is_some_and(|code| means_unavailable(&code)) => {
                Self::Unavailable(error)
            }
            _ => Self::Other(error),
        }
    }
}

impl From<DbError> for Error {
    #[track_caller]
    fn from(error: DbError) -> Self {
        if error.is_unavailable() {
            return Self::new(Code::DatabaseUnavailable)
                .retry_after(2)
                .caused_by(error);
        }
        Self::internal(error)
    }
}

/// SQLite's code when the commit was refused: the database moves elsewhere.
const MOVING: u32 = 531;

/// PostgreSQL's classes 08, 40, 53, 57P and 58 (connection, rollback after a deadlock, resources, intervention, system);
/// SQLite's busy, locked, I/O error, full and cannot-open, with their extended codes.
fn means_unavailable(code: &str) -> bool {
    // A SQLSTATE has five characters, SQLite's extended codes have at most four.
    if code.len() == 5 {
        return ["08", "40", "53", "57P", "58"]
            .iter()
            .any(|class| code.starts_with(class));
    }
    code.parse::<u32>()
        .is_ok_and(|number| number == MOVING || matches!(number & 0xff, 5 | 6 | 10 | 13 | 14))
}

#[cfg(test)]
mod tests {
    use super::means_unavailable;

    #[test]
    fn tells_an_absent_database_from_a_wrong_query() {
        for code in [
            "08006", "08001", "40P01", "53300", "53100", "57P01", "57P03", "58030", "5", "6", "10", "13",
            "14", "517", "531",
        ] {
            assert!(means_unavailable(code), "{code}");
        }
        for code in ["23505", "42601", "22P02", "57014", "1", "19", "2067"] {
            assert!(!means_unavailable(code), "{code}");
        }
    }
}
