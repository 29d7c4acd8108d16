//! The pages behind mailed links. Opening one shows a button and changes nothing: mail scanners open links, people
//! press buttons.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::frame;
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::http::body::{self, Query};
use crate::http::forms::Visitor;
use crate::http::page;
use crate::{emails, recovery};

#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    pub(super) token: String,
}

/// The fields of a form; only these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    #[serde(default)]
    token: String,
    new_password: Option<SecretString>,
    /// What a password manager keeps the new password under; not used.
    #[serde(default, rename = "email")]
    _email: Option<String>,
}

impl FromRequest<App> for Form {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let (parts, content) = request.into_parts();
        let bytes = body::read(&parts.headers, content).await?;
        let mut form: Self = serde_urlencoded::from_bytes(&bytes).map_err(|error| {
            Error::new(Code::BadRequest)
                .says("The form could not be understood")
                .caused_by(error)
        })?;
        // Some programs add white space when a person copies a link by hand.
        form.token = form.token.trim().to_owned();
        Ok(form)
    }
}

pub(super) async fn ask_verification(visitor: Visitor, Query(link): Query<Link>) -> Result<Response> {
    frame::show(&visitor, "verify_email", context! { token => link.token })
}

pub(super) async fn verify(app: App, client: Client, form: Form) -> Result<Response> {
    match emails::verify(&app, &client, &form.token).await {
        Ok(user) => page::show(
            &app,
            &client,
            "verify_email_done",
            context! { email => user.email },
        ),
        Err(error) => Ok(page::problem(&app, &client, &error)),
    }
}

pub(super) async fn ask_password(visitor: Visitor, Query(link): Query<Link>) -> Result<Response> {
    frame::show(&visitor, "reset_password", context! { token => link.token })
}

pub(super) async fn reset(app: App, client: Client, form: Form) -> Result<Response> {
    let Some(password) = form.new_password else {
        return form_page(&app, &client, &form.token, None);
    };
    match recovery::reset(&app, &client, &form.token, password).await {
        Ok(()) => page::show(&app, &client, "reset_password_done", context! {}),
        // The link is still good: the person can choose another password.
        Err(error) if error.code() == Code::WeakPassword => {
            form_page(&app, &client, &form.token, Some(&error))
        }
        Err(error) => Ok(page::problem(&app, &client, &error)),
    }
}

fn form_page(app: &App, client: &Client, token: &str, error: Option<&Error>) -> Result<Response> {
    let min_length = app.config.accounts.password_min_length;
    let values = context! { token => token, min_length => min_length, error => error.map(Error::message) };
    let mut response = page::show(app, client, "reset_password", values)?;
    if error.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        let told = crate::http::layers::Rendered(error.cloned());
        response.extensions_mut().insert(told);
    }
    Ok(response)
}
