//! The two texts that Prometheus reads: `OpenMetrics` 1.0, and the classic one that everything else understands.

use std::fmt::Write;

use prometheus_client::encoding::text::{encode, encode_registry};
use prometheus_client::registry::Registry;

/// How the figures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `text/plain; version=0.0.4`.
    Classic,
    /// `application/openmetrics-text; version=1.0.0`.
    OpenMetrics,
}

impl Format {
    /// What a client that sends this `Accept` is given.
    pub fn negotiate(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Classic
        }
    }

    /// The content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Classic => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

pub(super) fn render(registry: &Registry, format: Format) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    match format {
        Format::OpenMetrics => encode(&mut text, registry)?,
        Format::Classic => {
            encode_registry(&mut text, registry)?;
            text = classic(&text);
        }
    }
    Ok(text)
}

/// In the classic text a counter's name is that of its sample, with `_total`, and there is no `info`: without this
/// its readers would see counters of no type.
fn classic(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1024);
    let mut help = None;
    for line in text.lines() {
        if line.starts_with("# HELP ") {
            // Held back until the type is known.
            help = Some(line);
            continue;
        }
        let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|it| it.split_once(' ')) else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let (suffix, kind) = match kind {
            "counter" => ("_total", "counter"),
            "info" => ("_info", "gauge"),
            other => ("", other),
        };
        let about = help
            .take()
            .and_then(|it| it.splitn(4, ' ').nth(3))
            .unwrap_or_default();
        // Writing to a text cannot fail.
        let _ = writeln!(out, "# HELP {name}{suffix} {about}\n# TYPE {name}{suffix} {kind}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classic_text_names_counters_as_their_samples() {
        let open = "# HELP janua_mails Tries to send.\n# TYPE janua_mails counter\njanua_mails_total{kind=\"welcome\"} 1\n";
        let expected = "# HELP janua_mails_total Tries to send.\n# TYPE janua_mails_total counter\n\
                        janua_mails_total{kind=\"welcome\"} 1\n";
        assert_eq!(classic(open), expected);
    }

    #[test]
    fn only_who_asks_for_openmetrics_gets_it() {
        assert_eq!(Format::negotiate("*/*"), Format::Classic);
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3";
        assert_eq!(Format::negotiate(prometheus), Format::OpenMetrics);
    }
}
