//! Bound parameters, and searches put together at run time from fixed pieces.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe};

use super::Result;

/// A bound parameter; `None` keeps its type, as PostgreSQL needs it.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i64>),
    /// Yes or no.
    Bool(Option<bool>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// A point in time.
    Time(Option<DateTime<Utc>>),
    /// A JSON object.
    Json(Option<serde_json::Value>),
}

/// Binds values in order: `params![user.id, now]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::io::db::Value::from($value)),*] };
}

macro_rules! values {
    ($($type:ty => $variant:ident),* $(,)?) => { $(
        impl From<$type> for Value {
            fn from(it: $type) -> Self { Self::$variant(Some(it.into())) }
        }
        impl From<Option<$type>> for Value {
            fn from(it: Option<$type>) -> Self { Self::$variant(it.map(Into::into)) }
        }
    )* };
}
values! {
    &str => Text, String => Text, &String => Text, i64 => Int, u32 => Int, bool => Bool,
    Vec<u8> => Bytes, DateTime<Utc> => Time, serde_json::Value => Json,
}

macro_rules! arguments {
    ($name:ident, $arguments:ty) => {
        pub(super) fn $name(params: Vec<Value>) -> Result<$arguments> {
            let mut arguments = <$arguments>::default();
            for param in params {
                match param {
                    Value::Text(it) => arguments.add(it),
                    Value::Int(it) => arguments.add(it),
                    Value::Bool(it) => arguments.add(it),
                    Value::Bytes(it) => arguments.add(it),
                    Value::Time(it) => arguments.add(it),
                    Value::Json(it) => arguments.add(it),
                }
                .map_err(sqlx::Error::Encode)?;
            }
            Ok(arguments)
        }
    };
}
arguments!(postgres, PgArguments);
arguments!(sqlite, SqliteArguments);

/// SQL made of fixed pieces and bound values: a caller's text can only ever be a value.
#[derive(Debug, Default)]
pub struct Sql {
    text: String,
    params: Vec<Value>,
}

impl Sql {
    /// Starts with a fixed piece.
    pub fn new(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            params: Vec::new(),
        }
    }

    /// A text that was put together from fixed pieces elsewhere.
    pub(super) const fn whole(text: String, params: Vec<Value>) -> Self {
        Self { text, params }
    }

    /// Adds a fixed piece.
    #[must_use]
    pub fn push(mut self, piece: &'static str) -> Self {
        self.text.push_str(piece);
        self
    }

    /// Adds a placeholder for a value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.params.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.params.len().to_string());
        self
    }

    /// The text to run, its values, and the text to tell of.
    pub(super) fn into_parts(self) -> (AssertSqlSafe<String>, Vec<Value>, String) {
        let told = self.text.clone();
        (AssertSqlSafe(self.text), self.params, told)
    }
}

/// A pattern for `LIKE … ESCAPE '!'` that finds what begins with this text, in small letters. What somebody looks for is
/// text, whatever a pattern would make of it.
pub fn starting_with(search: &str) -> String {
    let mut pattern = String::new();
    for letter in search.to_lowercase().chars() {
        if "!%_".contains(letter) {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern + "%"
}
