//! `janua audit`.

use std::io::Write as _;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::output::{Output, table};
use super::{Failure, app, app_to_look, operator};
use crate::app::App;
use crate::audit::{self, Entry, Filter, Format, Lines, Reach, Report};
use crate::events::{Event, Name};
use crate::users::profile::rfc3339;

/// What is looked for.
#[derive(Args)]
pub(super) struct Wanted {
    /// `area.action`, or `area.*` for all of an area.
    #[arg(long)]
    action: Option<String>,
    /// The id of the person or API key that did it.
    #[arg(long)]
    actor: Option<String>,
    /// The id of what it was done to, or of the account.
    #[arg(long)]
    target: Option<String>,
    /// The id of the organization that it concerns.
    #[arg(long)]
    organization: Option<String>,
    /// `success` or `failure`.
    #[arg(long, value_parser = ["success", "failure"])]
    outcome: Option<String>,
    /// The id of the request.
    #[arg(long)]
    request: Option<String>,
    /// Not before this time, such as 2026-01-31T12:00:00Z.
    #[arg(long)]
    since: Option<DateTime<Utc>>,
    /// Before this time.
    #[arg(long)]
    until: Option<DateTime<Utc>>,
}

impl Wanted {
    fn filter(self) -> Filter {
        Filter {
            action: self.action,
            actor_id: self.actor,
            target_id: self.target,
            organization_id: self.organization,
            outcome: self.outcome,
            request_id: self.request,
            since: self.since,
            until: self.until,
        }
    }
}

#[derive(Subcommand)]
pub(super) enum Order {
    /// List the newest entries.
    #[command(
        after_help = "Examples:\n  janua audit list --limit 100\n  janua audit list --action 'sign_in.*' --outcome failure --json"
    )]
    List {
        #[command(flatten)]
        wanted: Wanted,
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Check that nothing was changed, removed, put in or put elsewhere. Exit code 1 when something was.
    #[command(
        after_help = "Examples:\n  janua audit verify\n  janua audit verify --checkpoint eyJhbGciOi… --json"
    )]
    Verify {
        /// A checkpoint that was kept elsewhere, from the log of the server: it must be one of this log.
        #[arg(long)]
        checkpoint: Option<String>,
    },
    /// Write entries, from the oldest to the newest, to the standard output.
    #[command(
        after_help = "Examples:\n  janua audit export > audit.ndjson\n  janua audit export --format csv --since 2026-01-01T00:00:00Z > audit.csv"
    )]
    Export {
        #[command(flatten)]
        wanted: Wanted,
        /// `ndjson` or `csv`.
        #[arg(long, default_value = "ndjson", value_parser = ["ndjson", "csv"])]
        format: String,
    },
    /// Erase address and browser from all that somebody did; the log stays whole. Deleting an account does so too.
    #[command(after_help = "Examples:\n  janua audit erase 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")]
    Erase {
        /// The id of the person, who may be gone.
        user: String,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let app = match order {
        Order::Erase { .. } => app().await?,
        _ => app_to_look().await?,
    };
    let done = carry_out(&app, order, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    match order {
        Order::List { wanted, limit } => {
            let (found, _) = audit::list(app, &Reach::Everything, &wanted.filter(), None, limit).await?;
            let shown: Vec<Value> = found.iter().map(|it| json!(audit::Line::of(it))).collect();
            output.show(&json!({"entries": shown}), || {
                let rows: Vec<Vec<String>> = found.iter().map(row).collect();
                table(
                    &["AT", "ACTION", "OUTCOME", "ACTOR", "TARGET", "ORGANIZATION", "IP"],
                    &rows,
                )
            });
            Ok(())
        }
        Order::Verify { checkpoint } => {
            let report = audit::verify(app, checkpoint.as_deref()).await?;
            output.show(&report, || told(&report));
            match report.count {
                0 => Ok(()),
                count => Err(Failure::Wrong(format!(
                    "the audit log is not what was written: {count} found"
                ))),
            }
        }
        Order::Export { wanted, format } => {
            let format = Format::of(&format).unwrap_or_default();
            let client = operator(app);
            let event = Event::by_operator(Name::AuditExported, None, &client);
            let mut lines = Lines::begin(app, Reach::Everything, wanted.filter(), format, event).await?;
            let mut out = std::io::stdout().lock();
            while let Some(text) = lines.next(app).await? {
                match out.write_all(text.as_bytes()) {
                    // A reader that has seen enough, such as `head`, is no failure.
                    Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
                    written => written?,
                }
            }
            Ok(())
        }
        Order::Erase { user } => {
            let absent = || Failure::Absent("there is no such id; `janua audit list` shows them".to_owned());
            let id = crate::users::UserId::parse(&user).ok_or_else(absent)?;
            let client = operator(app);
            let event = Event::by_operator(Name::AuditErased, Some(&id), &client);
            let rows = audit::erase(app, &id, event).await?;
            output.show(&json!({"user_id": id, "erased": rows}), || {
                format!("{rows} entries")
            });
            Ok(())
        }
    }
}

fn row(it: &Entry) -> Vec<String> {
    let pair = |kind: &Option<String>, id: Option<&String>| {
        let kind = kind.clone().unwrap_or_default();
        id.map_or_else(|| kind.clone(), |id| format!("{kind} {id}"))
    };
    vec![
        rfc3339(it.at),
        it.name.clone(),
        it.reason.clone().unwrap_or_else(|| it.outcome.clone()),
        pair(&it.actor_kind, it.actor_id.as_ref().or(it.api_key_id.as_ref())),
        pair(&it.target_kind, it.target_id.as_ref()),
        it.organization_id.clone().unwrap_or_default(),
        it.ip.clone().unwrap_or_default(),
    ]
}

fn told(report: &Report) -> String {
    let mut lines = vec![format!(
        "{} rows from {} to {}, {} of them erased, {} not yet in the chain; {} checkpoints",
        report.rows,
        report.begins_after + 1,
        report.ends_at,
        report.erased,
        report.without_place,
        report.checkpoints
    )];
    for it in &report.problems {
        let place = it.position.map_or_else(String::new, |it| format!(" at {it}"));
        let row = it.row.as_deref().map_or("the log", |it| it);
        lines.push(format!("{row}{place}: {}", it.what));
    }
    if report.is_good() {
        lines.push("everything is as it was written".to_owned());
    }
    lines.join("\n")
}
