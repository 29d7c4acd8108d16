//! `janua migrate`.

use std::fmt::Write;

use clap::Subcommand;

use super::output::{Output, table};
use super::{Failure, config};
use crate::io::clock::Clock;
use crate::io::db::Db;
use crate::io::db::migrate::{self, Place, Standing, Step, Target};
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Apply what is missing.
    #[command(
        visible_alias = "upgrade",
        after_help = "Examples:\n  janua migrate up\n  janua migrate up --steps 1\n  janua migrate up 0002_sessions\n  janua migrate upgrade head"
    )]
    Up {
        /// Stop at this revision; `head` is the newest.
        revision: Option<String>,
        /// Apply only so many steps.
        #[arg(long, conflicts_with = "revision")]
        steps: Option<usize>,
    },
    /// Take steps back. What the undone migrations had made is lost.
    #[command(
        visible_alias = "downgrade",
        after_help = "Examples:\n  janua migrate down --yes\n  janua migrate down 0001_users --yes\n  janua migrate down base --yes"
    )]
    Down {
        /// Stop at this revision; `base` is the empty database. Without it one step is taken.
        revision: Option<String>,
        /// Take back so many steps.
        #[arg(long, conflicts_with = "revision")]
        steps: Option<usize>,
        /// Really do it.
        #[arg(long)]
        yes: bool,
    },
    /// Tell the revision that the database stands at.
    #[command(after_help = "Examples:\n  janua migrate current\n  janua migrate current --verbose")]
    Current {
        /// Tell also when it was applied, and what is pending.
        #[arg(long, short)]
        verbose: bool,
    },
    /// List all revisions.
    #[command(after_help = "Examples:\n  janua migrate history\n  janua migrate history --verbose --json")]
    History {
        /// Tell when each was applied.
        #[arg(long, short)]
        verbose: bool,
    },
    /// Tell the newest revision: there is always one. Exit code 1 when there are several, or when the database says
    /// that it stands at several.
    #[command(after_help = "Examples:\n  janua migrate heads")]
    Heads,
    /// Note that the database stands at a revision, without running anything.
    #[command(
        after_help = "Examples:\n  janua migrate stamp 0003_sign_in --yes\n  janua migrate stamp head --yes\n\nOnly for a database whose tables are known to be those of that revision."
    )]
    Stamp {
        /// The revision; `base` is none, `head` the newest.
        revision: String,
        /// Really do it.
        #[arg(long)]
        yes: bool,
    },
    /// Explain why there is nothing to merge.
    #[command(after_help = "Examples:\n  janua migrate merge heads -m merge_branches")]
    Merge {
        /// What one would name to Alembic; it makes no difference.
        revisions: Vec<String>,
        /// What one would call the merge; it makes no difference.
        #[arg(short, long)]
        message: Option<String>,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    if let Order::Merge { .. } = order {
        let why = "Janua's migrations are one timeline with one head, so there is never anything to merge. If \
                   alembic_version holds several rows, `janua migrate stamp REVISION --yes` leaves the right one.";
        output.show(
            &serde_json::json!({"heads": migrate::heads(), "merged": [], "why": why}),
            || why.to_owned(),
        );
        return Ok(());
    }
    let config = config()?;
    let looks = matches!(
        order,
        Order::Current { .. } | Order::History { .. } | Order::Heads
    );
    if looks && !Db::is_there(&config.database)? {
        return look(order, output, &Standing::nowhere());
    }
    let db = Db::connect(&config.database).await?;
    let done = carry_out(order, output, &db).await;
    db.close().await;
    done
}

async fn carry_out(order: Order, output: Output, db: &Db) -> Result<(), Failure> {
    match order {
        Order::Up { revision, steps } => {
            let target = match (revision, steps) {
                (Some(revision), _) if revision != "head" => Target::Revision(revision),
                (_, Some(steps)) => Target::Steps(steps),
                _ => Target::Head,
            };
            report(
                output,
                "applied",
                &migrate::up(db, target, Clock::System.now()).await?,
            );
        }
        Order::Down { yes: false, .. } => {
            return Err(Failure::Wrong(
                "this deletes data; make a backup, then say --yes".to_owned(),
            ));
        }
        Order::Down { revision, steps, .. } => {
            let target = revision.map_or(Target::Steps(steps.unwrap_or(1)), Target::Revision);
            report(output, "undone", &migrate::down(db, target).await?);
        }
        order @ (Order::Current { .. } | Order::History { .. } | Order::Heads) => {
            look(order, output, &migrate::standing(db).await?)?;
        }
        Order::Stamp { yes: false, .. } => {
            return Err(Failure::Wrong(
                "this changes what the database says of itself and runs nothing; if its tables are those of that \
                 revision, say --yes"
                    .to_owned(),
            ));
        }
        Order::Stamp { revision, .. } => {
            let at = migrate::stamp(db, &revision, Clock::System.now()).await?;
            output.show(&serde_json::json!({"revision": at}), || match &at {
                Some(revision) => format!("the database now counts as {revision}; nothing was run"),
                None => "the database now counts as empty; nothing was run".to_owned(),
            });
        }
        // Answered before anything was connected.
        Order::Merge { .. } => {}
    }
    Ok(())
}

