//! What all pages with forms have in common: the language, the error beside its field, the way on.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use minijinja::{Value, context};

use super::return_to::ReturnTo;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::http::cookies;
use crate::http::forms::Visitor;
use crate::http::page::{self, Scripts};

/// Remembers the language that somebody chose on a page.
const LANGUAGE: &str = "janua_lang";

const YEAR_SECONDS: i64 = 365 * 86_400;

/// Lets somebody read pages in a language of their choice, which a cookie keeps.
pub(super) async fn speak(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let known = |wanted: String| app.renderer.languages().any(|it| it == wanted).then_some(wanted);
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let chosen = pairs.into_iter().find(|(name, _)| name == "lang");
    let chosen = chosen.and_then(|(_, value)| known(value));
    let kept = cookies::read(&app, request.headers(), LANGUAGE).and_then(known);
    if let Some(locale) = chosen.clone().or(kept)
        && let Some(client) = request.extensions_mut().get_mut::<Client>()
    {
        client.locale = locale;
    }
    let mut response = next.run(request).await;
    if let Some(locale) = chosen {
        cookies::keep(
            &app,
            response.headers_mut(),
            LANGUAGE,
            &locale,
            Some(YEAR_SECONDS),
        );
    }
    response
}

/// Tells whatever a page ends in as a page: who has to sign in, or to prove once more who they are, is sent there and
/// comes back.
pub(super) async fn tell(State(app): State<App>, client: Client, request: Request, next: Next) -> Response {
    let back = match *request.method() {
        Method::GET | Method::HEAD => request.uri().path_and_query().map_or("/", |it| it.as_str()),
        _ => page_of(request.uri().path()),
    };
    let back = serde_urlencoded::to_string([("return_to", back)]).unwrap_or_default();
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<Error>() else {
        return response;
    };
    match error.code() {
        Code::NotAuthenticated | Code::SessionExpired | Code::TokenRevoked => {
            see_other(&format!("/auth/sign-in?{back}"), HeaderMap::new())
        }
        Code::ReauthenticationRequired => see_other(&format!("/auth/step-up?{back}"), HeaderMap::new()),
        _ => page::problem(&app, &client, error),
    }
}

/// The page that an order was given on: `/account/passkeys` of `/account/passkeys/1/remove`.
fn page_of(path: &str) -> &str {
    let ends = path.match_indices('/').nth(2);
    ends.map_or(path, |(at, _)| &path[..at])
}

/// Sends somebody on with GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
pub(super) fn see_other(to: &str, mut headers: HeaderMap) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => {
            headers.insert(header::LOCATION, location);
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(error) => Error::internal(error).into_response(),
    }
}

/// Shows a page with forms.
pub(super) fn show(visitor: &Visitor, template: &str, values: Value) -> Result<Response> {
    show_with(visitor, template, values, Scripts::None)
}

/// Shows a page with forms that may run our script.
pub(super) fn show_with(
    visitor: &Visitor,
    template: &str,
    values: Value,
    scripts: Scripts,
) -> Result<Response> {
    let accounts = &visitor.app.config.accounts;
    let common = context! {
        form_token => visitor.form_token(),
        languages => languages(visitor),
        is_signed_in => visitor.caller().is_some(),
        min_length => accounts.password_min_length,
        mail_sign_in => accounts.magic_links,
        offers_sso => visitor.app.config.sso.relay_state_secret.is_some(),
        dev_mail => visitor.app.mailer.catcher().is_some(),
        ..values
    };
    let mut response = page::show_with(&visitor.app, &visitor.client, template, common, scripts)?;
    visitor.keep_seed(response.headers_mut());
    Ok(response)
}

/// Shows a form once more, with what is wrong beside the field that it is about.
pub(super) fn refuse(
    visitor: &Visitor,
    template: &str,
    fields: &[&str],
    values: Value,
    error: &Error,
) -> Result<Response> {
    refuse_with(visitor, template, fields, values, error, Scripts::None)
}

