//! Where settings come from: the environment, `.env`, `janua.toml`, and the files that `NAME_FILE` names.

use std::collections::BTreeMap;
use std::path::Path;

/// The texts of all settings, before any of them is understood.
#[derive(Clone, Debug, Default)]
pub struct Env {
    pub(super) process: BTreeMap<String, String>,
    pub(super) dotenv: BTreeMap<String, String>,
    pub(super) toml: BTreeMap<String, String>,
    pub(super) unreadable: Vec<(String, String)>,
}

impl Env {
    /// What this process was given, with `.env` and `janua.toml` of the working folder.
    pub fn of_process() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the environment"
        )]
        let process = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let mut env = Self {
            process,
            ..Self::default()
        };
        env.read_dotenv(Path::new(".env"));
        env.read_toml(Path::new("janua.toml"));
        env
    }

    /// Only these values: what tests use.
    pub fn of<K: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let process = values
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self {
            process,
            ..Self::default()
        }
    }

    fn read_dotenv(&mut self, path: &Path) {
        if !path.exists() {
            return;
        }
        match dotenvy::from_path_iter(path) {
            Ok(lines) => {
                let mut place = "its first line".to_owned();
                for line in lines {
                    match line {
                        Ok((name, value)) => {
                            place = format!("the line after {name}");
                            self.dotenv.insert(name, value);
                        }
                        // The line itself is not told: it may hold a secret.
                        Err(dotenvy::Error::LineParse(..)) => self.unreadable.push((
                            ".env".to_owned(),
                            format!("{place} is not NAME=value; put quotes around a value with spaces"),
                        )),
                        Err(error) => self.unreadable.push((".env".to_owned(), error.to_string())),
                    }
                }
            }
            Err(error) => self.unreadable.push((".env".to_owned(), error.to_string())),
        }
    }

    fn read_toml(&mut self, path: &Path) {
        if !path.exists() {
            return;
        }
        let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
        match read.and_then(|text| {
            text.parse::<toml::Table>()
                .map_err(|error| misread(&text, &error))
        }) {
            Ok(table) => {
                for (name, value) in table {
                    match as_text(&value) {
                        Some(text) => drop(self.toml.insert(name, text)),
                        None => self.unreadable.push((
                            "janua.toml".to_owned(),
                            format!("{name} must be a text, a number, true, false or a list of texts"),
                        )),
                    }
                }
            }
            Err(error) => self.unreadable.push(("janua.toml".to_owned(), error)),
        }
    }

    /// The text of a setting and where it stands.
    pub(super) fn text(&self, name: &str) -> Option<(&str, &'static str)> {
        let from = |map: &'_ BTreeMap<String, String>| map.contains_key(name);
        if from(&self.process) {
            return Some((&self.process[name], "the environment"));
        }
        if from(&self.dotenv) {
            return Some((&self.dotenv[name], ".env"));
        }
        self.toml.get(name).map(|text| (text.as_str(), "janua.toml"))
    }
}

/// Where and why, without the line itself: it may hold a secret.
fn misread(text: &str, error: &toml::de::Error) -> String {
    let before = text
        .get(..error.span().map_or(0, |span| span.start))
        .unwrap_or(text);
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(it) => Some(it.clone()),
        toml::Value::Integer(it) => Some(it.to_string()),
        toml::Value::Boolean(it) => Some(it.to_string()),
        toml::Value::Array(items) => items
            .iter()
            .map(as_text)
            .collect::<Option<Vec<_>>>()
            .map(|it| it.join(",")),
        _ => None,
    }
}
