//! The rows of an archive of `pg_dump`, as `pg_restore` writes them (the text form of `COPY`).

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ChildStdout;

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Utc};

use super::programs::{Programs, Running};
use crate::io::db::Value;
use crate::io::db::tables::{Counted, Digest, Kind, Rows, Table};

/// Rows that are in memory at once.
const PAGE: usize = 500;

/// An archive that is read from its beginning to its end.
pub(super) struct Archive<'a> {
    running: Running,
    lines: BufReader<ChildStdout>,
    tables: &'a [Table],
    /// The table whose rows come now, and for each of its columns where its value stands in a line.
    now: Option<(&'a Table, Vec<usize>)>,
}

impl<'a> Archive<'a> {
    /// Begins to read.
    pub(super) fn open(programs: &Programs, file: &Path, tables: &'a [Table]) -> Result<Self> {
        let mut running = programs.print(file)?;
        let lines = BufReader::new(running.output()?);
        Ok(Self {
            running,
            lines,
            tables,
            now: None,
        })
    }

    /// Counts and sums up what is in it.
    pub(super) fn count(mut self) -> Result<Vec<Counted>> {
        let mut counted = Tally::default();
        while let Some((table, rows)) = self.next()? {
            counted.add(table, &rows);
        }
        self.ends()?;
        Ok(counted.0)
    }

    /// The next rows of a table, maybe none; nothing behind the last table.
    pub(super) fn next(&mut self) -> Result<Option<(&'a Table, Rows)>> {
        let (table, order) = loop {
            if let Some(now) = self.now.take() {
                break now;
            }
            let Some(line) = self.line()? else { return Ok(None) };
            if let Some(rest) = line.strip_prefix("COPY ") {
                self.now = Some(self.opened(rest)?);
            }
        };
        let mut rows = Vec::new();
        while rows.len() < PAGE {
            let line = self
                .line()?
                .context("the archive breaks off in the middle of a table")?;
            if line == "\\." {
                return Ok(Some((table, rows)));
            }
            rows.push(row(&line, table, &order)?);
        }
        self.now = Some((table, order));
        Ok(Some((table, rows)))
    }

    /// Makes sure that all was read and nothing was wrong.
    pub(super) fn ends(self) -> Result<()> {
        self.running.ends()
    }

    /// `schema.table (column, …) FROM stdin;`
    fn opened(&self, text: &str) -> Result<(&'a Table, Vec<usize>)> {
        let (place, rest) = text.split_once(" (").context("a table without columns")?;
        let name = place.rsplit('.').next().unwrap_or(place).trim_matches('"');
        let Some(table) = self.tables.iter().find(|it| it.name == name) else {
            bail!("the archive holds a table that is not ours: {place}");
        };
        let columns = rest.split(')').next().unwrap_or_default();
        let columns: Vec<&str> = columns.split(", ").map(|it| it.trim_matches('"')).collect();
        ensure!(
            columns.len() == table.columns.len(),
            "{name} has other columns than ours: {columns:?}"
        );
        let place = |it: &str| columns.iter().position(|name| *name == it);
        let order = table
            .columns
            .iter()
            .map(|it| place(&it.name))
            .collect::<Option<_>>();
        Ok((
            table,
            order.with_context(|| format!("{name} has other columns than ours: {columns:?}"))?,
        ))
    }

    fn line(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        line.truncate(line.strip_suffix('\n').unwrap_or(&line).len());
        Ok(Some(line))
    }
}

/// Tables that are counted as their rows come.
#[derive(Default)]
pub(super) struct Tally(pub(super) Vec<Counted>);

impl Tally {
    pub(super) fn add(&mut self, table: &Table, rows: &[Vec<Value>]) {
        let at = self
            .0
            .iter()
            .position(|it| it.table == table.name)
            .unwrap_or_else(|| {
                self.0.push(Counted {
                    table: table.name.to_owned(),
                    digest: Digest::default(),
                });
                self.0.len() - 1
            });
        self.0[at].digest.add_all(rows);
    }
}

fn row(line: &str, table: &Table, order: &[usize]) -> Result<Vec<Value>> {
    let fields: Vec<&str> = line.split('\t').collect();
    ensure!(
        fields.len() == order.len(),
        "a row of {} has {} values",
        table.name,
        fields.len()
    );
    let values = table.columns.iter().zip(order).map(|(column, at)| {
        let field = fields[*at];
        if field == "\\N" {
            return Ok(column.kind.nothing());
        }
        value(&unescaped(field), column.kind)
            .with_context(|| format!("a value of {}.{} cannot be read", table.name, column.name))
    });
    values.collect()
}

fn value(text: &str, kind: Kind) -> Result<Value> {
    Ok(match kind {
        Kind::Text => Value::Text(Some(text.to_owned())),
        Kind::Int => Value::Int(Some(text.parse()?)),
        Kind::Bool => Value::Bool(Some(match text {
            "t" => true,
            "f" => false,
            _ => bail!("neither t nor f"),
        })),
        Kind::Bytes => Value::Bytes(Some(hex::decode(text.strip_prefix("\\x").context("no hex")?)?)),
        Kind::Time => Value::Time(Some(time(text)?)),
        Kind::Json => Value::Json(Some(serde_json::from_str(text)?)),
    })
}

fn time(text: &str) -> Result<DateTime<Utc>> {
    Ok(DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z")?.to_utc())
}

/// The letters that `COPY` writes with a backslash.
fn unescaped(field: &str) -> String {
    let (mut text, mut letters) = (String::new(), field.chars());
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '\\' => match letters.next() {
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('v') => '\u{b}',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_with_a_backslash_are_what_they_stand_for() {
        assert_eq!(
            unescaped(r"a\tb\nc\\N\\.d\r\b\f\v"),
            "a\tb\nc\\N\\.d\r\u{8}\u{c}\u{b}"
        );
    }

    #[test]
    fn times_are_read_in_every_offset() {
        let at: DateTime<Utc> = "2026-01-11T10:30:00.125Z".parse().unwrap();
        for text in [
            "2026-01-11 10:30:00.125+00",
            "2026-01-11 16:00:00.125+05:30",
            "2026-01-11 02:30:00.125-08",
        ] {
            assert_eq!(time(text).unwrap(), at, "{text}");
        }
        assert!(time("2026-01-11 10:30:00+00").is_ok());
    }
}
