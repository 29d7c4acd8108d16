//! Rows whose insertion nobody waits for: they travel together, in one round trip, before whatever comes next in their
//! transaction.
//!
//! PostgreSQL takes several inserts as one statement (`WITH a AS (INSERT …) INSERT …`) and checks references between
//! them when it ends; SQLite takes several statements in one go. An insert that fails fails the statement or the commit
//! after it, so only rows go here whose conflict nobody would read.

use std::fmt::Write;

use super::{Engine, Sql, Value};

/// As many rows travel together at most.
pub(super) const MOST: usize = 16;

/// Inserts that wait, each with its values.
#[derive(Debug, Default)]
pub(super) struct Later(Vec<(&'static str, Vec<Value>)>);

impl Later {
    pub(super) fn push(&mut self, insert: &'static str, params: Vec<Value>) {
        self.0.push((insert, params));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All that waits as one text with its values; nothing waits afterwards.
    pub(super) fn take(&mut self, engine: Engine) -> Option<Sql> {
        let last = self.0.len().checked_sub(1)?;
        let (mut text, mut all) = (String::new(), Vec::new());
        for (index, (insert, params)) in self.0.drain(..).enumerate() {
            let insert = renumbered(insert, all.len());
            // Writing to a text cannot fail.
            let _ = match engine {
                Engine::Sqlite => writeln!(text, "{insert};"),
                Engine::Postgres if index == last => writeln!(text, "{insert}"),
                Engine::Postgres if index == 0 => writeln!(text, "WITH i0 AS ({insert})"),
                Engine::Postgres => writeln!(text, ", i{index} AS ({insert})"),
            };
            all.extend(params);
        }
        Some(Sql::whole(text, all))
    }
}

/// The statement with its placeholders counted from behind those that stand before it.
fn renumbered(sql: &str, before: usize) -> String {
    let mut pieces = sql.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        let number = number.parse::<usize>().unwrap_or_default();
        let _ = write!(text, "${}{rest}", number + before);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Later {
        let mut later = Later::default();
        later.push(
            "insert into a VALUES ($1, $2, $1)",
            vec![1_i64.into(), 2_i64.into()],
        );
        later.push("insert into b VALUES ($2, $1)", vec![3_i64.into(), 4_i64.into()]);
        later.push("insert into c VALUES (1)", vec![]);
        later
    }

    #[test]
    fn inserts_become_one_text_whose_placeholders_find_their_values() {
        let mut later = three();
        let (_, values, text) = later.take(Engine::Postgres).unwrap().into_parts();
        assert_eq!(
            text,
            "WITH i0 AS (insert into a VALUES ($1, $2, $1))\n, i1 AS (insert into b VALUES ($4, $3))\n\
             insert into c VALUES (1)\n"
        );
        assert_eq!(values.len(), 4);
        assert!(later.take(Engine::Postgres).is_none());
        let (.., text) = three().take(Engine::Sqlite).unwrap().into_parts();
        assert_eq!(
            text,
            "insert into a VALUES ($1, $2, $1);\ninsert into b VALUES ($4, $3);\ninsert into c VALUES (1);\n"
        );
    }

    #[test]
    fn one_insert_stays_as_it_is() {
        let mut later = Later::default();
        later.push("insert into a VALUES ($1)", vec![1_i64.into()]);
        let (.., text) = later.take(Engine::Postgres).unwrap().into_parts();
        assert_eq!(text.trim(), "insert into a VALUES ($1)");
    }
}
