//! `janua backup` and `janua restore`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output::{Output, bytes, table};
use super::{Failure, config};
use crate::app::World;
use crate::backup::{self, Verified};
use crate::io::clock::Clock;
use crate::users::profile::rfc3339;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  janua backup --output /backup/janua-$(date +%F)\n  janua backup -o /backup/janua --json\n\nPostgreSQL is copied by pg_dump, which must be installed. The master key is not in the backup: keep it apart."
)]
pub(super) struct Backup {
    /// The file to write; nothing may stand there. Beside it comes FILE.manifest.json, which belongs to it.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  janua restore /backup/janua --verify\n  janua restore /backup/janua\n  janua restore /backup/janua --replace\n\nStop the server before restoring. PostgreSQL is restored by pg_restore, which must be installed."
)]
pub(super) struct Restore {
    /// The backup; FILE.manifest.json must stand beside it.
    file: PathBuf,
    /// Only look whether it can be restored, in a temporary database. Exit code 1 when it cannot.
    #[arg(long, conflicts_with = "replace")]
    verify: bool,
    /// Take the place of what the database holds. An SQLite file is kept beside; what PostgreSQL held is lost.
    #[arg(long)]
    replace: bool,
}

/// As anything that an order failed for, with its causes.
fn failed(error: anyhow::Error) -> Failure {
    Failure::Wrong(format!("{error:#}"))
}

pub(super) async fn make(order: Backup, output: Output) -> Result<(), Failure> {
    let file = order.output;
    let made = backup::make(&config()?, &Clock::System, &file)
        .await
        .map_err(failed)?;
    output.show(&json!({"path": file, "manifest": made}), || {
        let key = made.master_key.as_ref().map_or_else(String::new, |it| {
            format!(
                "\nIt opens only with the master key {} ({}), which is not in it.",
                it.id, it.place
            )
        });
        format!(
            "{}: {} rows of {} tables, {}{key}",
            file.display(),
            made.rows(),
            made.tables.len(),
            bytes(i64::try_from(made.file.bytes).unwrap_or(i64::MAX)),
        )
    });
    Ok(())
}

pub(super) async fn restore(order: Restore, output: Output) -> Result<(), Failure> {
    let config = config()?;
    if order.verify {
        let found = backup::verify(&config, World::default(), &order.file)
            .await
            .map_err(failed)?;
        return tell(&found, output);
    }
    let done = backup::restore(&config, &Clock::System, &order.file, order.replace)
        .await
        .map_err(failed)?;
    let answer = json!({"restored": done.manifest, "set_aside": done.set_aside});
    output.show(&answer, || {
        let mut lines = vec![format!(
            "restored {} rows of {}; `janua audit verify` looks at the audit log",
            done.manifest.rows(),
            rfc3339(done.manifest.made_at)
        )];
        if let Some(file) = &done.set_aside {
            lines.push(format!("what was there before is {}", file.display()));
        }
        lines.join("\n")
    });
    Ok(())
}

fn tell(found: &Verified, output: Output) -> Result<(), Failure> {
    let (audit, complaint) = match &found.opened {
        Ok(report) => (Some(report), None),
        Err(complaint) => (None, Some(complaint)),
    };
    let answer = json!({
        "good": found.is_good(), "manifest": found.manifest, "tables": found.tables, "damages": found.damages,
        "audit": audit, "not_opened": complaint,
    });
    output.show(&answer, || {
        let rows = found
            .tables
            .iter()
            .map(|it| vec![it.table.clone(), it.found.to_string(), it.told()]);
        let mut lines = vec![table(&["TABLE", "ROWS", "STATE"], &rows.collect::<Vec<_>>())];
        lines.extend(found.damages.iter().map(|it| format!("damaged: {it}")));
        lines.push(match &found.opened {
            Ok(report) => format!("audit log: {} rows, {} problems", report.rows, report.count),
            Err(complaint) => format!("master key and audit log: {complaint}"),
        });
        lines.join("\n")
    });
    if found.is_good() {
        return Ok(());
    }
    Err(Failure::Wrong("the backup is not good".to_owned()))
}
