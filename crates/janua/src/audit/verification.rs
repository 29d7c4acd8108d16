//! Whether the log is what was written: every row, its place, the end, and every checkpoint.

use std::collections::HashMap;

use serde::Serialize;

use super::{checkpoints, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::events::chain::{self, Head};
use crate::events::evidence::{Raw, link};

/// Rows that are read at once.
const PAGE: i64 = 500;

/// Problems that are told of; more are counted.
const MOST_TOLD: usize = 1000;

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The id of the row, if there is one.
    pub row: Option<String>,
    /// The place in the chain.
    pub position: Option<i64>,
    /// What is wrong.
    pub what: String,
}

/// What a look at everything found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows among them that have no place yet.
    pub without_place: u64,
    /// Rows among them whose address and browser were erased.
    pub erased: u64,
    /// Checkpoints that were looked at.
    pub checkpoints: u64,
    /// The place before the first row that is kept: what stood before was removed by `AUDIT_RETENTION_DAYS`.
    pub begins_after: i64,
    /// The last place.
    pub ends_at: i64,
    /// How many problems there are.
    pub count: u64,
    /// The first thousand of them.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether everything is as it was written.
    pub fn is_good(&self) -> bool {
        self.count == 0
    }

    fn complain(&mut self, row: Option<&Raw>, position: Option<i64>, what: impl Into<String>) {
        self.count += 1;
        if self.problems.len() < MOST_TOLD {
            self.problems.push(Problem {
                row: row.map(Raw::id),
                position,
                what: what.into(),
            });
        }
    }

    fn count_row(&mut self, row: &Raw) {
        self.rows += 1;
        self.erased += u64::from(row.is_erased());
    }
}

/// Looks at everything. A checkpoint that was kept elsewhere must be one of this log.
///
/// # Errors
/// When the database fails, or that text is no checkpoint.
pub async fn verify(app: &App, kept: Option<&str>) -> Result<Report> {
    let kept = kept.map(|it| checkpoints::of_text(app, it)).transpose();
    let kept = kept.map_err(|text| Error::internal(text.clone()).says(text))?;
    loop {
        let before = chain::head(app).await?;
        let report = look(app, before.as_ref(), kept.as_ref()).await?;
        // Old rows may have been removed while we looked.
        let start = |it: &Option<Head>| it.as_ref().map(|it| it.start_position);
        if start(&chain::head(app).await?) == start(&before) || report.is_good() {
            return Ok(report);
        }
    }
}

