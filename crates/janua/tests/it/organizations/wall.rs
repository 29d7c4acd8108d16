//! The second wall: PostgreSQL shows a statement nothing of other tenants, whatever it forgot.

use janua::io::db::{Db, Engine, Querier, Scope};
use janua::params;

use super::{Insider, joins};
use crate::support::TestJanua;

const TABLES: [&str; 3] = [
    "SELECT count(*) FROM organizations",
    "SELECT count(*) FROM members",
    "SELECT count(*) FROM roles",
];

async fn count(mut db: impl Querier, sql: &'static str) -> i64 {
    let row: Option<(i64,)> = db.fetch_optional(sql, params![]).await.expect("the query runs");
    row.expect("a count").0
}

#[tokio::test]
async fn a_statement_that_forgot_its_tenant_sees_nothing_of_others() {
    let janua = TestJanua::start().await;
    if janua.app.db.engine() == Engine::Sqlite {
        return;
    }
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let (acme, other) = (
        ada.founds(&janua, "acme").await,
        bob.founds(&janua, "other").await,
    );
    joins(&janua, &other, &ada, "viewer").await;
    let db = &janua.app.db;
    let within = |scope: Scope| db.within(scope);
    for (scope, seen) in [
        (Scope::Tenants(vec![acme.clone()]), [1, 1]),
        (Scope::Tenants(vec![other.clone()]), [1, 2]),
        (Scope::Tenants(vec![acme.clone(), other.clone()]), [2, 3]),
        (Scope::Tenants(Vec::new()), [0, 0]),
        (Scope::Person(ada.id.clone()), [2, 2]),
        (Scope::Person(bob.id.clone()), [1, 1]),
        (Scope::Person(String::new()), [0, 0]),
        (Scope::Platform, [2, 3]),
    ] {
        for (sql, seen) in TABLES.iter().zip(seen) {
            assert_eq!(count(within(scope.clone()), sql).await, seen, "{scope:?} {sql}");
        }
    }
    // Without any scope there is nothing, also on a connection that had one a moment ago.
    for sql in TABLES {
        assert_eq!(count(db, sql).await, 0, "{sql}");
    }
    // Nor can anything of others be written.
    let foreign = Scope::Tenants(vec![acme.clone()]);
    for sql in [
        "UPDATE organizations SET name = 'mine'",
        "UPDATE members SET role = 'owner'",
        "DELETE FROM members",
        "DELETE FROM organizations",
    ] {
        let mut tx = db.begin_within(&foreign).await.expect("a transaction");
        let changed = (&mut tx).execute(sql, params![]).await.expect("it runs");
        assert_eq!(changed, 1, "{sql}");
    }
    let insert = "INSERT INTO members (organization_id, user_id, role, created_at, updated_at)
                  SELECT $1, $2, 'owner', created_at, created_at FROM users WHERE id = $2";
    for scope in [foreign, Scope::Person(bob.id.clone()), Scope::Tenants(Vec::new())] {
        let mut tx = db.begin_within(&scope).await.expect("a transaction");
        let refused = (&mut tx).execute(insert, params![&other, &ada.id]).await;
        assert!(refused.is_err(), "{scope:?}");
    }
    let moved = "UPDATE members SET organization_id = $1";
    let mut tx = db
        .begin_within(&Scope::Tenants(vec![acme]))
        .await
        .expect("a transaction");
    assert!((&mut tx).execute(moved, params![&other]).await.is_err());
}

#[tokio::test]
async fn every_table_of_tenants_stands_behind_the_wall() {
    let janua = TestJanua::start().await;
    if janua.app.db.engine() == Engine::Sqlite {
        return;
    }
    // What holds an organization's id belongs to it, but for what belongs to a person or to the platform.
    let exempt = ["sessions"];
    let mut db: &Db = &janua.app.db;
    let rows: Vec<(String, bool, bool)> = db
        .fetch_all(
            "SELECT c.relname::TEXT, c.relrowsecurity AND c.relforcerowsecurity,
                    EXISTS (SELECT 1 FROM pg_policies AS p WHERE p.schemaname = n.nspname AND p.tablename = c.relname)
             FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema() AND c.relkind = 'r' AND (c.relname = 'organizations' OR EXISTS (
                 SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'organization_id'))",
            params![],
        )
        .await
        .expect("the catalogue can be read");
    assert!(rows.len() >= 3, "{rows:?}");
    for (table, forced, has_policy) in rows {
        let walled = forced && has_policy;
        assert_eq!(walled, !exempt.contains(&table.as_str()), "{table}");
    }
}
