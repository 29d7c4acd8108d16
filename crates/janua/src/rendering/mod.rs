//! Pages and mails from templates, in the reader's language.
//!
//! Templates and locales are embedded; a file of the same name in `TEMPLATES_DIR` replaces a built-in one.

mod locales;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use locales::Locales;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, State};
use rust_embed::Embed;

use crate::error::{Error, Result};

/// Instructions that one template may take: a template that loops for ever fails instead.
const FUEL: u64 = 100_000;

#[derive(Embed)]
#[folder = "templates/"]
struct BuiltIn;

/// Renders templates by name.
#[derive(Clone, Debug)]
pub struct Renderer {
    environment: Arc<Environment<'static>>,
    locales: Arc<Locales>,
}

impl Renderer {
    /// Reads the locales and prepares the templates.
    ///
    /// # Errors
    /// When a file of the operator's folder cannot be understood; the text names it.
    pub fn new(folder: Option<&str>, default_locale: &str) -> Result<Self, String> {
        let folder = folder.map(PathBuf::from);
        if let Some(folder) = folder.as_deref().filter(|it| !it.is_dir()) {
            return Err(format!("TEMPLATES_DIR {} is not a folder", folder.display()));
        }
        let locales = Arc::new(Locales::load(folder.as_deref(), default_locale)?);
        let own = folder.is_some();
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        environment.set_loader(move |name| Ok(source(folder.as_deref(), name)));
        let texts = locales.clone();
        environment.add_function("t", move |state: &State<'_, '_>, key: &str, args: Kwargs| {
            let locale = state
                .lookup("locale")
                .and_then(|it| it.as_str().map(str::to_owned));
            texts.translate(locale.as_deref(), key, &args)
        });
        if own {
            refuse_broken(&environment)?;
        }
        Ok(Self {
            environment: Arc::new(environment),
            locales,
        })
    }

    /// Renders a template; `locale` in the context chooses the language of its texts.
    ///
    /// # Errors
    /// When the template fails, which for a built-in one is a bug.
    #[track_caller]
    pub fn render(&self, template: &str, context: Value) -> Result<String> {
        self.environment
            .get_template(template)
            .and_then(|it| it.render(context))
            .map_err(Error::internal)
    }

    /// One text by its key.
    pub fn text(&self, locale: &str, key: &str, context: &Value) -> String {
        self.locales.text(Some(locale), key, context)
    }

    /// One text by its key, where this language has it.
    pub fn text_if_known(&self, locale: &str, key: &str, context: &Value) -> Option<String> {
        let known = self.locales.knows(locale, key);
        known.then(|| self.locales.text(Some(locale), key, context))
    }

    /// The languages there are.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.locales.names()
    }

    /// The best language for what a browser or a profile asks for.
    pub fn negotiate(&self, wanted: &str) -> String {
        self.locales.negotiate(wanted)
    }
}

/// An operator's template that cannot be read is told at start-up, not by the first mail that never leaves.
fn refuse_broken(environment: &Environment<'_>) -> Result<(), String> {
    for name in BuiltIn::iter() {
        environment
            .get_template(&name)
            .map_err(|error| format!("TEMPLATES_DIR: {error}"))?;
    }
    Ok(())
}

fn source(folder: Option<&Path>, name: &str) -> Option<String> {
    // Template names are ours, but an `include` of an operator could climb out of the folder.
    if name.split('/').any(|part| part == "..") {
        return None;
    }
    let own = folder.and_then(|folder| std::fs::read_to_string(folder.join(name)).ok());
    own.or_else(|| BuiltIn::get(name).and_then(|file| String::from_utf8(file.data.into_owned()).ok()))
}