async fn look(app: &App, head: Option<&Head>, kept: Option<&(i64, Vec<u8>)>) -> Result<Report> {
    let mut report = Report::default();
    let mut walk = Walk::new(app, head, kept, &mut report).await?;
    let mut after = i64::MIN;
    loop {
        let page = chain::rows_after(app, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position.unwrap_or(i64::MAX);
        for row in &page {
            walk.step(row, &mut report);
        }
    }
    walk.end(&mut report);
    let mut after = String::new();
    loop {
        let page = chain::rows_without_place(app, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id();
        for row in &page {
            report.count_row(row);
            report.without_place += 1;
            let digest = row.digest(app.db.engine());
            if let Some(what) = row.complaint(app, &digest) {
                report.complain(Some(row), None, what);
            } else if row.link.is_some() {
                report.complain(Some(row), None, "it has a link and no place");
            }
        }
    }
    Ok(report)
}

/// A walk along the chain.
struct Walk<'a> {
    app: &'a App,
    head: Option<&'a Head>,
    /// Links that must stand at a place, with what says so.
    expected: HashMap<i64, Vec<(Vec<u8>, &'static str)>>,
    position: i64,
    /// What the next link may be made from: after something was wrong there are two answers, and either will do, so that
    /// one row that was changed does not put all others in doubt.
    links: Vec<Vec<u8>>,
}

impl<'a> Walk<'a> {
    async fn new(
        app: &'a App,
        head: Option<&'a Head>,
        kept: Option<&(i64, Vec<u8>)>,
        report: &mut Report,
    ) -> Result<Self> {
        let mut walk = Self {
            app,
            head,
            expected: HashMap::new(),
            position: head.map_or(0, |it| it.start_position),
            links: vec![head.map_or_else(|| vec![0; 32], |it| it.start_link.clone())],
        };
        report.begins_after = walk.position;
        if let Some(head) = head {
            if !head.is_ours(app) {
                report.complain(None, None, "the head of the log was changed");
            }
            walk.expect(head.position, &head.link, "the head of the log");
        }
        if let Some((position, link)) = kept {
            walk.expect(*position, link, "the checkpoint that was kept elsewhere");
        }
        let mut from = i64::MIN;
        loop {
            let page = store::checkpoints_from(&app.db, from, PAGE).await?;
            let Some(last) = page.last() else { break };
            from = last.position.saturating_add(1);
            for it in &page {
                report.checkpoints += 1;
                if let Some(what) = it.complaint(app) {
                    report.complain(None, Some(it.position), what);
                } else {
                    walk.expect(it.position, &it.link, "a checkpoint");
                }
            }
            if from == i64::MAX {
                break;
            }
        }
        walk.pass(report);
        Ok(walk)
    }

    fn expect(&mut self, position: i64, link: &[u8], by: &'static str) {
        self.expected
            .entry(position)
            .or_default()
            .push((link.to_vec(), by));
    }

    /// Compares the place that was reached with what is expected there.
    fn pass(&mut self, report: &mut Report) {
        for (link, by) in self.expected.remove(&self.position).unwrap_or_default() {
            if !self.links.contains(&link) {
                report.complain(None, Some(self.position), format!("{by} says otherwise"));
            }
        }
    }

    fn step(&mut self, row: &Raw, report: &mut Report) {
        let Some(position) = row.position else { return };
        report.count_row(row);
        let digest = row.digest(self.app.db.engine());
        let complaint = row.complaint(self.app, &digest);
        if let Some(what) = complaint {
            report.complain(Some(row), Some(position), what);
        }
        if position <= self.position {
            // Removed as too old, or about to be.
            return;
        }
        if position > self.position + 1 {
            let (from, to) = (self.position + 1, position - 1);
            let what = if from == to {
                format!("the row at {from} is missing")
            } else {
                format!("the rows from {from} to {to} are missing")
            };
            report.complain(None, Some(from), what);
            self.jump(position - 1, report);
        }
        let computed: Vec<Vec<u8>> = self
            .links
            .iter()
            .map(|it| link(it, position, &digest).to_vec())
            .collect();
        let stored = row.link.clone().unwrap_or_default();
        self.position = position;
        if self.links.is_empty() {
            // Nothing is known of the row before: this one speaks for itself.
            self.links = vec![stored];
        } else if computed.contains(&stored) {
            self.links = vec![stored];
        } else {
            if complaint.is_none() {
                let what = "its place or its link was changed, or a row was put in before it";
                report.complain(Some(row), Some(position), what);
            }
            self.links = computed;
            self.links.push(stored);
        }
        self.pass(report);
    }

    /// Goes on behind a gap.
    fn jump(&mut self, position: i64, report: &mut Report) {
        let passed: Vec<i64> = self
            .expected
            .keys()
            .copied()
            .filter(|it| (self.position + 1..position).contains(it))
            .collect();
        for place in passed {
            self.expected.remove(&place);
        }
        // What a checkpoint says of the place before is as good as the row.
        let known = self.expected.remove(&position).unwrap_or_default();
        self.links = known.into_iter().map(|(link, _)| link).collect();
        self.position = position;
        report.ends_at = position;
    }

    fn end(mut self, report: &mut Report) {
        report.ends_at = self.position;
        let end = self.head.map_or(0, |it| it.position);
        if self.position < end {
            let text = format!("the rows from {} to {end} are missing", self.position + 1);
            report.complain(None, Some(self.position + 1), text);
        }
        if self.head.is_none() && self.position > 0 {
            report.complain(None, None, "the head of the log is gone");
        }
        let start = report.begins_after;
        self.expected.retain(|place, _| *place > end && *place >= start);
        let beyond: Vec<i64> = self.expected.keys().copied().collect();
        for place in beyond {
            report.complain(None, Some(place), "a checkpoint tells of rows that are missing");
        }
    }
}
