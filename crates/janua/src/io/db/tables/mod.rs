//! Every table as rows of values, for work that concerns all of them alike: backups, and moving to another engine.

mod digest;
mod files;

pub use digest::{Compared, Counted, Digest, Sum, compare};
pub use files::{Stays, damages, set_aside};

use sqlx::{Row as _, ValueRef};

use super::{Db, DbError, Engine, On, Pools, Querier, Result, Row, Scope, Sql, Tx, Value, migrate};
use crate::params;

/// Rows that are in memory at once.
const PAGE: i64 = 500;

/// PostgreSQL takes 65,535 values in a statement, SQLite 32,766.
const MOST_VALUES: usize = 30_000;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
    /// Bytes.
    Bytes,
    /// A point in time.
    Time,
    /// A JSON object.
    Json,
}

impl Kind {
    /// The type, as the migrations or PostgreSQL's catalogue write it.
    fn of(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        Some(match text.as_str() {
            "text" | "character varying" => Self::Text,
            "bigint" => Self::Int,
            "boolean" => Self::Bool,
            "bytea" => Self::Bytes,
            "timestamptz" | "timestamp with time zone" => Self::Time,
            "jsonb" => Self::Json,
            _ if text.starts_with("varchar") => Self::Text,
            _ => return None,
        })
    }
}

/// A column that is written; what the database computes itself is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// Rows, each with its values in the order of the columns of its table.
pub type Rows = Vec<Vec<Value>>;

/// A table and its columns by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
}

impl Table {
    /// Whether migrations write its rows: a database that stands at the same revision has them already.
    pub fn is_of_schema(&self) -> bool {
        ["alembic_version", "migrations", "compatibility"].contains(&self.name)
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|it| format!("\"{}\"", it.name)).collect();
        names.join(", ")
    }
}

/// The tables of Janua that are there; whoever is referred to stands before who refers.
///
/// # Errors
/// When the database cannot be asked, or has a column of a type that migrations do not use.
pub async fn tables(db: &Db) -> Result<Vec<Table>> {
    let sql = match db.engine() {
        Engine::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = current_schema() AND is_generated = 'NEVER'"
        }
        // Hidden columns are computed.
        Engine::Sqlite => {
            "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_xinfo(m.name) c
             WHERE m.type = 'table' AND c.hidden = 0"
        }
    };
    let mut reader = db;
    let mut found: Vec<(String, String, String)> = reader.fetch_all(sql, params![]).await?;
    // The order in which columns were added may differ.
    found.sort();
    let mut tables = Vec::new();
    for name in migrate::tables() {
        let mut columns = Vec::new();
        for (_, column, kind) in found.iter().filter(|(table, ..)| table == name) {
            let kind = Kind::of(kind).ok_or_else(|| {
                DbError::Schema(format!("{name}.{column} is of a type that is not ours: {kind}"))
            })?;
            columns.push(Column {
                name: column.clone(),
                kind,
            });
        }
        if !columns.is_empty() {
            tables.push(Table { name, columns });
        }
    }
    Ok(tables)
}

/// All tables as they stand at one moment, whoever writes meanwhile.
#[derive(Debug)]
pub struct Snapshot(Tx);

impl Db {
    /// Looks at all tables, of all tenants, as they stand now.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        match &self.pools {
            Pools::Postgres(..) => {
                let mut tx = self.begin_within(&Scope::Platform).await?;
                (&mut tx)
                    .rows(
                        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                        params![],
                    )
                    .await?;
                Ok(Snapshot(tx))
            }
            Pools::Sqlite { readers, .. } => {
                let watch = self.watch.clone();
                let tx = watch.acquired(Box::pin(readers.begin())).await?;
                Ok(Snapshot(Tx::begun(On::Sqlite(tx), watch)))
            }
        }
    }
}

impl Snapshot {
    /// The name under which another session of PostgreSQL sees the same; it ends with this.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn exported(&mut self) -> Result<String> {
        let row: Option<(String,)> = (&mut self.0)
            .fetch_optional("SELECT pg_export_snapshot()::text", params![])
            .await?;
        Ok(row.unwrap_or_default().0)
    }

    /// Goes through the rows of a table, from behind a place on.
    pub fn read<'a>(&'a mut self, table: &'a Table, after: Place) -> Pages<'a> {
        Pages {
            tx: &mut self.0,
            table,
            at: after,
            is_open: false,
        }
    }

    /// Counts and sums up tables.
    ///
    /// # Errors
    /// When the database fails, or a value is not of its type.
    pub async fn count(&mut self, tables: &[Table]) -> Result<Vec<Counted>> {
        let mut counted = Vec::new();
        for table in tables {
            let mut digest = Digest::default();
            let mut pages = self.read(table, Place::default());
            while let Some(rows) = pages.next().await? {
                digest.add_all(&rows);
            }
            counted.push(Counted {
                table: table.name.to_owned(),
                digest,
            });
        }
        Ok(counted)
    }
}

/// Where a row of a table stands, on SQLite; PostgreSQL knows no such places and always begins at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub i64);