/// Orders that only look: nothing is written, no lock is taken.
fn look(order: Order, output: Output, standing: &Standing) -> Result<(), Failure> {
    match order {
        Order::Current { verbose } => current(output, standing, verbose),
        Order::History { verbose } => history(output, standing, verbose),
        Order::Heads => heads(output, standing),
        // The others change something.
        _ => Ok(()),
    }
}

fn history(output: Output, standing: &Standing, verbose: bool) -> Result<(), Failure> {
    let steps = standing.history()?;
    output.show(&steps, || {
        let rows = steps.iter().map(|step| {
            let state = match step {
                Step { known: false, .. } => "applied by a newer version",
                Step { changed: true, .. } => "applied, but as another text",
                Step { applied: true, .. } => "applied",
                _ => "pending",
            };
            let when = step
                .applied_at
                .filter(|_| verbose && step.applied)
                .map(rfc3339)
                .unwrap_or_default();
            vec![step.revision.clone(), state.to_owned(), when]
        });
        table(
            &["REVISION", "STATE", if verbose { "APPLIED AT" } else { "" }],
            &rows.collect::<Vec<_>>(),
        )
    });
    Ok(())
}

fn current(output: Output, standing: &Standing, verbose: bool) -> Result<(), Failure> {
    let current = standing.revision();
    let head = migrate::revisions().last().cloned();
    let place = standing.place();
    let is_head = place == Place::Head;
    let (word, told) = match &place {
        Place::Head => ("head", None),
        Place::Behind => ("behind", None),
        Place::Newer => (
            "newer",
            Some("a newer version has added to it; this one can run on it".to_owned()),
        ),
        Place::Foreign(why) => ("foreign", Some(why.clone())),
    };
    let changed = standing.changed();
    let steps = if verbose { standing.history()? } else { Vec::new() };
    let mut answer = serde_json::json!({
        "revision": current, "head": head, "is_head": is_head, "place": word, "told": told, "changed": changed,
    });
    let pending: Vec<&str> = steps
        .iter()
        .filter(|it| !it.applied)
        .map(|it| it.revision.as_str())
        .collect();
    let applied_at = steps
        .iter()
        .rfind(|it| it.applied)
        .and_then(|it| it.applied_at)
        .map(rfc3339);
    if verbose {
        answer["pending"] = pending.clone().into();
        answer["applied_at"] = applied_at.clone().into();
    }
    output.show(&answer, || {
        let mut text = match current {
            Some(revision) if is_head => format!("{revision} (head)"),
            Some(revision) => revision.to_owned(),
            None => "no migration is applied".to_owned(),
        };
        if let Some(told) = told {
            let _ = write!(text, "\n  {told}");
        }
        if !changed.is_empty() {
            let _ = write!(
                text,
                "\n  was another text when it was applied: {}",
                changed.join(", ")
            );
        }
        if let Some(at) = applied_at {
            let _ = write!(text, "\n  applied at  {at}");
        }
        if !pending.is_empty() {
            let _ = write!(text, "\n  pending     {}", pending.join(", "));
        }
        text
    });
    Ok(())
}

fn heads(output: Output, standing: &Standing) -> Result<(), Failure> {
    let heads = migrate::heads();
    let current = standing.revision();
    output.show(&serde_json::json!({"heads": heads, "current": current}), || {
        heads.join("\n")
    });
    match heads.len() {
        1 => Ok(()),
        count => Err(Failure::Wrong(format!(
            "there must be one head, but there are {count}"
        ))),
    }
}

fn report(output: Output, verb: &str, revisions: &[String]) {
    output.show(&serde_json::json!({verb: revisions}), || {
        if revisions.is_empty() {
            "nothing to do".to_owned()
        } else {
            format!("{verb}: {}", revisions.join(", "))
        }
    });
}
