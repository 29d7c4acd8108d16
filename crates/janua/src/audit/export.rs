//! The log as a stream of lines, page by page: as much memory for a million rows as for a thousand.

use std::fmt::Write as _;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::filter::{Cursor, Filter};
use super::reach::Reach;
use super::{Entry, store};
use crate::app::App;
use crate::error::Result;
use crate::events::{self, Event};
use crate::users::profile::rfc3339;

/// Rows that are in memory at once.
const PAGE: i64 = 500;

/// The columns of a line, in their order.
const COLUMNS: [&str; 18] = [
    "id",
    "action",
    "at",
    "actor_kind",
    "actor_id",
    "api_key_id",
    "target_kind",
    "target_id",
    "user_id",
    "session_id",
    "organization_id",
    "ip",
    "user_agent",
    "request_id",
    "outcome",
    "reason",
    "erased",
    "facts",
];

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A JSON object in each line.
    #[default]
    Ndjson,
    /// Comma-separated values with a heading (RFC 4180).
    Csv,
}

impl Format {
    /// The format with this name.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "ndjson" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The ending of its files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// What is being exported: the oldest first, up to the moment at which it began.
#[derive(Debug)]
pub struct Lines {
    reach: Reach,
    filter: Filter,
    format: Format,
    after: Option<Cursor>,
    heading: bool,
    done: bool,
}

impl Lines {
    /// Begins an export, and records that. What happened until this very moment belongs to it, the record too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(
        app: &App,
        reach: Reach,
        filter: Filter,
        format: Format,
        event: Event<'_>,
    ) -> Result<Self> {
        let mut tx = reach.begin(app).await?;
        let facts = json!({"format": format.ending()});
        events::record(app, &mut tx, event.knowing(facts)).await?;
        tx.commit().await?;
        let end = app.clock.now() + TimeDelta::milliseconds(1);
        let until = filter.until.map_or(end, |it| it.min(end));
        Ok(Self {
            reach,
            filter: Filter {
                until: Some(until),
                ..filter
            },
            format,
            after: None,
            heading: format == Format::Csv,
            done: false,
        })
    }

    /// The next lines; `None` at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self, app: &App) -> Result<Option<String>> {
        if self.done {
            return Ok(None);
        }
        let order = store::Order::OldestFirst;
        let page = store::page(app, &self.reach, &self.filter, self.after.as_ref(), PAGE, order).await?;
        let mut text = String::new();
        if std::mem::take(&mut self.heading) {
            text = COLUMNS.join(",") + "\r\n";
        }
        for entry in &page {
            match self.format {
                Format::Ndjson => {
                    // A text cannot fail, and what we made of strings is JSON.
                    let _ = writeln!(
                        text,
                        "{}",
                        serde_json::to_string(&Line::of(entry)).unwrap_or_default()
                    );
                }
                Format::Csv => text.push_str(&row(entry)),
            }
        }
        self.done = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        self.after = page.last().map(Cursor::of);
        Ok(Some(text))
    }
}

/// An entry as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct Line<'a> {
    /// The row.
    id: &'a str,
    /// What happened, `area.action`.
    #[schema(example = "member.added")]
    action: &'a str,
    /// When.
    at: String,
    /// `user`, `admin`, `api_key`, `operator`, `anonymous` or `system`.
    actor_kind: Option<&'a str>,
    /// The person who did it, or for whom a program did.
    actor_id: Option<&'a str>,
    /// The program that did it.
    api_key_id: Option<&'a str>,
    /// What kind of thing it was done to.
    target_kind: Option<&'a str>,
    /// To which one.
    target_id: Option<&'a str>,
    /// To whose account.
    user_id: Option<&'a str>,
    /// In which session.
    session_id: Option<&'a str>,
    /// Which organization it concerns.
    organization_id: Option<&'a str>,
    /// From which address.
    ip: Option<&'a str>,
    /// By which browser or program.
    user_agent: Option<&'a str>,
    /// In which request.
    request_id: Option<&'a str>,
    /// `success` or `failure`.
    outcome: &'a str,
    /// Why it was refused.
    reason: Option<&'a str>,
    /// Whether address and browser were erased with the account.
    erased: bool,
    /// What else is known.
    #[schema(value_type = Object)]
    facts: &'a Value,
}

impl<'a> Line<'a> {
    /// The line of an entry.
    pub fn of(it: &'a Entry) -> Self {
        Self {
            id: &it.id,
            action: &it.name,
            at: rfc3339(it.at),
            actor_kind: it.actor_kind.as_deref(),
            actor_id: it.actor_id.as_deref(),
            api_key_id: it.api_key_id.as_deref(),
            target_kind: it.target_kind.as_deref(),
            target_id: it.target_id.as_deref(),
            user_id: it.user_id.as_deref(),
            session_id: it.session_id.as_deref(),
            organization_id: it.organization_id.as_deref(),
            ip: it.ip.as_deref(),
            user_agent: it.user_agent.as_deref(),
            request_id: it.request_id.as_deref(),
            outcome: &it.outcome,
            reason: it.reason.as_deref(),
            erased: it.is_erased,
            facts: &it.facts,
        }
    }
}

/// A line of comma-separated values.
fn row(entry: &Entry) -> String {
    let line = Line::of(entry);
    let facts = line.facts.to_string();
    let or_nothing = Option::unwrap_or_default;
    let cells: [&str; 18] = [
        line.id,
        line.action,
        &line.at,
        or_nothing(line.actor_kind),
        or_nothing(line.actor_id),
        or_nothing(line.api_key_id),
        or_nothing(line.target_kind),
        or_nothing(line.target_id),
        or_nothing(line.user_id),
        or_nothing(line.session_id),
        or_nothing(line.organization_id),
        or_nothing(line.ip),
        or_nothing(line.user_agent),
        or_nothing(line.request_id),
        line.outcome,
        or_nothing(line.reason),
        if line.erased { "true" } else { "false" },
        &facts,
    ];
    cells.map(cell).join(",") + "\r\n"
}

/// One value. A spreadsheet takes what begins like a formula for one, so that gets an apostrophe before it.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let mark = if is_formula { "'" } else { "" };
    if is_formula || text.contains([',', '"', '\r', '\n']) {
        return format!("\"{mark}{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(
            cell("=HYPERLINK(\"http://evil\")"),
            "\"'=HYPERLINK(\"\"http://evil\"\")\""
        );
        assert_eq!(cell("curl/8"), "curl/8");
        assert_eq!(cell("a,b"), "\"a,b\"");
    }

    proptest! {
        #[test]
        fn a_cell_stays_one_cell_and_starts_no_formula(text in "\\PC*|[=+@,\"\r\n\t-]{0,6}") {
            let written = cell(&text);
            let inside = written.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            prop_assert!(inside.is_some() || !written.contains([',', '"', '\r', '\n']));
            let read = inside.map_or_else(|| written.clone(), |it| it.replace("\"\"", "\""));
            prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            prop_assert_eq!(read.trim_start_matches('\''), text.trim_start_matches('\''));
        }
    }
}