impl Default for Place {
    fn default() -> Self {
        Self(i64::MIN)
    }
}

/// The rows of a table, some at a time.
#[derive(Debug)]
pub struct Pages<'a> {
    tx: &'a mut Tx,
    table: &'a Table,
    at: Place,
    is_open: bool,
}

impl Pages<'_> {
    /// The next rows, or nothing behind the last.
    ///
    /// # Errors
    /// When the database fails, or a value is not of its type.
    pub async fn next(&mut self) -> Result<Option<Rows>> {
        let (names, table) = (self.table.names(), self.table.name);
        let (sql, values) = if matches!(self.tx.on, On::Sqlite(_)) {
            let sql =
                format!("SELECT {names}, rowid FROM {table} WHERE rowid > $1 ORDER BY rowid LIMIT {PAGE}");
            (sql, params![self.at.0])
        } else {
            if !self.is_open {
                self.is_open = true;
                let sql = format!("DECLARE all_{table} NO SCROLL CURSOR FOR SELECT {names} FROM {table}");
                (&mut *self.tx).rows_of(Sql::whole(sql, params![])).await?;
            }
            // A name for each table: prepared statements stay, and remember their columns.
            (format!("FETCH {PAGE} FROM all_{table}"), params![])
        };
        let rows = (&mut *self.tx).rows_of(Sql::whole(sql, values)).await?;
        let Some(last) = rows.last() else {
            if self.is_open {
                let close = Sql::whole(format!("CLOSE all_{table}"), params![]);
                (&mut *self.tx).rows_of(close).await?;
            }
            return Ok(None);
        };
        if let Row::Sqlite(last) = last {
            self.at = Place(last.try_get(self.table.columns.len())?);
        }
        let all = rows
            .iter()
            .map(|it| values_of(it, self.table))
            .collect::<Result<_>>();
        all.map(Some)
    }

    /// Where the last row stands that was given.
    pub fn place(&self) -> Place {
        self.at
    }
}

fn values_of(row: &Row, table: &Table) -> Result<Vec<Value>> {
    let values = table.columns.iter().enumerate().map(|(index, column)| {
        let value = match row {
            Row::Postgres(row) => value_at(row, index, column.kind),
            Row::Sqlite(row) => value_at(row, index, column.kind),
        };
        value.map_err(|error| {
            DbError::Schema(format!(
                "a value of {}.{} cannot be read: {error}",
                table.name, column.name
            ))
        })
    });
    values.collect()
}

/// A value of either engine.
fn value_at<R>(row: &R, index: usize, kind: Kind) -> sqlx::Result<Value>
where
    R: sqlx::Row,
    usize: sqlx::ColumnIndex<R>,
    for<'r> Option<String>: sqlx::Decode<'r, R::Database>,
    for<'r> Option<i64>: sqlx::Decode<'r, R::Database>,
    for<'r> Option<bool>: sqlx::Decode<'r, R::Database>,
    for<'r> Option<Vec<u8>>: sqlx::Decode<'r, R::Database>,
    for<'r> Option<chrono::DateTime<chrono::Utc>>: sqlx::Decode<'r, R::Database>,
    for<'r> Option<serde_json::Value>: sqlx::Decode<'r, R::Database>,
{
    // SQLite keeps any type in any column: what is asked for is what the migrations say.
    Ok(match kind {
        _ if row.try_get_raw(index)?.is_null() => kind.nothing(),
        Kind::Text => Value::Text(row.try_get_unchecked(index)?),
        Kind::Int => Value::Int(row.try_get_unchecked(index)?),
        Kind::Bool => Value::Bool(row.try_get_unchecked(index)?),
        Kind::Bytes => Value::Bytes(row.try_get_unchecked(index)?),
        Kind::Time => Value::Time(row.try_get_unchecked(index)?),
        Kind::Json => Value::Json(row.try_get_unchecked(index)?),
    })
}

impl Kind {
    /// The absence of a value.
    pub const fn nothing(self) -> Value {
        match self {
            Self::Text => Value::Text(None),
            Self::Int => Value::Int(None),
            Self::Bool => Value::Bool(None),
            Self::Bytes => Value::Bytes(None),
            Self::Time => Value::Time(None),
            Self::Json => Value::Json(None),
        }
    }
}

/// Inserts rows.
///
/// # Errors
/// When the database refuses one.
pub async fn insert(mut tx: &mut Tx, table: &Table, rows: Rows) -> Result<()> {
    let width = table.columns.len();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Rows = rows.by_ref().take(MOST_VALUES / width.max(1)).collect();
        let places: Vec<String> = (0..some.len())
            .map(|row| {
                let one: Vec<String> = (1..=width).map(|it| format!("${}", row * width + it)).collect();
                format!("({})", one.join(", "))
            })
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES {}",
            table.name,
            table.names(),
            places.join(", ")
        );
        tx.rows_of(Sql::whole(sql, some.into_iter().flatten().collect()))
            .await?;
    }
    Ok(())
}
