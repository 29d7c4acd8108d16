//! Names, slugs, logos, and the objects that applications keep with an organization.

use reqwest::Url;
use serde_json::{Map, Value};

use crate::error::{Code, Invalid};
use crate::users::PersonName;

/// The most bytes of settings or metadata, as JSON.
const LARGEST: usize = 16 * 1024;

/// What stands in addresses instead of the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Reads a slug.
    ///
    /// # Errors
    /// `INVALID_SLUG`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (2..=63).contains(&text.len())
            && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            // An id must never be taken for somebody's slug.
            && uuid::Uuid::try_parse(text).is_err();
        fits.then(|| Self(text.to_owned()))
            .ok_or_else(|| Invalid::new(Code::InvalidSlug, Code::InvalidSlug.advice()))
    }

    /// A slug made from a name, with an end that tells it from others of the same name.
    pub fn of(name: &str, end: &str) -> Self {
        let mut slug = String::new();
        for letter in name.to_lowercase().chars() {
            if letter.is_ascii_alphanumeric() {
                slug.push(letter);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() == 40 {
                break;
            }
        }
        let slug = slug.trim_end_matches('-');
        let unfit = slug.len() < 2 || uuid::Uuid::try_parse(slug).is_ok();
        let stem = if unfit { "organization" } else { slug };
        if end.is_empty() {
            return Self(stem.to_owned());
        }
        Self(format!("{stem}-{end}"))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the name of an organization.
///
/// # Errors
/// `INVALID_FIELD` with the reason.
pub fn name(text: &str) -> Result<String, Invalid> {
    match PersonName::parse(text)? {
        Some(name) => Ok(name.as_str().to_owned()),
        None => Err(Invalid::new(Code::InvalidField, "the name is empty")),
    }
}

/// Reads the address of a logo; `None` for an empty one. Pages load it, so only https will do.
///
/// # Errors
/// `INVALID_FIELD` with the reason.
pub fn logo_url(text: &str) -> Result<Option<String>, Invalid> {
    if text.is_empty() {
        return Ok(None);
    }
    let fits = |it: &Url| {
        it.scheme() == "https"
            && it.host_str().is_some()
            && it.username().is_empty()
            && it.password().is_none()
    };
    let url = Url::parse(text).ok().filter(fits).filter(|_| text.len() <= 2048);
    url.map(|it| Some(it.into())).ok_or_else(|| {
        Invalid::new(
            Code::InvalidField,
            "give an https address of at most 2048 characters",
        )
    })
}

/// Reads settings or metadata: an object of a bounded size.
///
/// # Errors
/// `INVALID_FIELD` with the reason.
pub fn object(members: Map<String, Value>) -> Result<Value, Invalid> {
    let object = Value::Object(members);
    if object.to_string().len() > LARGEST {
        return Err(Invalid::new(
            Code::InvalidField,
            format!("the object is larger than {LARGEST} bytes"),
        ));
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_can_stand_in_an_address_and_are_no_ids() {
        for text in ["acme", "a1", "acme-2", &"a".repeat(63)] {
            assert_eq!(Slug::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "a",
            "Acme",
            "-acme",
            "acme-",
            "ac me",
            "acmé",
            "a/b",
            "a.b",
            "a\0b",
            &"a".repeat(64),
            "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60",
        ] {
            assert!(Slug::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_slug_made_from_a_name_is_a_slug() {
        for (name, end, slug) in [
            ("Acme, Inc.", "", "acme-inc"),
            ("Acme", "x7k2", "acme-x7k2"),
            ("  ", "", "organization"),
            ("株式会社", "ab12", "organization-ab12"),
            ("0197C0DE 7a3b 7c1e 8f00 1b2c3d4e5f60", "", "organization"),
            ("Ünlü & Söhne", "", "nl-s-hne"),
        ] {
            assert_eq!(Slug::of(name, end).as_str(), slug);
            assert!(Slug::parse(slug).is_ok());
        }
        assert!(Slug::parse(Slug::of(&"a b".repeat(100), "0a1b2c3d").as_str()).is_ok());
    }

    #[test]
    fn logos_come_over_https() {
        assert_eq!(logo_url("").unwrap(), None);
        assert!(logo_url("https://cdn.example.com/logo.svg").unwrap().is_some());
        for text in [
            "http://example.com/a.png",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
            "//example.com/a",
            "https://ada:secret@example.com/a",
            "https://",
            "logo.png",
        ] {
            assert!(logo_url(text).is_err(), "{text}");
        }
    }
}
