//! What is logged, changeable while the server runs.

use std::sync::OnceLock;

use tracing_subscriber::reload::Handle;
use tracing_subscriber::{EnvFilter, Registry};

/// The level of the log. Until it is taken from [`start`](super::start) nothing can be changed.
#[derive(Debug, Default)]
pub struct Levels(OnceLock<Handle<EnvFilter, Registry>>);

impl Levels {
    pub(super) fn of(handle: Handle<EnvFilter, Registry>) -> Self {
        Self(OnceLock::from(handle))
    }

    /// Takes over what another one holds.
    pub fn adopt(&self, other: Self) {
        if let Some(handle) = other.0.into_inner() {
            // Somebody was quicker: both hold the log of this process.
            let _ = self.0.set(handle);
        }
    }

    /// Changes what is logged, in the words of `LOG_LEVEL`.
    ///
    /// # Errors
    /// A text for the operator.
    pub fn set(&self, level: &str) -> Result<(), String> {
        let filter = parse(level)?;
        let handle = self.0.get().ok_or("this process does not write the log")?;
        handle.reload(filter).map_err(|error| error.to_string())
    }

    /// What is logged; `None` when this process does not write the log.
    pub fn get(&self) -> Option<String> {
        let level = self.0.get()?.with_current(ToString::to_string).ok()?;
        let told = level.split(',').filter(|it| !FORCED.contains(it));
        Some(told.collect::<Vec<_>>().join(","))
    }
}

/// At debug level the mail library logs whole dialogues: passwords of the mail server, links of our users. The library
/// of passkeys logs as errors of the server what strangers send; we tell of refusals ourselves.
const FORCED: [&str; 2] = ["lettre=info", "webauthn_rs_core=off"];

/// Whether a text can be a `LOG_LEVEL`.
///
/// # Errors
/// What is wrong about it, for the operator.
pub fn check(level: &str) -> Result<(), String> {
    parse(level).map(drop)
}

pub(super) fn parse(level: &str) -> Result<EnvFilter, String> {
    let level = level.trim().to_lowercase();
    for piece in level.split(',').map(str::trim) {
        // Without this a misspelt level is taken for the name of a target, and nothing is logged any more.
        let is_level = ["off", "error", "warn", "info", "debug", "trace"].contains(&piece);
        if !is_level && !piece.contains('=') {
            return Err(format!(
                "{level:?}: {piece:?} is not a level; there are error, warn, info, debug, trace and off, and \
                 target=level"
            ));
        }
    }
    let forced = FORCED.join(",");
    EnvFilter::try_new(format!("{level},{forced}")).map_err(|error| format!("{level:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use tracing::Level;
    use tracing_subscriber::layer::{Layer, SubscriberExt};
    use tracing_subscriber::reload;

    use super::{Levels, parse};

    #[test]
    fn the_level_changes_while_the_log_is_written() {
        let (filter, handle) = reload::Layer::new(parse("INFO").unwrap());
        let levels = Levels::default();
        assert!(levels.set("debug").is_err() && levels.get().is_none());
        levels.adopt(Levels::of(handle));
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
        let log = tracing_subscriber::registry().with(lines.with_filter(filter));
        tracing::subscriber::with_default(log, || {
            assert!(!tracing::enabled!(Level::DEBUG));
            levels.set("Debug").unwrap();
            assert!(tracing::enabled!(Level::DEBUG));
            assert_eq!(levels.get().as_deref(), Some("debug"));
            assert!(levels.set("verbose").is_err());
            levels.set("error").unwrap();
            assert!(!tracing::enabled!(Level::WARN));
        });
    }

    #[test]
    fn levels_are_understood_in_any_case_and_slips_are_told() {
        for good in [
            "info",
            "DEBUG",
            " Trace ",
            "info,sqlx=warn",
            "off",
            "WARN,janua::http=DEBUG",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in ["verbose", "", "inof", "info,sqlx", "janua=loud"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
