//! A server of one's own: real listener, real store, a clock that stands still.

use std::net::SocketAddr;

use chrono::{DateTime, TimeDelta, Utc};
use janua::app::{App, World};
use janua::config::{Config, Env};
use janua::http::server;
use janua::io::clock::Clock;
use janua::io::db::{Db, Querier, Scope};
use janua::io::dns::Dns;
use janua::io::mail::Caught;
use janua::io::random::Random;
use janua::{emails, params};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::explained::Refusals;
use super::{Answer, Person, handed_over};

/// A Janua that belongs to one test.
pub(crate) struct TestJanua {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) settings: Vec<(String, String)>,
    http: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    refusals: Refusals,
    _data: TempDir,
}

impl TestJanua {
    /// A server with the settings of a fresh checkout, but for a cheap password hash.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A server with settings of one's own.
    pub(crate) async fn with(own: &[(&str, &str)]) -> Self {
        Self::at(Clock::manual(beginning()), own).await
    }

    /// A server whose clock goes on by itself.
    pub(crate) async fn in_real_time(own: &[(&str, &str)]) -> Self {
        Self::at(Clock::System, own).await
    }

    async fn at(clock: Clock, own: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut settings = vec![
            ("JANUA_DATA_DIR".to_owned(), data.path().display().to_string()),
            ("ARGON2_MEMORY_KIB".to_owned(), "64".to_owned()),
            ("ARGON2_ITERATIONS".to_owned(), "1".to_owned()),
            ("HASH_QUEUE".to_owned(), "256".to_owned()),
            ("REQUEST_TIMEOUT_SECONDS".to_owned(), "60".to_owned()),
            ("SHUTDOWN_DELAY_SECONDS".to_owned(), "0".to_owned()),
        ];
        settings.extend(store().await);
        for (name, value) in own {
            settings.retain(|(it, _)| it != name);
            settings.push(((*name).to_owned(), (*value).to_owned()));
        }
        Self::on(settings, clock, data).await
    }

    /// A second instance on the same store, with the same clock and secrets.
    pub(crate) async fn second_instance(&self) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        Self::on(self.settings.clone(), self.app.clock.clone(), data).await
    }

    /// A second instance on the same store with other settings, as after a restart.
    pub(crate) async fn second_instance_with(&self, own: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut settings = self.settings.clone();
        for (name, value) in own {
            settings.retain(|(it, _)| it != name);
            settings.push(((*name).to_owned(), (*value).to_owned()));
        }
        Self::on(settings, self.app.clock.clone(), data).await
    }

    async fn on(settings: Vec<(String, String)>, clock: Clock, data: TempDir) -> Self {
        let config = Config::read(&Env::of(settings.iter().cloned())).expect("the settings are right");
        // Whoever names resolvers wants them to be asked.
        let asks_resolvers = settings.iter().any(|(name, _)| name == "DNS_RESOLVERS");
        let world = World {
            clock,
            random: Random::System,
            dns: Some(Dns::told()).filter(|_| !asks_resolvers),
            ..World::default()
        };
        let app = App::build(config, world).await.expect("the server starts");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let served = server::serve(app.clone(), listener, async {
            let _ = stopped.await;
        });
        tokio::spawn(served);
        #[expect(clippy::disallowed_methods, reason = "a test is a client from outside")]
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            app,
            address,
            settings,
            http,
            stop: Some(stop),
            refusals: Refusals::default(),
            _data: data,
        }
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, by: TimeDelta) {
        self.app.clock.advance(by);
    }

    /// Somebody with this address, who has not been here yet.
    pub(crate) fn person(&self, email: &str) -> Person<'_> {
        Person::new(self, email)
    }

    /// A request to a path, to be filled and sent with [`TestJanua::send`].
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("http://{}{path}", self.address))
    }

    /// Sends a request.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let path = response.url().path().to_owned();
        let answer = Answer::of(response).await;
        self.refusals.note(&path, &answer, self.app.clock.now());
        answer
    }

    /// `GET` without any proof of who asks.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `GET` from another listener than the main one.
    pub(crate) async fn get_at(&self, address: SocketAddr, path: &str) -> Answer {
        self.send(self.http.get(format!("http://{address}{path}"))).await
    }

    /// `POST` of a JSON body without any proof of who asks.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// All mails to an address, newest first, after everything that is due was sent.
    pub(crate) async fn mails(&self, to: &str) -> Vec<Caught> {
        emails::deliver_due(&self.app)
            .await
            .expect("the outbox can be read");
        self.app
            .mailer
            .catcher()
            .expect("mails are caught")
            .messages(Some(to))
    }

    /// The secret in the newest mail to an address whose link leads to this page.
    #[track_caller]
    pub(crate) fn secret<'a>(&'a self, to: &'a str, page: &'a str) -> impl Future<Output = String> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let mails = self.mails(to).await;
            let link = mails.iter().flat_map(|it| &it.links).find(|it| it.contains(page));
            let link = link.unwrap_or_else(|| panic!("no mail to {to} leads to {page}; {caller}"));
            link.split("token=").nth(1).expect("a token").to_owned()
        }
    }

    /// How many rows a query counts, over all tenants.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let mut db = self.app.db.within(Scope::Platform);
        let row: Option<(i64,)> = db.fetch_optional(sql, params![]).await.expect("the query runs");
        row.expect("a count").0
    }

    /// Makes somebody an administrator, before they sign in.
    pub(crate) async fn makes_admin(&self, email: &str) {
        let mut db: &Db = &self.app.db;
        let sql = "UPDATE users SET is_admin = TRUE WHERE email = $1";
        db.execute(sql, params![email]).await.expect("the query runs");
    }

    /// The names of what happened to everybody, oldest first.
    pub(crate) async fn events(&self) -> Vec<String> {
        let mut db = self.app.db.within(Scope::Platform);
        let rows: Vec<(String,)> = db
            .fetch_all("SELECT name FROM events ORDER BY at, id", params![])
            .await
            .expect("the query runs");
        rows.into_iter().map(|(name,)| name).collect()
    }

    /// What the last event of a name knows.
    pub(crate) async fn facts(&self, name: &str) -> Value {
        let mut db = self.app.db.within(Scope::Platform);
        let row: Option<(Value,)> = db
            .fetch_optional(
                "SELECT facts FROM events WHERE name = $1 ORDER BY at DESC, id DESC",
                params![name],
            )
            .await
            .expect("the query runs");
        row.expect("such an event").0
    }
}

