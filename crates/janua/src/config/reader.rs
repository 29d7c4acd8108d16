//! Takes settings one by one, remembers what was asked for, and what was wrong.
//!
//! Because it remembers, it knows every setting there is: unknown names are found and the reference page is written
//! from the same calls that read the values.

use std::collections::BTreeSet;

use super::Env;
use super::value::Setting;
use crate::crypto::secret::SecretString;

/// One mistake in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting or file.
    pub name: String,
    /// What is wrong with it, and what would be right.
    pub text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.text)
    }
}

/// What the reference page says of a setting.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its name.
    pub name: &'static str,
    /// Another name that is understood.
    pub alias: Option<&'static str>,
    /// Its default, as one would write it.
    pub default: Option<String>,
    /// Whether it is a secret: it may stand in a file named by `NAME_FILE`, and is never shown.
    pub secret: bool,
    /// What it does.
    pub doc: &'static str,
}

pub(super) struct Reader<'a> {
    env: &'a Env,
    described: Vec<Described>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(env: &'a Env) -> Self {
        Self {
            env,
            described: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A setting with a default.
    pub(super) fn get<T: Setting>(&mut self, name: &'static str, default: T, doc: &'static str) -> T {
        let shown = default.show();
        self.describe(name, None, Some(shown).filter(|it| !it.is_empty()), false, doc);
        self.parse(name).unwrap_or(default)
    }

    /// A number with a default that cannot be zero.
    pub(super) fn positive<T: Setting + Default + PartialEq>(
        &mut self,
        name: &'static str,
        default: T,
        doc: &'static str,
    ) -> T {
        let value = self.get(name, default, doc);
        if value == T::default() {
            self.problem(name, "must be at least 1");
        }
        value
    }

    /// A setting with a default and a second name.
    pub(super) fn get_also<T: Setting>(
        &mut self,
        name: &'static str,
        alias: &'static str,
        default: T,
        doc: &'static str,
    ) -> T {
        self.describe(name, Some(alias), Some(default.show()), false, doc);
        self.parse(name).or_else(|| self.parse(alias)).unwrap_or(default)
    }

    /// A setting that may be absent.
    pub(super) fn optional<T: Setting>(&mut self, name: &'static str, doc: &'static str) -> Option<T> {
        self.describe(name, None, None, false, doc);
        self.parse(name)
    }

    /// A secret: from the setting itself, or from the file that `NAME_FILE` names.
    pub(super) fn secret(&mut self, name: &'static str, doc: &'static str) -> Option<SecretString> {
        self.describe(name, None, None, true, doc);
        let file_name = format!("{name}_FILE");
        let direct = self
            .env
            .text(name)
            .map(|(text, _)| text.to_owned())
            .filter(|it| !it.is_empty());
        let path = self
            .env
            .text(&file_name)
            .map(|(path, _)| path.to_owned())
            .filter(|it| !it.is_empty());
        match (direct, path) {
            (Some(_), Some(_)) => {
                self.problem(name, &format!("and {file_name} are both set; keep one of them"));
                None
            }
            (Some(text), None) => Some(SecretString::new(text)),
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(text) => Some(SecretString::new(text.trim_end_matches(['\r', '\n']).to_owned())),
                Err(error) => {
                    self.problem(
                        &file_name,
                        &format!("names {path:?}, which cannot be read: {error}"),
                    );
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// Whether a setting, or its file, was given at all.
    pub(super) fn is_set(&self, name: &str) -> bool {
        let given = |name: &str| self.env.text(name).is_some_and(|(text, _)| !text.is_empty());
        given(name) || given(&format!("{name}_FILE"))
    }

    pub(super) fn problem(&mut self, name: &str, text: &str) {
        self.problems.push(Problem {
            name: name.to_owned(),
            text: text.to_owned(),
        });
    }

    /// All problems, those with unknown names included.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        for (file, text) in &self.env.unreadable {
            self.problems.push(Problem {
                name: file.clone(),
                text: format!("cannot be understood: {text}"),
            });
        }
        self.refuse_unknown_names();
        self.problems
    }

    pub(super) fn into_described(self) -> Vec<Described> {
        self.described
    }

    fn describe(
        &mut self,
        name: &'static str,
        alias: Option<&'static str>,
        default: Option<String>,
        secret: bool,
        doc: &'static str,
    ) {
        self.described.push(Described {
            name,
            alias,
            default,
            secret,
            doc,
        });
    }

    fn parse<T: Setting>(&mut self, name: &str) -> Option<T> {
        let (text, place) = self.env.text(name)?;
        if text.is_empty() {
            return None;
        }
        match T::parse(text.trim()) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.problem(name, &format!("{wrong} (from {place})"));
                None
            }
        }
    }

    fn refuse_unknown_names(&mut self) {
        let mut known: BTreeSet<String> = BTreeSet::new();
        for it in &self.described {
            known.insert(it.name.to_owned());
            known.extend(it.alias.map(str::to_owned));
            if it.secret {
                known.insert(format!("{}_FILE", it.name));
            }
        }
        let ours = self.env.dotenv.keys().map(|name| (name, ".env"));
        let ours = ours.chain(self.env.toml.keys().map(|name| (name, "janua.toml")));
        for (name, place) in ours
            .filter(|(name, _)| !known.contains(*name))
            .collect::<Vec<_>>()
        {
            let text = match closest(name, &known) {
                Some(near) => format!("in {place} is not a setting; did you mean {near}?"),
                None => format!("in {place} is not a setting"),
            };
            self.problem(name, &text);
        }
        // The environment also holds what belongs to others: only what was surely meant for us is refused.
        for (name, value) in &self.env.process {
            if known.contains(name) || is_service_link(name, value) {
                continue;
            }
            if name.starts_with("JANUA_") && !name.starts_with("JANUA_TEST_") {
                let hint = closest(name, &known)
                    .map(|near| format!("; did you mean {near}?"))
                    .unwrap_or_default();
                self.problem(name, &format!("in the environment is not a setting{hint}"));
            } else if let Some(near) = misspelt(name, &known) {
                self.problem(
                    name,
                    &format!("in the environment is not a setting; did you mean {near}?"),
                );
            }
        }
    }
}

fn closest<'k>(name: &str, known: &'k BTreeSet<String>) -> Option<&'k String> {
    let name = name.to_ascii_uppercase();
    known
        .iter()
        .map(|it| (strsim::jaro_winkler(&name, it), it))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, it)| it)
}

/// A long name that is one slip of the finger away from one of ours.
fn misspelt<'k>(name: &str, known: &'k BTreeSet<String>) -> Option<&'k String> {
    known
        .iter()
        .find(|it| it.len() >= 9 && strsim::osa_distance(name, it) == 1)
}

/// Kubernetes tells each pod of the services around it: `JANUA_API_SERVICE_HOST`, `REDIS_PORT=tcp://10.0.0.1:6379`.
fn is_service_link(name: &str, value: &str) -> bool {
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.contains("_PORT_") && (name.contains("_TCP") || name.contains("_UDP"))
        || name.ends_with("_PORT") && (value.starts_with("tcp://") || value.starts_with("udp://"))
}
