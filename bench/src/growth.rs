//! Whether a million users make anybody wait longer than a thousand.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use janua::config::{Config, Env};
use janua::io::db::{Db, Querier};
use janua::params;

use crate::report::Report;
use crate::server::{Server, variable};
use crate::workload;

const FEW: i64 = 1_000;
const MANY: i64 = 1_000_000;
const WINDOW: Duration = Duration::from_secs(5);

/// Adds users `$1` to `$2` with a session each, in one statement each: both engines know recursion.
const USERS: &str = "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO users (id, email, is_admin, epoch, email_verified_at, created_at, updated_at)
    SELECT CAST(i AS TEXT), 'grown' || i || '@example.com', FALSE, 0, $3, $3, $3 FROM n";
const SESSIONS: &str = "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO sessions (id, user_id, cookie_hash, device_hash, amr, ip, user_agent, authenticated_at, created_at,
                          last_activity_at, expires_at, ends_at)
    SELECT CAST(i AS TEXT), CAST(i AS TEXT), '', '', 'pwd', '127.0.0.1', '', $3, $3, $3, $4, $4 FROM n";

/// Measures the same requests on a small and on a grown store.
pub(crate) async fn measure(binary: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(binary).await?;
    let people = workload::register(&server, 16).await?;
    fill(&server, 1, FEW).await?;
    let small = sample(&server, &people).await?;
    fill(&server, FEW + 1, MANY).await?;
    let grown = sample(&server, &people).await?;
    for ((name, few), (_, many)) in small.iter().zip(&grown) {
        report.figure(&format!("growth_{name}_ratio"), many / few, "x");
    }
    report.figure("grown_rss_mib", server.memory_mib()?, "MiB");
    server.stop().await
}

/// Medians in milliseconds.
async fn sample(server: &Server, people: &[workload::Person]) -> Result<Vec<(&'static str, f64)>> {
    // Once for the caches of the machine, then for the figure.
    workload::session_lists(server, people, Duration::from_secs(1)).await?;
    // Others than those whose sessions are listed: each sign-in makes one more.
    let sign_in = workload::sign_ins(server, &people[8..], 2, WINDOW)
        .await?
        .percentile(50.0);
    let me = workload::users_me(server, people, WINDOW).await?.percentile(50.0);
    let sessions = workload::session_lists(server, people, WINDOW)
        .await?
        .percentile(50.0);
    Ok(vec![
        ("sign_in", sign_in),
        ("users_me", me),
        ("sessions", sessions),
    ])
}

async fn fill(server: &Server, from: i64, to: i64) -> Result<()> {
    let url = server.database_url();
    let config = Config::read(&Env::of([("DATABASE_URL", url.as_str())]))
        .ok()
        .context("the settings are right")?;
    let db = Db::connect(&config.database).await?;
    let now = janua::io::clock::Clock::System.now();
    let later = now + Duration::from_secs(7 * 86_400);
    let mut on = &db;
    on.execute(USERS, params![from, to, now]).await?;
    on.execute(SESSIONS, params![from, to, now, later]).await?;
    if variable("BENCH_DATABASE_URL").is_some() {
        on.execute("ANALYZE", params![]).await?;
    }
    db.close().await;
    Ok(())
}
