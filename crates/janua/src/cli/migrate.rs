//! `janua migrate`.

use clap::Subcommand;

use super::output::{Output, table};
use super::{Failure, config};
use crate::io::clock::Clock;
use crate::io::db::Db;
use crate::io::db::migrate::{self, Target};
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
    #[command(after_help = "Examples:\n  janua migrate current\n  janua migrate current --json")]
    Current,
    /// List all revisions.
    #[command(after_help = "Examples:\n  janua migrate history\n  janua migrate history --verbose")]
    History {
        /// Tell when each was applied.
        #[arg(long, short)]
        verbose: bool,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let config = config()?;
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
        Order::Current => {
            let current = migrate::current(db).await?;
            let head = migrate::revisions().last().cloned();
            let is_head = current == head;
            let answer = serde_json::json!({"revision": current, "head": head, "is_head": is_head});
            output.show(&answer, || match current {
                Some(revision) if is_head => format!("{revision} (head)"),
                Some(revision) => revision,
                None => "no migration is applied".to_owned(),
            });
        }
        Order::History { verbose } => {
            let steps = migrate::history(db).await?;
            output.show(&steps, || {
                let rows = steps.iter().map(|step| {
                    let state = if step.applied { "applied" } else { "pending" };
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
        }
    }
    Ok(())
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
