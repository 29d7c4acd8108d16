//! Takes settings one by one, remembers what was asked for, and what was wrong.
//!
//! Because it remembers, it knows every setting there is: unknown names are found and the reference page is written
//! from the same calls that read the values.

use std::borrow::Cow;
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
    /// Its name; `{NAME}` in it stands for what another setting lists.
    pub name: Cow<'static, str>,
    /// Another name that is understood.
    pub alias: Option<&'static str>,
    /// Its default, as one would write it.
    pub default: Option<String>,
    /// Whether it is a secret: it may stand in a file named by `NAME_FILE`, and is never shown.
    pub secret: bool,
    /// What it does.
    pub doc: Cow<'static, str>,
}

/// A setting as it is in force.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Effective {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its value, a secret as `***`; `None` when it is absent.
    pub value: Option<String>,
    /// Where it comes from: `the environment`, `.env`, `janua.toml`, a file, or `default`.
    pub origin: String,
}

pub(super) struct Reader<'a> {
    env: &'a Env,
    described: Vec<Described>,
    effective: Vec<Effective>,
    secrets: Vec<SecretString>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(env: &'a Env) -> Self {
        Self {
            env,
            described: Vec::new(),
            effective: Vec::new(),
            secrets: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A setting with a default.
    pub(super) fn get<T: Setting>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        default: T,
        doc: impl Into<Cow<'static, str>>,
    ) -> T {
        let (name, shown) = (name.into(), default.show());
        let shown = Some(shown).filter(|it| !it.is_empty());
        self.describe(name.clone(), None, shown, false, doc.into());
        let found = self.parse(&name);
        self.note(name.clone(), &name, found.as_ref(), Some(&default));
        found.unwrap_or(default)
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
        self.describe(name.into(), Some(alias), Some(default.show()), false, doc.into());
        let (given, found) = match self.parse(name) {
            Some(found) => (name, Some(found)),
            None => (alias, self.parse(alias)),
        };
        self.note(name.into(), given, found.as_ref(), Some(&default));
        found.unwrap_or(default)
    }

    /// A setting that may be absent.
    pub(super) fn optional<T: Setting>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        doc: impl Into<Cow<'static, str>>,
    ) -> Option<T> {
        let name = name.into();
        self.describe(name.clone(), None, None, false, doc.into());
        let found = self.parse(&name);
        self.note(name.clone(), &name, found.as_ref(), None);
        found
    }

    /// Tells of settings that there are once for each name which another setting lists.
    pub(super) fn tell_of_each(
        &mut self,
        name: &'static str,
        default: Option<&str>,
        secret: bool,
        doc: &'static str,
    ) {
        let default = default.map(str::to_owned);
        self.describe(name.into(), None, default, secret, doc.into());
    }

    /// A secret: from the setting itself, or from the file that `NAME_FILE` names.
    pub(super) fn secret(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        doc: impl Into<Cow<'static, str>>,
    ) -> Option<SecretString> {
        let name = name.into();
        self.describe(name.clone(), None, None, true, doc.into());
        let file_name = format!("{name}_FILE");
        let direct = self
            .env
            .text(&name)
            .map(|(text, _)| text.to_owned())
            .filter(|it| !it.is_empty());
        let path = self
            .env
            .text(&file_name)
            .map(|(path, _)| path.to_owned())
            .filter(|it| !it.is_empty());
        let origin = match (&direct, &path) {
            (Some(_), _) => self.env.text(&name).map(|(_, place)| place.to_owned()),
            (None, path) => path.as_ref().map(|path| format!("the file {path}")),
        };
        self.effective.push(Effective {
            name: name.clone(),
            value: origin.as_ref().map(|_| "***".to_owned()),
            origin: origin.unwrap_or_else(|| "default".to_owned()),
        });
        let secret = match (direct, path) {
            (Some(_), Some(_)) => {
                self.problem(&name, &format!("and {file_name} are both set; keep one of them"));
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
        };
        self.secrets.extend(secret.clone());
        secret
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

    pub(super) fn into_secrets(self) -> Vec<SecretString> {
        self.secrets
    }

    pub(super) fn into_effective(self) -> Vec<Effective> {
        self.effective
    }

    /// Notes what is in force; `given` is the name under which a value was looked for.
    fn note<T: Setting>(
        &mut self,
        name: Cow<'static, str>,
        given: &str,
        found: Option<&T>,
        default: Option<&T>,
    ) {
        let place = found.and_then(|_| self.env.text(given)).map(|(_, place)| {
            if given == name {
                place.to_owned()
            } else {
                format!("{place}, as {given}")
            }
        });
        let value = found.or(default).map(Setting::show);
        self.effective.push(Effective {
            name,
            value: value.filter(|it| !it.is_empty()),
            origin: place.unwrap_or_else(|| "default".to_owned()),
        });
    }

    fn describe(
        &mut self,
        name: Cow<'static, str>,
        alias: Option<&'static str>,
        default: Option<String>,
        secret: bool,
        doc: Cow<'static, str>,
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
            known.insert(it.name.clone().into_owned());
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
            self.problem(
                name,
                &format!("in {place} is not a setting{}", hint(name, &known)),
            );
        }
        // The environment also holds what belongs to others: only what was surely meant for us is refused.
        for (name, value) in &self.env.process {
            if known.contains(name) || is_service_link(name, value) {
                continue;
            }
            let is_own = name.starts_with("JANUA_") && !name.starts_with("JANUA_TEST_");
            if is_own || name.starts_with(OF_A_PROVIDER) {
                let hint = hint(name, &known);
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

/// What settings of a provider that the operator names begin with.
const OF_A_PROVIDER: &str = "OAUTH_OIDC_";

/// What was meant in place of a name that is not known.
fn hint(name: &str, known: &BTreeSet<String>) -> String {
    let near = misspelt(name, known);
    if near.is_none() && name.starts_with(OF_A_PROVIDER) {
        return "; a provider has such settings when OAUTH_OIDC_PROVIDERS names it".to_owned();
    }
    let near = near.or_else(|| closest(name, known));
    near.map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default()
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