impl Drop for TestJanua {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.refusals.check(&self.app, &self.settings);
    }
}

/// When every test begins.
fn beginning() -> DateTime<Utc> {
    "2026-01-11T10:30:00Z".parse().expect("a time")
}

/// PostgreSQL and Redis when the test run hands them over; each test has a schema and keys of its own.
pub(crate) async fn store() -> Vec<(String, String)> {
    let own = hex::encode(Random::System.bytes::<8>());
    let mut settings = vec![(
        "JANUA_MASTER_KEY".to_owned(),
        format!("{own}-b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA"),
    )];
    if let Some(url) = handed_over("JANUA_TEST_DATABASE_URL") {
        let schema = format!("t_{own}");
        create_schema(&url, &schema).await;
        let url = url.replacen("janua@", &format!("{ROLE}@"), 1);
        settings.push((
            "DATABASE_URL".to_owned(),
            format!("{url}?options[search_path]={schema}"),
        ));
        settings.push(("DATABASE_POOL_SIZE".to_owned(), "8".to_owned()));
        settings.push(("DATABASE_POOL_OVERFLOW".to_owned(), "0".to_owned()));
    }
    if let Some(url) = handed_over("JANUA_TEST_REDIS_URL") {
        settings.push(("REDIS_URL".to_owned(), url));
        settings.push(("REDIS_KEY_PREFIX".to_owned(), format!("t_{own}:")));
    }
    settings
}

/// Whom servers of tests are to PostgreSQL: nobody special, for row-level security does not hold superusers.
const ROLE: &str = "janua_app";

async fn create_schema(url: &str, schema: &str) {
    use sqlx::Connection;
    let mut connection = sqlx::PgConnection::connect(url)
        .await
        .expect("PostgreSQL is there");
    // Tests that begin at once make the role once.
    let sql = sqlx::AssertSqlSafe(format!(
        "BEGIN; SELECT pg_advisory_xact_lock(7);
         DO $$ BEGIN
             IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}') THEN CREATE ROLE {ROLE} LOGIN; END IF;
         END $$;
         CREATE SCHEMA {schema} AUTHORIZATION {ROLE};
         COMMIT"
    ));
    sqlx::raw_sql(sql)
        .execute(&mut connection)
        .await
        .expect("a schema");
    connection.close().await.expect("closed");
}
