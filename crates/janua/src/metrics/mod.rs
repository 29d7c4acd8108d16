//! Figures for operators, served at `GET /metrics`.
//!
//! They belong to the [`App`](crate::app::App), so that servers of one process do not count for each other; that is why
//! this stands on `prometheus-client`, whose counters are values, and not on the `metrics` facade, whose recorder is a
//! global or hangs on one thread. Labels come from closed sets (routes of the router, codes of the table, names in the
//! code), so nobody can make the server keep one more series by sending one more path.

mod exposition;
mod labels;
mod process;
mod readings;
mod work;

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

pub use exposition::Format;
pub use readings::Readings;
pub use work::{DatabaseWork, PoolWork};

use crate::error::Code;
use labels::{CodeLabel, Kind, Outcome, Request, Route, Way};

/// A family of histograms with the same bounds.
type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

/// All figures of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_seconds: Durations<Route>,
    refusals: Family<CodeLabel, Counter>,
    sign_ins: Family<Way, Counter>,
    tokens: Family<Kind, Counter>,
    refreshes: Family<Outcome, Counter>,
    reuses: Counter,
    mails: Family<labels::Mail, Counter>,
    webhooks: Family<Outcome, Counter>,
    texts: Family<Outcome, Counter>,
    brakes: Counter,
    forgotten: Counter,
    /// How the database does.
    pub database: DatabaseWork,
    /// How the threads that hash do.
    pub hashing: PoolWork,
    /// How the threads that sign do.
    pub signing: PoolWork,
    /// How the threads that read SAML do.
    pub saml: PoolWork,
    /// What is read when somebody looks.
    pub readings: Readings,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let info = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("janua_build", "The program that runs", info);
        process::register(&mut registry);
        let ours = registry.sub_registry_with_prefix("janua");
        let waits = Durations::new_with_constructor(work::seconds as fn() -> Histogram);
        let runs = Durations::new_with_constructor(work::seconds as fn() -> Histogram);
        let refused = Family::default();
        let pool = |name| PoolWork::of(name, &waits, &runs, &refused);
        let metrics = Self {
            requests: Family::default(),
            request_seconds: Durations::new_with_constructor(work::seconds),
            refusals: Family::default(),
            sign_ins: Family::default(),
            tokens: Family::default(),
            refreshes: Family::default(),
            reuses: Counter::default(),
            mails: Family::default(),
            webhooks: Family::default(),
            texts: Family::default(),
            brakes: Counter::default(),
            forgotten: Counter::default(),
            database: DatabaseWork::register(ours),
            hashing: pool("hash"),
            signing: pool("sign"),
            saml: pool("saml"),
            readings: Readings::register(ours),
            registry: Registry::default(),
        };
        let m = &metrics;
        ours.register(
            "http_requests",
            "Requests by route, method and class of status",
            m.requests.clone(),
        );
        ours.register(
            "http_request_duration_seconds",
            "Time from a request's head to its answer",
            m.request_seconds.clone(),
        );
        ours.register("refusals", "Failures answered, by error code", m.refusals.clone());
        ours.register(
            "sign_ins",
            "Sign-ins by method and how they ended",
            m.sign_ins.clone(),
        );
        ours.register("tokens_issued", "Tokens issued by kind", m.tokens.clone());
        ours.register(
            "refreshes",
            "Refresh tokens shown, by what was decided",
            m.refreshes.clone(),
        );
        ours.register(
            "refresh_reuses",
            "Refresh tokens used twice: sessions ended as stolen",
            m.reuses.clone(),
        );
        ours.register(
            "mails",
            "Tries to send a mail, by kind and how they ended",
            m.mails.clone(),
        );
        ours.register(
            "webhook_deliveries",
            "Tries to deliver an event to a webhook, by how they ended",
            m.webhooks.clone(),
        );
        ours.register(
            "text_messages",
            "Codes asked for by SMS, by how they ended: sent, failed or refused",
            m.texts.clone(),
        );
        ours.register(
            "sms_brakes",
            "Countries and blocks of numbers to which sending was stopped",
            m.brakes.clone(),
        );
        ours.register(
            "refusals_forgotten",
            "Refused requests that came too fast to be kept for `janua explain`",
            m.forgotten.clone(),
        );
        ours.register("pool_wait_seconds", "Time that work waited for a thread", waits);
        ours.register("pool_run_seconds", "Time that work took on its thread", runs);
        ours.register(
            "pool_refusals",
            "Work that was refused because the queue was full",
            refused,
        );
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts an answered request. `route` is its template; `None` when nothing stands under its path.
    pub fn request(&self, route: Option<&str>, method: &str, status: u16, took: Duration) {
        let route = route.unwrap_or("unmatched");
        let labels = Request::new(route, method, status);
        self.requests.get_or_create(&labels).inc();
        let labels = labels.without_status();
        self.request_seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// Counts a failure that was answered.
    pub fn refusal(&self, code: Code) {
        self.refusals
            .get_or_create(&CodeLabel { code: code.name() })
            .inc();
    }

    /// Counts a try to sign in.
    pub fn sign_in(&self, method: &'static str, outcome: Result<(), Code>) {
        let outcome = outcome.err().map_or("success", Code::name);
        self.sign_ins.get_or_create(&Way { method, outcome }).inc();
    }

    /// Counts a token that was handed out.
    pub fn token_issued(&self, kind: &'static str) {
        self.tokens.get_or_create(&Kind { kind }).inc();
    }

    /// Counts a refresh token that was shown.
    pub fn refresh(&self, outcome: &'static str) {
        self.refreshes.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a refresh token that was used twice.
    pub fn refresh_reuse(&self) {
        self.reuses.inc();
    }

    /// Counts a try to send a mail.
    pub fn mail(&self, kind: &'static str, outcome: &'static str) {
        self.mails.get_or_create(&labels::Mail { kind, outcome }).inc();
    }

    /// Counts a try to deliver an event to a webhook.
    pub fn webhook(&self, outcome: &'static str) {
        self.webhooks.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a code that was asked for by SMS.
    pub fn text_message(&self, outcome: &'static str) {
        self.texts.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a prefix to which nothing is sent any more.
    pub fn sms_brake(&self) {
        self.brakes.inc();
    }

    /// Counts a refusal that nobody will be able to explain.
    pub fn refusals_forgotten(&self, count: usize) {
        self.forgotten.inc_by(count as u64);
    }

    /// How many refusals nobody will be able to explain.
    pub fn forgotten(&self) -> u64 {
        self.forgotten.get()
    }

    /// Writes everything down.
    ///
    /// # Errors
    /// When a figure cannot be written, which is a mistake of ours.
    pub fn render(&self, format: Format) -> Result<String, std::fmt::Error> {
        exposition::render(&self.registry, format)
    }
}
