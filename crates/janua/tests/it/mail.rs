//! Mails: promised, written, sent once, and never lost on the way.

mod outbox;
mod server;
mod smtp;
mod templates;
mod tls;

use janua::emails;
use janua::io::db::{Db, Querier};
use janua::params;

use crate::support::TestJanua;

/// A row of the outbox, as an operator sees it.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
struct Kept {
    kind: String,
    state: String,
    attempts: i64,
    provider_answer: Option<String>,
}

/// The mails to an address, oldest first.
async fn kept(janua: &TestJanua, recipient: &str) -> Vec<Kept> {
    let mut db: &Db = &janua.app.db;
    let sql = "SELECT kind, state, attempts, provider_answer FROM outbox WHERE recipient = $1 ORDER BY created_at, id";
    db.fetch_all(sql, params![recipient])
        .await
        .expect("the outbox can be read")
}

/// The only mail to an address.
async fn the_mail(janua: &TestJanua, recipient: &str) -> Kept {
    let mut all = kept(janua, recipient).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Tries every mail that is due; says how many.
async fn deliver(janua: &TestJanua) -> usize {
    emails::deliver_due(&janua.app)
        .await
        .expect("the outbox can be read")
}

/// An address that no other test uses: the mail server remembers addresses.
fn somebody(name: &str) -> String {
    format!(
        "{name}-{}@example.com",
        hex::encode(janua::io::random::Random::System.bytes::<6>())
    )
}
