//! The doctor: looks at everything that Janua needs, names what is wrong by a code, and says or does the remedy.
//!
//! Each part of the body has a file with pure judgements where it can, and asks the world where it must. Looking changes
//! nothing; only [`remedies`] does, when it is told to.

mod configuration;
mod database;
mod diagnoses;
mod machine;
mod mail;
mod outside;
mod redis;
pub mod remedies;
mod running;
mod schema;

pub mod routes;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{self, App, World};
use crate::config::{Config, Env};
use crate::io::clock::Clock;
use crate::io::db::Db;
use crate::io::dns::Dns;

pub use diagnoses::{Area, Diagnosis, Severity};
pub use outside::examine as examine_from_outside;

/// Something that is wrong, or worth knowing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finding {
    /// Stands for the trouble, in errors and in the documentation too.
    #[schema(example = "JD-DB-001")]
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The chapter it belongs to.
    pub area: Area,
    /// What somebody notices.
    pub symptom: &'static str,
    /// What was found here.
    pub cause: String,
    /// What mends it.
    pub remedy: &'static str,
    /// Whether `janua doctor --fix` can mend it.
    pub fixable: bool,
    #[serde(skip)]
    diagnosis: Diagnosis,
}

impl Finding {
    fn new(diagnosis: Diagnosis, cause: impl Into<String>) -> Self {
        Self {
            code: diagnosis.code(),
            severity: diagnosis.severity(),
            area: diagnosis.area(),
            symptom: diagnosis.symptom(),
            cause: cause.into(),
            remedy: diagnosis.remedy(),
            fixable: diagnosis.fixable(),
            diagnosis,
        }
    }

    /// Which trouble it is.
    pub fn diagnosis(&self) -> Diagnosis {
        self.diagnosis
    }
}

/// What can be told without asking anybody.
fn of_settings(config: &Config) -> Vec<Finding> {
    let mut found = configuration::examine(config);
    found.extend(machine::examine(config));
    found
}

/// What others tell: the mail server and the DNS, and whose clock is taken to be right.
async fn of_others(config: &Config, dns: &Dns, clock: &Clock) -> Vec<Finding> {
    let (mut found, of_clock) = tokio::join!(
        mail::examine(config, dns, clock.now()),
        machine::clock(config, clock)
    );
    found.extend(of_clock);
    found
}

/// Examines an installation by its configuration, whether or not a server runs. Nothing is made that is not there yet.
pub async fn examine(env: &Env, clock: &Clock) -> Vec<Finding> {
    let config = match Config::read(env) {
        Ok(config) => config,
        Err(problems) => return configuration::of_problems(&problems),
    };
    let mut found = of_settings(&config);
    // What the settings alone keep from starting need not be tried.
    let is_fit = found.iter().all(|it| it.severity < Severity::Error);
    let (dns, now) = (app::resolvers(&config), clock.now());
    let (stored, redis, others) = tokio::join!(
        stored(&config, now, is_fit),
        redis::examine(&config, now),
        of_others(&config, &dns, clock)
    );
    found.extend(stored);
    found.extend(redis);
    found.extend(others);
    sorted(found)
}

/// The database, and what stands in it.
async fn stored(config: &Config, now: DateTime<Utc>, is_fit: bool) -> Vec<Finding> {
    match Db::is_there(&config.database) {
        // The first start makes it.
        Ok(false) => return Vec::new(),
        Ok(true) => {}
        Err(error) => return vec![database::refused(&error)],
    }
    let db = match Db::connect(&config.database).await {
        Ok(db) => db,
        Err(error) => return vec![database::refused(&error)],
    };
    if let Some(moves) = database::moves(&db, config).await {
        db.close().await;
        return vec![moves];
    }
    let mut found = database::examine(&db, config, now).await;
    // Whoever asks more would wait for a connection, and say that there is no database.
    if found.iter().any(|it| it.diagnosis == Diagnosis::ConnectionsTaken) {
        db.close().await;
        return found;
    }
    let (of_schema, is_usable) = schema::examine(&db).await;
    found.extend(of_schema);
    db.close().await;
    let is_broken = found.iter().any(|it| it.severity == Severity::Error);
    if is_fit && is_usable && !is_broken {
        let mut config = config.clone();
        config.database.auto_migrate = false;
        match Box::pin(App::build(config, World::default())).await {
            Ok(app) => found.extend(running::examine(&app).await),
            Err(why) => found.push(running::cannot_start(why)),
        }
    }
    found
}

/// Examines the installation that answers, from inside: all that [`examine`] does, and how the running parts are.
pub async fn examine_running(app: &App) -> Vec<Finding> {
    let (config, now) = (&app.config, app.clock.now());
    let mut found = of_settings(config);
    if !found.iter().any(|it| it.diagnosis == Diagnosis::NoTrustedProxies) {
        found.extend(machine::proxy(app));
    }
    let stored = async {
        if let Some(moves) = database::moves(&app.db, config).await {
            return vec![moves];
        }
        let mut found = database::examine(&app.db, config, now).await;
        found.extend(schema::examine(&app.db).await.0);
        found.extend(running::examine(app).await);
        found
    };
    let (stored, redis, others) = tokio::join!(
        stored,
        redis::examine_running(app),
        of_others(config, &app.dns, &app.clock)
    );
    found.extend(stored);
    found.extend(redis);
    found.extend(others);
    sorted(found)
}

/// What is told when a server starts: what can be told without asking anybody.
pub fn at_start_up(config: &Config) -> Vec<Finding> {
    let mut found = of_settings(config);
    found.retain(|it| it.severity > Severity::Info);
    sorted(found)
}

/// The worst first.
fn sorted(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.code.cmp(b.code)));
    found
}
