//! `janua db`: what the guide's SQL snippets ask, on the engine that is there.

use std::fmt::Write;

use clap::Subcommand;

use super::output::{Output, bytes, table, yes};
use super::{Failure, config};
use crate::config::Database;
use crate::io::db::Db;
use crate::io::db::inspect::{self, EXPECTED, Stats};
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Connections, size, version and pool settings.
    #[command(after_help = "Examples:\n  janua db stats\n  janua db stats --json")]
    Stats,
    /// The tables by size.
    #[command(after_help = "Examples:\n  janua db sizes")]
    Sizes,
    /// Who waits for whom.
    #[command(
        after_help = "Examples:\n  janua db locks\n\nSELECT pg_cancel_backend(PID) ends a query, pg_terminate_backend(PID) its connection."
    )]
    Locks,
    /// What every connection to this database is doing.
    #[command(after_help = "Examples:\n  janua db activity")]
    Activity,
    /// Every right that the server needs, and the GRANT for each that is missing. Exit code 1 when one is missing.
    #[command(after_help = "Examples:\n  janua db check-permissions")]
    CheckPermissions,
    /// The indexes, how often they are used, and whether those that matter are there. Exit code 1 when one is not.
    #[command(after_help = "Examples:\n  janua db indexes")]
    Indexes,
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let settings = config()?.database;
    let db = Db::connect(&settings).await?;
    let done = match order {
        Order::Stats => stats(&db, &settings, output).await,
        Order::Sizes => sizes(&db, output).await,
        Order::Locks => locks(&db, output).await,
        Order::Activity => activity(&db, output).await,
        Order::CheckPermissions => check_permissions(&db, output).await,
        Order::Indexes => indexes(&db, output).await,
    };
    db.close().await;
    done
}

async fn stats(db: &Db, settings: &Database, output: Output) -> Result<(), Failure> {
    let stats = inspect::stats(db).await?;
    let pool = serde_json::json!({
        "size": settings.pool_size, "overflow": settings.pool_overflow,
        "timeout_seconds": settings.pool_timeout.as_secs_f64(), "recycle_seconds": settings.pool_recycle.as_secs(),
    });
    let mut answer = serde_json::to_value(&stats)?;
    answer["pool"] = pool;
    output.show(&answer, || {
        let mut text = match &stats {
            Stats::Postgres { .. } => of_postgres(&stats, settings),
            Stats::Sqlite { .. } => of_sqlite(&stats),
        };
        let _ = write!(
            text,
            "\npool         {} kept and {} more under load, {:.1} s to wait for one, replaced after {} s",
            settings.pool_size,
            settings.pool_overflow,
            settings.pool_timeout.as_secs_f64(),
            settings.pool_recycle.as_secs()
        );
        text
    });
    Ok(())
}

fn of_postgres(stats: &Stats, settings: &Database) -> String {
    let Stats::Postgres {
        version,
        database,
        size_bytes,
        connections,
        max_connections,
        reserved_connections,
        applications,
    } = stats
    else {
        return String::new();
    };
    let ours = i64::from(settings.pool_size + settings.pool_overflow);
    let room = max_connections - reserved_connections;
    let rows: Vec<Vec<String>> = applications
        .iter()
        .map(|it| vec![it.name.clone(), it.state.clone(), it.connections.to_string()])
        .collect();
    let fits = if ours > room {
        format!(
            "\n             one instance may take {ours}, more than there is room for: lower DATABASE_POOL_SIZE"
        )
    } else {
        format!(
            "\n             one instance may take {ours}: room for {} instances",
            room / ours.max(1)
        )
    };
    format!(
        "engine       {version}\ndatabase     {database}, {}\nconnections  {connections} of {max_connections}, {reserved_connections} of them \
         for superusers{fits}\n\n{}\n",
        bytes(*size_bytes),
        table(&["APPLICATION", "STATE", "CONNECTIONS"], &rows)
    )
}

fn of_sqlite(stats: &Stats) -> String {
    let Stats::Sqlite {
        version,
        file,
        size_bytes,
        wal_bytes,
        pages,
        free_pages,
        page_bytes,
        journal_mode,
    } = stats
    else {
        return String::new();
    };
    let size = |it: u64| bytes(i64::try_from(it).unwrap_or(i64::MAX));
    format!(
        "engine       SQLite {version}\nfile         {file}, {}\nlog          {}\npages        {pages} of {}, {free_pages} \
         free\njournal      {journal_mode}\nconnections  one that writes, the others read; there is no limit to run into",
        size(*size_bytes),
        size(*wal_bytes),
        bytes(*page_bytes),
    )
}

async fn sizes(db: &Db, output: Output) -> Result<(), Failure> {
    let sizes = inspect::sizes(db).await?;
    output.show(&serde_json::json!({"tables": sizes}), || {
        let rows: Vec<Vec<String>> = sizes
            .iter()
            .map(|it| {
                vec![
                    it.name.clone(),
                    bytes(it.table_bytes),
                    bytes(it.index_bytes),
                    bytes(it.total_bytes),
                ]
            })
            .collect();
        table(&["TABLE", "ROWS", "INDEXES", "IN ALL"], &rows)
    });
    Ok(())
}

