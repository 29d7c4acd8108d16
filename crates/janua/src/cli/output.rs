//! How orders answer: for people by default, as JSON on request.

use std::io::Write;

use serde::Serialize;

/// Where and how an answer goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    pub(super) json: bool,
}

impl Output {
    /// Shows an answer.
    pub(super) fn show(self, value: &impl Serialize, text: impl FnOnce() -> String) {
        let text = if self.json {
            serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
        } else {
            text()
        };
        // A reader that has seen enough, such as `head`, is no failure.
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }
}

/// Rows under headings, in columns as wide as they need.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = headings.iter().map(|it| it.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(headings.to_vec())];
    lines.extend(
        rows.iter()
            .map(|row| line(row.iter().map(String::as_str).collect())),
    );
    lines.join("\n")
}

/// As it stands in a table.
pub(super) fn yes(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}

/// A size for people, in the units of 1024.
#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
pub(super) fn bytes(count: i64) -> String {
    let (mut size, mut unit) = (count as f64, "B");
    for next in ["KiB", "MiB", "GiB", "TiB"] {
        if size < 1024.0 {
            break;
        }
        (size, unit) = (size / 1024.0, next);
    }
    if unit == "B" {
        format!("{count} B")
    } else {
        format!("{size:.1} {unit}")
    }
}
