//! Request bodies: JSON objects with exactly the fields that are known. Their refusals are our errors.

use axum::body::{Body as Raw, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;

use super::json;
use crate::app::App;
use crate::error::{Code, Error, Result};

/// The largest body in bytes.
pub const LARGEST: usize = 1024 * 1024;

/// A checked body. An absent one counts as `{}`, so that what is missing is told by name.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        if bytes.is_empty() {
            return parse(b"{}").map(Self);
        }
        refuse_unless_json(&parts.headers)?;
        parse(&bytes).map(Self)
    }
}

/// Reads a body that may be a form or JSON, up to the limit.
///
/// # Errors
/// `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE` for a compressed one, `BAD_REQUEST` when it broke off.
pub async fn read(headers: &HeaderMap, body: Raw) -> Result<Vec<u8>> {
    // A small body that unfolds into a large one is an old trick.
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|it| it != "identity")
    {
        return Err(Code::UnsupportedMediaType.into());
    }
    if body.size_hint().lower() > LARGEST as u64 {
        return Err(Code::PayloadTooLarge.into());
    }
    match Limited::new(body, LARGEST).collect().await {
        Ok(collected) => Ok(collected.to_bytes().to_vec()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Code::PayloadTooLarge.into()),
        Err(error) => Err(Error::new(Code::BadRequest)
            .says("The body broke off before its end")
            .caused_by(error)),
    }
}

fn refuse_unless_json(headers: &HeaderMap) -> Result<()> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let is_json = kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json");
    if is_json {
        Ok(())
    } else {
        Err(Code::UnsupportedMediaType.into())
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    json::check(bytes).map_err(|(code, text)| Error::new(code).says(text))?;
    if bytes.iter().find(|it| !it.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Error::new(Code::BadRequest).says("The body must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &json::plain(error.inner()))
    })
}

/// Tells what serde found in terms of our codes.
fn refusal(path: &str, text: &str) -> Error {
    let quoted = || text.split('`').nth(1).unwrap_or_default().to_owned();
    let inside = |field: String| {
        if path == "." || path.is_empty() {
            field
        } else {
            format!("{path}.{field}")
        }
    };
    // The path of an unknown field already ends with it.
    let (code, field, message) = if text.starts_with("missing field") {
        let field = inside(quoted());
        (
            Code::MissingField,
            field.clone(),
            format!("The field {field} is missing"),
        )
    } else if text.starts_with("unknown field") {
        (
            Code::UnknownField,
            quoted(),
            format!("The field {} is not known here", quoted()),
        )
    } else if text.starts_with("invalid type") || text.starts_with("invalid value") {
        // Only what was expected is told: what was sent may be a password.
        let expected = text.rsplit(", expected ").next().unwrap_or_default();
        (
            Code::InvalidType,
            path.to_owned(),
            format!("The field {path} has the wrong type: expected {expected}"),
        )
    } else {
        (
            Code::InvalidField,
            path.to_owned(),
            format!("The field {path} is not acceptable: {text}"),
        )
    };
    Error::new(code)
        .says(message.clone())
        .with("field", field)
        .with("reason", message)
}

/// Parameters of the query; what is wrong with them is told like a wrong body.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query.map(|it| Self(it.0)).map_err(|error| {
            Error::new(Code::InvalidField).says(format!("The query is not acceptable: {}", error.body_text()))
        })
    }
}
