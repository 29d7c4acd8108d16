//! What was measured: for people, for programs, and as a picture.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};

/// Figures in the order in which they were measured.
pub(crate) struct Report {
    store: &'static str,
    figures: Vec<Figure>,
}

struct Figure {
    name: String,
    value: f64,
    limit: Option<f64>,
    unit: &'static str,
}

impl Figure {
    fn ratio(&self) -> Option<f64> {
        self.limit.map(|limit| self.value / limit)
    }
}

impl Report {
    pub(crate) fn new(store: &'static str) -> Self {
        Self {
            store,
            figures: Vec::new(),
        }
    }

    /// A figure that stands for itself.
    pub(crate) fn figure(&mut self, name: &str, value: f64, unit: &'static str) {
        println!("{name:<40} {value:>10.2} {unit}");
        self.figures.push(Figure {
            name: name.to_owned(),
            value,
            limit: None,
            unit,
        });
    }

    /// A figure beside its limit.
    pub(crate) fn beside(&mut self, name: &str, value: f64, limit: f64, unit: &'static str) {
        println!(
            "{name:<40} {value:>10.1} of {limit:.1} {unit}: {:.2}",
            value / limit
        );
        self.figures.push(Figure {
            name: name.to_owned(),
            value,
            limit: Some(limit),
            unit,
        });
    }

    /// Writes `results.json`, `results.md` and `results.svg`; figures of the other store stay in them.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let json_path = folder.join("results.json");
        let mut all: Map<String, Value> = std::fs::read_to_string(&json_path)
            .ok()
            .and_then(|it| serde_json::from_str(&it).ok())
            .unwrap_or_default();
        let figures: Map<String, Value> = self
            .figures
            .iter()
            .map(|it| (it.name.clone(), it.json()))
            .collect();
        if self.store.starts_with("SQLite") {
            all.retain(|name, _| name == "postgres");
            all.extend(figures);
        } else {
            all.insert("postgres".to_owned(), Value::Object(figures));
        }
        std::fs::write(&json_path, serde_json::to_string_pretty(&all)? + "\n")?;
        std::fs::write(folder.join("results.md"), page(&all))?;
        std::fs::write(folder.join("results.svg"), picture(&all))?;
        println!("written to {}", folder.display());
        Ok(())
    }
}

impl Figure {
    fn json(&self) -> Value {
        let rounded = |it: f64| (it * 1000.0).round() / 1000.0;
        match self.ratio() {
            Some(ratio) => json!({
                "value": rounded(self.value), "limit": rounded(self.limit.unwrap_or_default()),
                "ratio": rounded(ratio), "unit": self.unit,
            }),
            None => json!(rounded(self.value)),
        }
    }
}

fn page(all: &Map<String, Value>) -> String {
    let mut text =
        "# Results\n\nWritten by `make bench`; `README.md` says what is measured and how.\n\n".to_owned();
    text += "![Ratios to the limits](results.svg)\n";
    let _ = table(&mut text, "SQLite + memory", all);
    if let Some(Value::Object(postgres)) = all.get("postgres") {
        let _ = table(&mut text, "PostgreSQL + Redis", postgres);
    }
    text
}

fn table(text: &mut String, title: &str, figures: &Map<String, Value>) -> std::fmt::Result {
    writeln!(
        text,
        "\n## {title}\n\n| Figure | Value | Limit | Ratio |\n|---|---|---|---|"
    )?;
    for (name, figure) in figures.iter().filter(|(name, _)| *name != "postgres") {
        match figure {
            Value::Object(it) => writeln!(
                text,
                "| `{name}` | {} {} | {} | {} |",
                it["value"],
                it["unit"].as_str().unwrap_or_default(),
                it["limit"],
                it["ratio"]
            )?,
            value => writeln!(text, "| `{name}` | {value} | | |")?,
        }
    }
    Ok(())
}

/// Bars from nothing to the limit.
fn picture(all: &Map<String, Value>) -> String {
    let ratios: Vec<(&String, f64)> = all
        .iter()
        .filter_map(|(name, it)| Some((name, it.get("ratio")?.as_f64()?)))
        .collect();
    let height = 40 + ratios.len() * 36;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height}\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <rect width=\"640\" height=\"{height}\" fill=\"#fff\"/>\n<line x1=\"560\" y1=\"10\" x2=\"560\" y2=\"{}\" stroke=\"#888\"/>\n",
        height - 20
    );
    for (row, (name, ratio)) in ratios.iter().enumerate() {
        let (y, width) = (20 + row * 36, 420.0 * ratio.min(1.15));
        let _ = writeln!(
            svg,
            "<text x=\"10\" y=\"{}\">{name}</text><rect x=\"140\" y=\"{y}\" width=\"{width:.0}\" height=\"20\" \
             fill=\"#0b6b57\"/><text x=\"148\" y=\"{}\" fill=\"#fff\">{ratio:.2}</text>",
            y + 15,
            y + 15
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"536\" y=\"{}\" fill=\"#555\">limit</text>\n</svg>",
        height - 4
    );
    svg
}
