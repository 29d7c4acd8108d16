//! Where somebody goes after a page: never to a place that a stranger wrote into a link.

use reqwest::Url;

use crate::app::App;
use crate::http::forms::{Filled, Visitor};
use crate::http::page;

/// Where people go who came from nowhere.
pub(super) const HOME: &str = "/account/security";

/// The longest address that is carried along.
const LONGEST: usize = 2000;

/// An address that is ours, or one of an origin that the operator listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReturnTo(Option<String>);

impl ReturnTo {
    /// Reads the parameter of a page.
    pub(super) fn of(visitor: &Visitor) -> Self {
        Self::read(&visitor.app, &visitor.parameter("return_to"))
    }

    /// Reads the field of a form.
    pub(super) fn filled(filled: &Filled) -> Self {
        Self::read(&filled.visitor.app, filled.text("return_to"))
    }

    /// Reads what was asked for with a mail, where a page of ours is an address in full.
    pub(super) fn asked(visitor: &Visitor, text: Option<&str>) -> Self {
        let text = text.unwrap_or_default();
        let path = text.strip_prefix(visitor.app.config.server.base_url.as_str());
        let path = path.filter(|it| it.starts_with('/'));
        Self::read(&visitor.app, path.unwrap_or(text))
    }

    fn read(app: &App, text: &str) -> Self {
        let own = app.config.server.base_url.as_str();
        Self(accept(text, page::return_origins(app).chain([own])))
    }

    /// To be carried along; empty when somebody came from nowhere.
    pub(super) fn text(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Where to go.
    pub(super) fn address(&self) -> &str {
        self.0.as_deref().unwrap_or(HOME)
    }

    /// A page of ours that carries it along.
    pub(super) fn through(&self, page: &str) -> String {
        match &self.0 {
            None => page.to_owned(),
            Some(to) => {
                let joint = if page.contains('?') { '&' } else { '?' };
                let query = serde_urlencoded::to_string([("return_to", to)]).unwrap_or_default();
                format!("{page}{joint}{query}")
            }
        }
    }
}

/// What is checked is what is sent: an address is written anew from its parts.
fn accept<'o>(text: &str, mut origins: impl Iterator<Item = &'o str>) -> Option<String> {
    // Browsers drop tabs and line ends, and read `\` as `/`.
    let is_plain = text.bytes().all(|it| it.is_ascii_graphic() && it != b'\\');
    if text.len() > LONGEST || !is_plain {
        return None;
    }
    if text.starts_with('/') {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        return (!path.contains("//")).then(|| text.to_owned());
    }
    let url = Url::parse(text).ok()?;
    let origin = url.origin().ascii_serialization();
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_bare = url.username().is_empty() && url.password().is_none();
    let is_listed =
        origins.any(|it| Url::parse(it).is_ok_and(|it| it.origin().ascii_serialization() == origin));
    (is_web && is_bare && is_listed).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(text: &str) -> Option<String> {
        accept(
            text,
            ["https://app.example.com", "http://localhost:3000"].into_iter(),
        )
    }

    #[test]
    fn a_place_of_ours_or_of_a_friend_is_accepted() {
        for text in [
            "/account/security",
            "/a?b=c//d#e",
            "https://app.example.com/x?y=1",
            "http://localhost:3000/",
        ] {
            assert_eq!(accepted(text).as_deref(), Some(text));
        }
        assert_eq!(
            accepted("HTTPS://APP.example.com:443").as_deref(),
            Some("https://app.example.com/")
        );
    }

    #[test]
    fn a_place_of_a_stranger_is_not() {
        for text in [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/.//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "https:evil.example",
            "https:///evil.example",
            "https://evil.example",
            "https://app.example.com.evil.example",
            "https://app.example.com@evil.example",
            "https://user@app.example.com",
            "https://app.example.com:8443/",
            "http://app.example.com/",
            "https://app.example.com\\@evil.example",
            "https://evil.example#https://app.example.com",
            "https://аpp.example.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "javascript://app.example.com/%0aalert(1)",
        ] {
            assert_eq!(accepted(text), None, "{text}");
        }
        assert_eq!(accepted(&format!("/{}", "a".repeat(LONGEST))), None);
    }
}
