//! The suite checks itself: whatever a server refused on a way in must be explained with its true reason, and all else that
//! it refused too. Asked when the server of a test goes, so that no story is disturbed by it.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use janua::app::{App, World};
use janua::config::{Config, Env};
use janua::explain::request;
use janua::io::db::{Querier, Scope};
use janua::params;
use serde_json::Value;

use super::Answer;

/// The ways in, by how their paths begin.
const WAYS_IN: [&str; 13] = [
    "/api/v1/auth/login",
    "/api/v1/auth/signin",
    "/api/v1/auth/magic-link",
    "/api/v1/auth/refresh",
    "/api/v1/auth/oauth/",
    "/api/v1/passkeys/authenticate/",
    "/api/v1/mfa/challenge",
    "/api/v1/mfa/enrol/",
    "/api/v1/sso/",
    "/auth/sign-in",
    "/auth/second-factor",
    "/auth/enrolment",
    "/auth/mail-",
];

/// As long as refusals are kept.
const KEPT: TimeDelta = TimeDelta::days(7);

/// How paths are refused on which nothing stands.
const NO_REQUEST_TO_US: [&str; 4] = ["NOT_FOUND", "METHOD_NOT_ALLOWED", "URI_TOO_LONG", "MAINTENANCE"];

/// An answer that was a refusal.
#[derive(Debug)]
struct Refusal {
    path: String,
    request_id: String,
    status: i64,
    /// `None` where a page tells it.
    code: Option<String>,
    at: DateTime<Utc>,
}

impl Refusal {
    /// Whether it may be of a path on which nothing stands.
    fn is_of_nothing(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        NO_REQUEST_TO_US.contains(&code) && !self.is_of_a_way_in()
    }

    fn is_of_a_way_in(&self) -> bool {
        WAYS_IN.iter().any(|it| self.path.starts_with(it))
    }
}

/// All that a server refused.
#[derive(Default)]
pub(super) struct Refusals(Mutex<Vec<Refusal>>);

impl Refusals {
    /// Notes an answer, if it is a refusal.
    pub(super) fn note(&self, path: &str, answer: &Answer, at: DateTime<Utc>) {
        let status = answer.status;
        let is_ours = path.starts_with("/api/") || path.starts_with("/auth/");
        if !is_ours || !(status.is_client_error() || status.is_server_error()) {
            return;
        }
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let request_id = answer.header("x-request-id");
        // A figure of health is no refusal; a listener that names no requests is not the main one.
        if body.is_object() && body["code"].is_null() || request_id.is_empty() {
            return;
        }
        let refusal = Refusal {
            path: path.to_owned(),
            request_id,
            status: i64::from(status.as_u16()),
            code: body["code"].as_str().map(str::to_owned),
            at,
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(refusal);
    }

    /// Asks for the reason of each, in a runtime of its own: that of the test cannot wait any more.
    pub(super) fn check(&self, app: &App, settings: &[(String, String)]) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let keeps = app.config.explain.retention.is_some();
        if all.is_empty() || !keeps || std::thread::panicking() {
            return;
        }
        let (app, settings) = (app.clone(), settings.to_vec());
        let asked = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(ask(&app, settings, &all))
        });
        match asked.join().expect("the question is asked") {
            Ok(told) => println!("{told}"),
            // The test took the store away, or holds it.
            Err(Asked::Unable(why)) => println!("nothing was explained: {why}"),
            Err(Asked::Unexplained(all)) => panic!("no true reason is known of {all:#?}"),
        }
    }
}

enum Asked {
    Unable(String),
    Unexplained(Vec<String>),
}

fn unable(error: impl ToString) -> Asked {
    Asked::Unable(error.to_string())
}

async fn ask(old: &App, mut settings: Vec<(String, String)>, all: &[Refusal]) -> Result<String, Asked> {
    for (name, value) in [
        ("DATABASE_AUTO_MIGRATE", "false"),
        ("HASH_THREADS", "1"),
        ("DATABASE_POOL_SIZE", "2"),
    ] {
        settings.retain(|(it, _)| it != name);
        settings.push((name.to_owned(), value.to_owned()));
    }
    let config = Config::read(&Env::of(settings)).map_err(|_| unable("the settings"))?;
    let world = World {
        clock: old.clock.clone(),
        ..World::default()
    };
    let app = App::build(config, world).await.map_err(unable)?;
    // What the server that goes did not get to write.
    let is_writing = old.refused.turn.try_lock().is_err();
    for row in old.refused.take(usize::MAX, usize::MAX) {
        app.refused.note(row);
    }
    let gone = "SELECT COUNT(*) FROM events WHERE name = 'user.deleted'";
    let mut db = app.db.within(Scope::Platform);
    let gone: Option<(i64,)> = db.fetch_optional(gone, params![]).await.map_err(unable)?;
    let forgotten = old.metrics.forgotten() > 0;
    // What is said of deleted people goes with them; what came too fast was never kept.
    let may_miss = is_writing || forgotten || gone.is_some_and(|(it,)| it > 0);
    let (mut explained, mut ways_in, mut unexplained) = (0, 0, Vec::new());
    for refusal in all {
        let told = request::explain(&app, &refusal.request_id)
            .await
            .map_err(unable)?;
        let told = told.happened.into_iter().find(|it| {
            let told = it.told.map(str::to_owned);
            let same_code = refusal.code.is_none() || refusal.code == told;
            it.asked.is_some() && it.status == Some(refusal.status) && same_code
        });
        let is_known = told.as_ref().is_some_and(|it| it.truth.is_some());
        let excused =
            told.is_none() && (may_miss || app.clock.now() - refusal.at >= KEPT || refusal.is_of_nothing());
        if is_known {
            explained += 1;
            ways_in += usize::from(refusal.is_of_a_way_in());
        } else if !excused {
            unexplained.push(format!("{refusal:?}: {told:?}"));
        }
    }
    app.db.close().await;
    if unexplained.is_empty() {
        Ok(format!(
            "explained: {ways_in} refusals on ways in, {explained} of {} in all",
            all.len()
        ))
    } else {
        Err(Asked::Unexplained(unexplained))
    }
}
