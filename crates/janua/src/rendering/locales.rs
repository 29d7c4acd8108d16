//! The texts, in Project Fluent's form: one file a language.

use std::collections::BTreeMap;
use std::path::Path;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, accepted_languages, negotiate_languages};
use minijinja::value::{Kwargs, Value, ValueKind};
use rust_embed::Embed;
use unic_langid::LanguageIdentifier;

#[derive(Embed)]
#[folder = "locales/"]
struct BuiltIn;

/// All languages there are.
pub struct Locales {
    bundles: BTreeMap<String, FluentBundle<FluentResource>>,
    /// The same names, read.
    available: Vec<LanguageIdentifier>,
    default: String,
}

impl std::fmt::Debug for Locales {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.bundles.keys()).finish()
    }
}

impl Locales {
    pub(super) fn load(folder: Option<&Path>, default: &str) -> Result<Self, String> {
        let mut bundles = BTreeMap::new();
        for file in BuiltIn::iter() {
            let Some(name) = file.strip_suffix(".ftl") else {
                continue;
            };
            let source = BuiltIn::get(&file).map(|it| String::from_utf8_lossy(&it.data).into_owned());
            let mut bundle = bundle(name)?;
            add(&mut bundle, &file, source.unwrap_or_default())?;
            let own = folder.map(|folder| folder.join("locales").join(file.as_ref()));
            if let Some(source) = own.as_ref().and_then(|path| std::fs::read_to_string(path).ok()) {
                add(&mut bundle, &file, source)?;
            }
            bundles.insert(name.to_owned(), bundle);
        }
        if !bundles.contains_key(default) {
            let known = bundles.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(format!("DEFAULT_LOCALE {default:?} is not one of: {known}"));
        }
        Ok(Self {
            available: bundles.keys().filter_map(|it| it.parse().ok()).collect(),
            bundles,
            default: default.to_owned(),
        })
    }

    /// The best language for a text in the form of `Accept-Language` (RFC 9110 §12.5.4).
    pub(super) fn negotiate(&self, wanted: &str) -> String {
        if wanted.is_empty() {
            return self.default.clone();
        }
        let requested = accepted_languages::parse(wanted);
        let found = negotiate_languages(&requested, &self.available, None, NegotiationStrategy::Lookup);
        found
            .first()
            .map_or_else(|| self.default.clone(), ToString::to_string)
    }

    pub(super) fn translate(
        &self,
        locale: Option<&str>,
        key: &str,
        args: &Kwargs,
    ) -> Result<String, minijinja::Error> {
        let mut values = FluentArgs::new();
        for name in args.args() {
            values.set(name.to_owned(), fluent(&args.get::<Value>(name)?));
        }
        Ok(self.format(locale, key, &values))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.bundles.keys().map(String::as_str)
    }

    pub(super) fn knows(&self, locale: &str, key: &str) -> bool {
        self.bundles.get(locale).is_some_and(|it| it.has_message(key))
    }

    pub(super) fn text(&self, locale: Option<&str>, key: &str, context: &Value) -> String {
        let mut values = FluentArgs::new();
        for name in context.try_iter().into_iter().flatten() {
            if let (Some(text), Ok(value)) = (name.as_str(), context.get_item(&name)) {
                values.set(text.to_owned(), fluent(&value));
            }
        }
        self.format(locale, key, &values)
    }

    fn format(&self, locale: Option<&str>, key: &str, args: &FluentArgs<'_>) -> String {
        let wanted = locale.and_then(|it| self.bundles.get(it));
        // A text that an operator's language lacks is better in the default language than not at all.
        for bundle in wanted.into_iter().chain(self.bundles.get(&self.default)) {
            if let Some(pattern) = bundle.get_message(key).and_then(|it| it.value()) {
                return bundle
                    .format_pattern(pattern, Some(args), &mut Vec::new())
                    .into_owned();
            }
        }
        tracing::error!(key, "a text is missing in every language");
        key.to_owned()
    }
}

fn bundle(name: &str) -> Result<FluentBundle<FluentResource>, String> {
    let language: LanguageIdentifier = name
        .parse()
        .map_err(|error| format!("locales/{name}.ftl: {error}"))?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks that isolate left-to-right from right-to-left text would break links in mails.
    bundle.set_use_isolating(false);
    Ok(bundle)
}

fn add(bundle: &mut FluentBundle<FluentResource>, file: &str, source: String) -> Result<(), String> {
    let resource = FluentResource::try_new(source)
        .map_err(|(_, errors)| format!("locales/{file}: {:?}", errors.first()))?;
    bundle.add_resource_overriding(resource);
    Ok(())
}

fn fluent(value: &Value) -> FluentValue<'static> {
    match (value.kind(), f64::try_from(value.clone())) {
        (ValueKind::Number, Ok(number)) => FluentValue::from(number),
        _ => FluentValue::from(value.to_string()),
    }
}
