//! The audit log: what is written, who sees it, and that nobody changes it unnoticed.

mod chain;
mod keeping;
mod reading;
mod tampering;

use janua::audit::{self, Report};
use janua::io::db::{Querier, Scope, Value};

use crate::organizations::{Insider, joins, path};
use crate::support::TestJanua;

/// A log with rows of all kinds, chained and signed; gives an owner and their organization.
async fn with_history(janua: &TestJanua) -> (Insider, String) {
    let owner = Insider::of(janua, "ada@example.com").await;
    let organization = owner.founds(janua, "acme").await;
    let other = Insider::of(janua, "bob@example.com").await;
    joins(janua, &organization, &other, "viewer").await;
    janua.person("ada@example.com").login("wrong password").await;
    let body = serde_json::json!({"name": "reader", "permissions": ["members:read"]});
    owner
        .post(janua, &path(&organization, "/roles"), body)
        .await
        .accepted();
    audit::keep(&janua.app).await.expect("chained");
    (owner, organization)
}

async fn verified(janua: &TestJanua) -> Report {
    audit::verify(&janua.app, None)
        .await
        .expect("the database answers")
}

/// What somebody with the password of the database does; says how many rows it changed.
async fn meddles(janua: &TestJanua, sql: &'static str, params: Vec<Value>) -> u64 {
    let mut tx = janua
        .app
        .db
        .begin_within(&Scope::Platform)
        .await
        .expect("a transaction");
    let changed = (&mut tx).execute(sql, params).await.expect("it runs");
    tx.commit().await.expect("committed");
    changed
}
