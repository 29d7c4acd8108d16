//! Whether a thousand organizations with a hundred people each make anybody wait longer than none.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use janua::config::{Config, Env};
use janua::io::db::{Db, Querier, Scope};
use janua::params;
use serde_json::json;

use crate::client::Client;
use crate::report::Report;
use crate::server::{Server, variable};
use crate::workload::{self, Person};

/// Members of each organization, those that are asked about as well as those that stand around them.
const MEMBERS: i64 = 100;
const ORGANIZATIONS: i64 = 1_000;
const WINDOW: Duration = Duration::from_secs(5);

/// Users `$1` to `$2`; both engines know recursion.
const USERS: &str = "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO users (id, email, is_admin, epoch, email_verified_at, created_at, updated_at)
    SELECT 'm' || i, 'member' || i || '@example.com', FALSE, 0, $3, $3, $3 FROM n";
const OTHERS: &str = "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO organizations (id, name, slug, settings, metadata, created_at, updated_at)
    SELECT 'o' || i, 'Organization ' || i, 'organization-' || i, $4, $4, $3, $3 FROM n";
/// A hundred users in a row belong to the same one.
const THEIRS: &str = "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO members (organization_id, user_id, role, created_at, updated_at)
    SELECT 'o' || (i / 100), 'm' || i, CASE WHEN i % 100 = 0 THEN 'owner' ELSE 'member' END, $3, $3 FROM n";
const OURS: &str = "WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO members (organization_id, user_id, role, created_at, updated_at)
    SELECT $4, 'm' || i, 'member', $3, $3 FROM n";

/// Measures the same requests with and without a thousand organizations around them.
pub(crate) async fn measure(binary: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(binary).await?;
    let people = workload::register(&server, 4).await?;
    let mut owned = Vec::new();
    for (turn, person) in people.iter().enumerate() {
        let body = json!({"name": "Mine", "slug": format!("mine-{turn}")}).to_string();
        let made = person.request("POST", "/api/v1/organizations", Some(&body));
        let made = Client::connect(server.port).await?.json(&made).await?;
        owned.push(made["id"].as_str().context("an id")?.to_owned());
    }
    fill_ours(&server, &owned).await?;
    let alone = sample(&server, &people, &owned).await?;
    fill_others(&server).await?;
    let among = sample(&server, &people, &owned).await?;
    for ((name, few), (_, many)) in alone.iter().zip(&among) {
        report.figure(&format!("growth_organizations_{name}_ratio"), many / few, "x");
    }
    server.stop().await
}

/// Medians in milliseconds.
async fn sample(server: &Server, people: &[Person], owned: &[String]) -> Result<Vec<(&'static str, f64)>> {
    let both = || people.iter().zip(owned);
    let list = |(person, id): (&Person, &String)| {
        person.request("GET", &format!("/api/v1/organizations/{id}/members"), None)
    };
    let check = |(person, id): (&Person, &String)| {
        let body = json!({"permission": "members:update", "organization_id": id}).to_string();
        person.request("POST", "/api/v1/rbac/check", Some(&body))
    };
    let switch = |(person, id): (&Person, &String)| {
        let body = json!({"organization_id": id}).to_string();
        person.request("POST", "/api/v1/auth/session/organization", Some(&body))
    };
    let people_of = |(person, _): (&Person, &String)| person.request("GET", "/api/v1/users", None);
    let mut medians = Vec::new();
    for (name, requests) in [
        ("list", both().map(list).collect::<Vec<_>>()),
        ("check", both().map(check).collect()),
        ("switch", both().map(switch).collect()),
        ("people", both().map(people_of).collect()),
    ] {
        // Once for the caches of the machine, then for the figure.
        workload::repeats(server, &requests, Duration::from_secs(1)).await?;
        let outcome = workload::repeats(server, &requests, WINDOW).await?;
        medians.push((name, outcome.percentile(50.0)));
    }
    Ok(medians)
}

async fn store(server: &Server) -> Result<Db> {
    let url = server.database_url();
    let config = Config::read(&Env::of([("DATABASE_URL", url.as_str())]))
        .ok()
        .context("the settings are right")?;
    Ok(Db::connect(&config.database).await?)
}

/// Fills the organizations that are asked about up to a hundred people.
async fn fill_ours(server: &Server, owned: &[String]) -> Result<()> {
    let db = store(server).await?;
    let now = janua::io::clock::Clock::System.now();
    let mut tx = db.begin_within(&Scope::Platform).await?;
    let first = ORGANIZATIONS * MEMBERS;
    let last = first + MEMBERS - 2;
    (&mut tx).execute(USERS, params![first, last, now]).await?;
    for id in owned {
        (&mut tx).execute(OURS, params![first, last, now, id]).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

async fn fill_others(server: &Server) -> Result<()> {
    let db = store(server).await?;
    let now = janua::io::clock::Clock::System.now();
    let last = ORGANIZATIONS * MEMBERS - 1;
    let mut tx = db.begin_within(&Scope::Platform).await?;
    (&mut tx).execute(USERS, params![0_i64, last, now]).await?;
    (&mut tx)
        .execute(OTHERS, params![0_i64, ORGANIZATIONS - 1, now, json!({})])
        .await?;
    (&mut tx).execute(THEIRS, params![0_i64, last, now]).await?;
    tx.commit().await?;
    if variable("BENCH_DATABASE_URL").is_some() {
        let mut on = &db;
        on.execute("ANALYZE", params![]).await?;
    }
    db.close().await;
    Ok(())
}
