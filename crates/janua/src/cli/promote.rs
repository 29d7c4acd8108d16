//! `janua promote`.

use std::io::Write as _;

use clap::Args;
use serde_json::json;

use super::output::{Output, table};
use super::{Failure, config};
use crate::app::World;
use crate::promotion::{Promoted, Promotion};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  janua promote postgres://janua@db.example.com/janua\n  janua promote postgres://janua@db.example.com/janua --resume\n  janua promote postgres://janua@db.example.com/janua --abandon\n\nThe server keeps running and answers 503 to whatever would write, from the copy on until DATABASE_URL is changed and it is restarted. The SQLite file stays as it is; FILE.promotion beside it says that it has moved."
)]
pub(super) struct Arguments {
    /// An empty database of PostgreSQL. A password may stand in PGPASSWORD or ~/.pgpass instead.
    url: String,
    /// Go on with a move that was interrupted.
    #[arg(long, conflicts_with = "abandon")]
    resume: bool,
    /// Give up a move that was interrupted: PostgreSQL is emptied, and the SQLite file can be written again.
    #[arg(long)]
    abandon: bool,
}

fn failed(error: anyhow::Error) -> Failure {
    Failure::Wrong(format!("{error:#}"))
}

pub(super) async fn run(order: Arguments, output: Output) -> Result<(), Failure> {
    let promotion = Promotion::between(&config()?, World::default(), &order.url)
        .await
        .map_err(failed)?;
    let done = if order.abandon {
        promotion.abandon().await.map(|()| None)
    } else {
        promotion.run(order.resume, &tell).await.map(Some)
    };
    promotion.close().await;
    match done.map_err(failed)? {
        Some(promoted) => show(&promoted, output),
        None => output.show(&json!({"abandoned": true}), || {
            "the move is given up: PostgreSQL is empty, and the SQLite file can be written again".to_owned()
        }),
    }
    Ok(())
}

/// How far it is, beside the answer.
fn tell(text: &str) {
    // Nobody may be looking.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

fn show(promoted: &Promoted, output: Output) {
    let answer = json!({"target": promoted.target, "file": promoted.file, "tables": promoted.tables});
    output.show(&answer, || {
        let rows = promoted.tables.iter().map(|it| vec![it.table.clone(), it.found.to_string(), it.told()]);
        format!(
            "{}\n\nEverything is in {}.\nSet DATABASE_URL to it and restart the server, with the same master key. {} is \
             as it was.",
            table(&["TABLE", "ROWS", "STATE"], &rows.collect::<Vec<_>>()),
            promoted.target,
            promoted.file.display()
        )
    });
}
