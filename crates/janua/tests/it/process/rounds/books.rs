//! What the database must never hold, however the program ended.

use std::fmt;

use janua::config::{Config, Env};
use janua::io::db::{Db, Engine, Querier};
use janua::params;

use crate::process::Home;

/// Halves of what one transaction writes; each query counts them.
const HALVES: [(&str, &str); 12] = [
    (
        "a user without a password",
        "SELECT count(*) FROM users AS u WHERE NOT EXISTS (SELECT 1 FROM passwords AS p WHERE p.user_id = u.id)",
    ),
    (
        "a user who was not registered exactly once",
        "SELECT count(*) FROM users AS u WHERE u.is_admin = FALSE AND
         (SELECT count(*) FROM events AS e WHERE e.user_id = u.id AND e.name = 'user.registered') <> 1",
    ),
    (
        "a registration that nobody has",
        "SELECT count(*) FROM events AS e WHERE e.name = 'user.registered' AND
         NOT EXISTS (SELECT 1 FROM users AS u WHERE u.id = e.user_id)",
    ),
    (
        "a user who was not promised exactly one mail that verifies",
        "SELECT count(*) FROM users AS u WHERE u.is_admin = FALSE AND
         (SELECT count(*) FROM outbox AS o WHERE o.user_id = u.id AND o.kind = 'verification') <> 1",
    ),
    (
        "a session without a refresh token",
        "SELECT count(*) FROM sessions AS s WHERE NOT EXISTS
         (SELECT 1 FROM refresh_tokens AS r WHERE r.session_id = s.id)",
    ),
    (
        "a live family without exactly one head",
        "SELECT count(*) FROM sessions AS s WHERE s.revoked_at IS NULL AND
         (SELECT count(*) FROM refresh_tokens AS r WHERE r.session_id = s.id AND r.used_at IS NULL) <> 1",
    ),
    (
        "a family with several heads",
        "SELECT count(*) FROM sessions AS s WHERE
         (SELECT count(*) FROM refresh_tokens AS r WHERE r.session_id = s.id AND r.used_at IS NULL) > 1",
    ),
    (
        "a session whose start was not recorded exactly once",
        "SELECT count(*) FROM sessions AS s WHERE
         (SELECT count(*) FROM events AS e WHERE e.session_id = s.id AND e.name = 'session.started') <> 1",
    ),
    (
        "a start of a session that is not there",
        "SELECT count(*) FROM events AS e WHERE e.name = 'session.started' AND
         NOT EXISTS (SELECT 1 FROM sessions AS s WHERE s.id = e.session_id)",
    ),
    (
        "an end that was not recorded",
        "SELECT count(*) FROM sessions AS s WHERE s.revoked_at IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM events AS e WHERE e.name = 'session.revoked' AND e.user_id = s.user_id
          AND (e.session_id = s.id OR e.session_id IS NULL))",
    ),
    (
        "somebody whose new passwords and mails about them differ in number",
        "SELECT count(*) FROM users AS u WHERE
         (SELECT count(*) FROM events AS e WHERE e.user_id = u.id AND e.name IN ('password.changed', 'password.reset')) <>
         (SELECT count(*) FROM outbox AS o WHERE o.user_id = u.id AND o.kind = 'password_changed')",
    ),
    (
        "a theft that nobody committed",
        "SELECT count(*) FROM events WHERE name IN ('token.reused', 'sign_in.locked')",
    ),
];

/// How much there is.
pub(super) struct Books {
    users: i64,
    sessions: i64,
    refresh_tokens: i64,
    events: i64,
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            users,
            sessions,
            refresh_tokens,
            events,
        } = self;
        write!(
            f,
            "{users} users, {sessions} sessions, {refresh_tokens} refresh tokens, {events} events"
        )
    }
}

/// Looks into the database beside the server: nothing is half there.
pub(super) async fn check(home: &Home) -> Books {
    let mut settings = home.settings();
    settings.push((
        "JANUA_DATA_DIR".to_owned(),
        home.path().join("data").display().to_string(),
    ));
    let config = Config::read(&Env::of(settings)).expect("the settings are right");
    let db = Db::connect(&config.database)
        .await
        .expect("the database is there");
    for (what, sql) in HALVES {
        assert_eq!(count(&db, sql).await, 0, "there is {what}");
    }
    if db.engine() == Engine::Sqlite {
        let mut reader = &db;
        let told: Vec<(String,)> = reader
            .fetch_all("SELECT * FROM pragma_integrity_check", params![])
            .await
            .expect("it can be checked");
        assert_eq!(told, [("ok".to_owned(),)]);
    }
    let books = Books {
        users: count(&db, "SELECT count(*) FROM users").await,
        sessions: count(&db, "SELECT count(*) FROM sessions").await,
        refresh_tokens: count(&db, "SELECT count(*) FROM refresh_tokens").await,
        events: count(&db, "SELECT count(*) FROM events").await,
    };
    db.close().await;
    books
}

async fn count(mut db: &Db, sql: &'static str) -> i64 {
    let row: Option<(i64,)> = db.fetch_optional(sql, params![]).await.expect("the query runs");
    row.expect("a count").0
}
