//! Logs: one JSON object per line, or text for people. Every line of a request carries its `request_id` and, once
//! known, its `user_id`.
//!
//! No token, code, password or hash is ever logged: their types print as `***`, queries of addresses are left out, and
//! a test scans the logs of all other tests.

mod levels;
pub mod redaction;
pub mod traces;

use std::fmt::Debug;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, reload};

use crate::config::{Config, LogFormat};
pub use levels::{Levels, check};
pub use traces::Traces;

/// Sends logs to the standard error (text) or the standard output (JSON) for the rest of the process.
///
/// # Errors
/// When `LOG_LEVEL` cannot be understood.
pub fn start(config: &Config) -> Result<Logs, String> {
    let level = match (config.server.debug, config.logging.level.as_str()) {
        (true, "info") => "debug,hyper=info,rustls=info,sqlx=info,h2=info",
        (_, level) => level,
    };
    let filter = levels::parse(level).map_err(|error| format!("LOG_LEVEL {error}"))?;
    let (filter, handle) = reload::Layer::new(filter);
    let lines = match config.logging.format {
        LogFormat::Json => JsonLines.boxed(),
        LogFormat::Text => tracing_subscriber::fmt::layer()
            .compact()
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr)
            .boxed(),
    };
    let traces = Traces::start(&config.traces)?;
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(traces.as_ref().map(Traces::layer))
        .try_init()
        .map_err(|error| error.to_string())?;
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(
            at,
            "a panic: {}",
            panic.payload_as_str().unwrap_or("without a text")
        );
    }));
    if config.server.is_production() && (config.logging.request_body || config.logging.response_body) {
        tracing::warn!(
            "bodies of requests or answers are logged: they hold what people send; set LOG_REQUEST_BODY and \
             LOG_RESPONSE_BODY to false when you have seen enough"
        );
    }
    Ok(Logs {
        levels: Levels::of(handle),
        traces,
    })
}

/// What was started, to be handed to the server and stopped after it.
#[derive(Debug)]
pub struct Logs {
    /// What is logged.
    pub levels: Levels,
    /// Where spans go, if anywhere.
    pub traces: Option<Traces>,
}

impl Logs {
    /// Sends the spans that still wait. Not to be called on the async runtime.
    pub fn stop(self) {
        if let Some(traces) = self.traces {
            traces.stop();
        }
    }
}

/// Writes each event as one JSON object on one line, with the fields of the spans around it.
struct JsonLines;

/// The fields of a span, as they will stand on each line inside it: few, and most are never written.
struct Fields(Vec<(&'static str, Value)>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields(Vec::new());
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        #[expect(
            clippy::disallowed_methods,
            reason = "a log line tells the machine's time, whatever a test's clock says"
        )]
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), now.into());
        line.insert(
            "level".to_owned(),
            metadata.level().as_str().to_ascii_lowercase().into(),
        );
        line.insert("target".to_owned(), metadata.target().into());
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(tracing_subscriber::registry::Scope::from_root)
        {
            if let Some(Fields(fields)) = span.extensions().get::<Fields>() {
                line.extend(
                    fields
                        .iter()
                        .map(|(name, value)| ((*name).to_owned(), value.clone())),
                );
            }
        }
        let mut fields = Fields(Vec::new());
        event.record(&mut fields);
        line.extend(fields.0.into_iter().map(|(name, value)| (name.to_owned(), value)));
        write_line(&Value::Object(line));
    }
}

/// A reader that went away must not stop the server: the line is lost, and that is told once.
fn write_line(line: &Value) {
    static LOST: AtomicBool = AtomicBool::new(false);
    let mut text = line.to_string();
    text.push('\n');
    if std::io::stdout().lock().write_all(text.as_bytes()).is_err() && !LOST.swap(true, Ordering::Relaxed) {
        let _ = writeln!(
            std::io::stderr(),
            "log lines can no longer be written to the standard output"
        );
    }
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        // Dotted fields are for traces.
        if !field.name().contains('.') {
            self.0.push((field.name(), value));
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}").into());
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}