async fn locks(db: &Db, output: Output) -> Result<(), Failure> {
    let Some(waiting) = inspect::locks(db).await? else {
        let why = "SQLite has no locks on rows: writers queue for the one writing connection, and a writer of another \
                   process is waited for, 5 seconds at most. Only `janua serve` and orders on the command line should \
                   have the file open; `fuser FILE` tells who does.";
        output.show(&serde_json::json!({"locks": [], "note": why}), || why.to_owned());
        return Ok(());
    };
    output.show(&serde_json::json!({"locks": waiting}), || {
        if waiting.is_empty() {
            return "nobody waits for a lock".to_owned();
        }
        let lines = waiting.iter().map(|it| {
            format!(
                "{} waits {} s: {}\n  for {} ({}, {}): {}",
                it.blocked_pid,
                it.blocked_seconds.unwrap_or(0),
                one_line(&it.blocked_query),
                it.blocking_pid,
                it.blocking_application,
                it.blocking_state,
                one_line(&it.blocking_query)
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

async fn activity(db: &Db, output: Output) -> Result<(), Failure> {
    let Some(found) = inspect::activity(db).await? else {
        let why = "SQLite keeps no list of connections: they live inside the processes that have the file open. \
                   /health/detailed of a running server tells of its pool.";
        output.show(&serde_json::json!({"activity": [], "note": why}), || {
            why.to_owned()
        });
        return Ok(());
    };
    output.show(&serde_json::json!({"activity": found}), || {
        let rows: Vec<Vec<String>> = found
            .iter()
            .map(|it| {
                let state = it
                    .waits_for
                    .as_ref()
                    .map_or_else(|| it.state.clone(), |on| format!("{} ({on})", it.state));
                vec![
                    it.pid.to_string(),
                    it.role.clone(),
                    it.application.clone(),
                    it.client.clone(),
                    state,
                    it.since.map(rfc3339).unwrap_or_default(),
                    one_line(&it.query).chars().take(80).collect(),
                ]
            })
            .collect();
        table(
            &["PID", "ROLE", "APPLICATION", "FROM", "STATE", "SINCE", "QUERY"],
            &rows,
        )
    });
    Ok(())
}

async fn check_permissions(db: &Db, output: Output) -> Result<(), Failure> {
    let rights = inspect::rights(db).await?;
    let missing = rights.iter().filter(|it| !it.granted).count();
    output.show(&serde_json::json!({"missing": missing, "rights": rights}), || {
        let rows: Vec<Vec<String>> = rights
            .iter()
            .map(|it| {
                let purpose = if it.only_migrations {
                    "migrations"
                } else {
                    "always"
                };
                vec![
                    it.what.clone(),
                    purpose.to_owned(),
                    yes(it.granted),
                    it.mend.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(&["RIGHT", "NEEDED FOR", "GRANTED", "WHAT MENDS IT"], &rows)
    });
    match missing {
        0 => Ok(()),
        1 => Err(Failure::Wrong("one right is missing".to_owned())),
        count => Err(Failure::Wrong(format!("{count} rights are missing"))),
    }
}

async fn indexes(db: &Db, output: Output) -> Result<(), Failure> {
    let indexes = inspect::indexes(db).await?;
    let expected: Vec<(&str, &str)> = EXPECTED
        .iter()
        .map(|name| match indexes.iter().find(|it| it.name == *name) {
            Some(index) if index.is_valid => (*name, "valid"),
            Some(_) => (*name, "not valid: REINDEX it"),
            None => (*name, "missing: run `janua migrate up`"),
        })
        .collect();
    let all_there = expected.iter().all(|(_, state)| *state == "valid");
    let states: serde_json::Map<_, _> = expected
        .iter()
        .map(|(name, it)| ((*name).to_owned(), (*it).into()))
        .collect();
    output.show(
        &serde_json::json!({"expected": states, "indexes": indexes}),
        || {
            let rows: Vec<Vec<String>> = indexes
                .iter()
                .map(|it| {
                    let note = match (it.is_valid, it.is_unused(), it.is_unique) {
                        (false, ..) => "not valid",
                        (_, true, _) => "unused",
                        (.., true) => "unique",
                        _ => "",
                    };
                    vec![
                        it.table_name.clone(),
                        it.name.clone(),
                        it.scans
                            .map_or_else(|| "not counted".to_owned(), |scans| scans.to_string()),
                        it.bytes.map(bytes).unwrap_or_default(),
                        note.to_owned(),
                    ]
                })
                .collect();
            let expected: Vec<String> = expected
                .iter()
                .map(|(name, state)| format!("{name}: {state}"))
                .collect();
            format!(
                "{}\n\n{}",
                table(&["TABLE", "INDEX", "SCANS", "SIZE", "NOTE"], &rows),
                expected.join("\n")
            )
        },
    );
    if all_there {
        Ok(())
    } else {
        Err(Failure::Wrong(
            "an index that sign-in needs is missing or not valid".to_owned(),
        ))
    }
}

fn one_line(query: &str) -> String {
    query.split_whitespace().collect::<Vec<_>>().join(" ")
}