/// The same for a page that may run our script.
pub(super) fn refuse_with(
    visitor: &Visitor,
    template: &str,
    fields: &[&str],
    values: Value,
    error: &Error,
    scripts: Scripts,
) -> Result<Response> {
    // Who has to sign in or to prove who they are is told so elsewhere, and so is a failure of ours.
    let goes_elsewhere = matches!(
        error.code(),
        Code::NotAuthenticated | Code::SessionExpired | Code::TokenRevoked | Code::ReauthenticationRequired
    );
    // A message that did not leave can be tried again from here.
    let is_fault = error.code().status() >= 500 && error.code() != Code::SmsDeliveryFailed;
    if goes_elsewhere || is_fault {
        return Err(error.clone());
    }
    let (errors, alert) = explain(visitor, fields, error);
    let values = context! { errors => errors, alert => alert, code => error.code().name(), ..values };
    let mut response = show_with(visitor, template, values, scripts)?;
    page::refuse(&mut response, error);
    Ok(response)
}

/// What is wrong with each field, and what is wrong with none of them.
fn explain(visitor: &Visitor, fields: &[&str], error: &Error) -> (BTreeMap<String, String>, Option<String>) {
    let details = error.details();
    let mut errors = BTreeMap::new();
    let mut put = |field: Option<&str>, code: &str, reason: &str| {
        let Some(field) = field.filter(|it| fields.contains(it)) else {
            return false;
        };
        errors.insert(field.to_owned(), words(visitor, code, reason));
        true
    };
    if let Some(all) = details.get("errors").and_then(|it| it.as_array()) {
        let text = |it: &serde_json::Value, name: &str| it[name].as_str().unwrap_or_default().to_owned();
        let placed = all
            .iter()
            .filter(|it| put(it["field"].as_str(), &text(it, "code"), &text(it, "reason")))
            .count();
        if placed > 0 {
            return (errors, None);
        }
    }
    let field = details.get("field").and_then(|it| it.as_str());
    let code = error.code().name();
    let otherwise = format!("{}. {}", error.message(), error.code().advice());
    if put(field, code, &otherwise) {
        return (errors, None);
    }
    (errors, Some(words(visitor, code, &otherwise)))
}

/// What a person is told of a code, in their language; else what the error says itself.
fn words(visitor: &Visitor, code: &str, otherwise: &str) -> String {
    let app = &visitor.app;
    let values = context! { min_length => app.config.accounts.password_min_length };
    let known = app
        .renderer
        .text_if_known(&visitor.client.locale, &format!("page-error-{code}"), &values);
    known.unwrap_or_else(|| otherwise.to_owned())
}

/// The languages, each with the address of this page in it.
fn languages(visitor: &Visitor) -> Vec<Value> {
    let query = visitor.uri.query().unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let path = page_of(visitor.uri.path());
    let one = |tag: &str| {
        let others = pairs.iter().filter(|(name, _)| name != "lang" && name != "done");
        let mut pairs: Vec<(&str, &str)> = others
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        pairs.push(("lang", tag));
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        context! {
            tag => tag,
            name => visitor.app.renderer.text(tag, "language-name", &Value::UNDEFINED),
            href => format!("{path}?{query}"),
            is_current => tag == visitor.client.locale,
        }
    };
    visitor.app.renderer.languages().map(one).collect()
}

/// What has just been done, when the address names something that we have words for.
pub(super) fn done(visitor: &Visitor, known: &[&'static str]) -> Option<&'static str> {
    let done = visitor.parameter("done");
    known.iter().find(|it| **it == done).copied()
}

/// Sends somebody who is signed in to where they wanted to go.
pub(super) fn arrive(to: &ReturnTo, headers: HeaderMap) -> Response {
    see_other(to.address(), headers)
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn an_order_belongs_to_its_page() {
        for (path, page) in [
            ("/account/passkeys", "/account/passkeys"),
            ("/account/passkeys/1/remove", "/account/passkeys"),
            ("/auth/sign-in", "/auth/sign-in"),
            ("/", "/"),
        ] {
            assert_eq!(page_of(path), page);
        }
    }
}
