//! The page behind a mailed sign-in link. Opening it shows a button and changes nothing; a browser that did not ask for
//! the link is told so. What is owed after it is asked for on the same page.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use serde::Deserialize;

use super::links::Link;
use crate::app::App;
use crate::authentication::{self, Factor};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Class, Code, Error, Result};
use crate::http::body::{self, Query};
use crate::http::layers::Rendered;
use crate::http::{cookies, cors, page};
use crate::login::magic_link::{self, Target};
use crate::login::second_factor::{self, Typed};
use crate::login::{Progress, SignedIn, enrolment};
use crate::magic_links::Shown;

/// The fields of either step; only these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    #[serde(default)]
    token: String,
    other_browser: Option<String>,
    mfa_token: Option<SecretString>,
    code: Option<SecretString>,
    /// Asks for a code by SMS.
    send: Option<String>,
    /// What is to be shown again when a code was wrong.
    picture: Option<String>,
    secret: Option<SecretString>,
    redirect_to: Option<String>,
}

impl FromRequest<App> for Form {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let (parts, content) = request.into_parts();
        let bytes = body::read(&parts.headers, content).await?;
        serde_urlencoded::from_bytes(&bytes).map_err(|error| {
            Error::new(Code::BadRequest)
                .says("The form could not be understood")
                .caused_by(error)
        })
    }
}

/// What the second step is to show.
#[derive(Default)]
struct Step {
    mfa_token: String,
    picture: Option<String>,
    secret: Option<String>,
    redirect_to: Option<String>,
    refused: bool,
    /// Whether a telephone can get a code.
    offers_sms: bool,
    /// Where one was sent.
    sent_to: Option<String>,
}

pub(super) async fn ask(
    app: App,
    client: Client,
    headers: HeaderMap,
    Query(link): Query<Link>,
) -> Result<Response> {
    let flow = cookies::mail_flow(&app, &headers);
    match magic_link::look(&app, &client, link.token.trim(), flow.as_deref()).await {
        Ok(waiting) => page::show(
            &app,
            &client,
            "magic_link",
            context! { token => link.token.trim(), email => waiting.email, same_browser => waiting.same_browser },
        ),
        Err(error) => Ok(page::problem(&app, &client, &error)),
    }
}

pub(super) async fn take(app: App, client: Client, headers: HeaderMap, form: Form) -> Result<Response> {
    // Nobody else's page hands our visitors a step of a sign-in that is not theirs.
    if let Err(refused) = cors::refuse_foreign_origin(&app, &headers) {
        return Ok(page::problem(&app, &client, &refused));
    }
    let taken = match (&form.mfa_token, &form.code) {
        (Some(token), None) if form.send.is_some() => send(&app, &client, &form, token).await,
        (Some(token), Some(code)) => second(&app, &client, &headers, &form, token, code).await,
        _ => first(&app, &client, &headers, &form).await,
    };
    taken.or_else(|error| Ok(page::problem(&app, &client, &error)))
}

async fn first(app: &App, client: &Client, headers: &HeaderMap, form: &Form) -> Result<Response> {
    let flow = cookies::mail_flow(app, headers);
    let shown = Shown::Link {
        token: form.token.trim(),
        flow: flow.as_deref(),
        elsewhere: form.other_browser.is_some(),
    };
    let (progress, redirect_to) = magic_link::sign_in(app, client, &shown).await?;
    let mut step = Step {
        redirect_to,
        ..Step::default()
    };
    match progress {
        Progress::SignedIn(outcome) => done(app, client, headers, &outcome, step.redirect_to.as_deref(), &[]),
        Progress::SecondFactor(owed) => {
            step.mfa_token = owed.token.reveal();
            step.offers_sms = owed.methods.contains(&Factor::Sms.name());
            ask_code(app, client, &step)
        }
        Progress::Enrolment(token) => {
            step.mfa_token = token.reveal();
            let made = enrolment::enable_totp(app, client, &step.mfa_token).await?;
            step.picture = Some(made.qr_code()?.reveal().to_owned());
            step.secret = Some(made.secret().reveal().to_owned());
            ask_code(app, client, &step)
        }
    }
}

/// Where the person wants to go. It came back from a form: it is judged again.
fn target(app: &App, form: &Form) -> Option<String> {
    let target = form.redirect_to.as_deref().map(|it| Target::parse(app, it));
    target.transpose().ok().flatten().map(|it| it.as_str().to_owned())
}

/// Sends a code by SMS, once or once more.
async fn send(app: &App, client: &Client, form: &Form, token: &SecretString) -> Result<Response> {
    let challenged = second_factor::challenge(app, client, token.reveal(), Factor::Sms).await?;
    let step = Step {
        mfa_token: token.reveal().to_owned(),
        redirect_to: target(app, form),
        offers_sms: true,
        sent_to: challenged.sent.map(|it| it.to),
        ..Step::default()
    };
    ask_code(app, client, &step)
}

async fn second(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    form: &Form,
    token: &SecretString,
    code: &SecretString,
) -> Result<Response> {
    let target = target(app, form);
    let target = target.as_deref();
    let code = SecretString::new(code.reveal().trim().to_owned());
    let outcome = if form.picture.is_some() {
        enrolment::confirm_totp(app, client, token.reveal(), &code).await
    } else {
        let typed = Typed {
            code,
            factor: None,
            remember: false,
        };
        let signed_in = second_factor::sign_in(app, client, token.reveal(), typed).await;
        signed_in.map(|it| (it, Vec::new()))
    };
    match outcome {
        Ok((signed_in, codes)) => done(app, client, headers, &signed_in, target, &codes),
        Err(error) if is_wrong_code(&error) => ask_code(
            app,
            client,
            &Step {
                mfa_token: token.reveal().to_owned(),
                // Only a picture of ours is shown: what stands in the form may be anything.
                picture: form
                    .picture
                    .clone()
                    .filter(|it| it.starts_with("data:image/png;base64,")),
                secret: form.secret.as_ref().map(|it| it.reveal().to_owned()),
                redirect_to: target.map(str::to_owned),
                refused: true,
                offers_sms: offers_sms(app, token.reveal()).await,
                sent_to: None,
            },
        ),
        Err(error) => Err(error),
    }
}

/// Whether a telephone can get a code for a sign-in that waits.
async fn offers_sms(app: &App, token: &str) -> bool {
    let pending = authentication::resume(app, token).await;
    pending.is_ok_and(|it| it.factors().has(Factor::Sms))
}

fn is_wrong_code(error: &Error) -> bool {
    error.code().class() == Class::Authentication && error.code() != Code::MfaTokenInvalid
}

fn ask_code(app: &App, client: &Client, step: &Step) -> Result<Response> {
    let values = context! {
        mfa_token => &step.mfa_token, picture => &step.picture, secret => &step.secret,
        redirect_to => &step.redirect_to, refused => step.refused, offers_sms => step.offers_sms,
        sent_to => &step.sent_to,
    };
    let mut response = page::show(app, client, "magic_link_code", values)?;
    if step.refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        response.extensions_mut().insert(Rendered);
    }
    Ok(response)
}

/// Goes where the person wanted to go, if that is a page of ours. Browsers stop a form that leads to another site: for
/// those, and to show recovery codes, there is a page with a link.
fn done(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    outcome: &SignedIn,
    target: Option<&str>,
    codes: &[SecretString],
) -> Result<Response> {
    let own = format!("{}/", app.config.server.base_url);
    let location = target
        .filter(|it| it.starts_with(&own) && codes.is_empty())
        .and_then(|it| HeaderValue::from_str(it).ok());
    let mut response = if let Some(location) = location {
        (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
    } else {
        let codes: Vec<String> = codes.iter().map(|it| it.reveal().clone()).collect();
        let values = context! { redirect_to => target, codes => codes };
        page::show(app, client, "magic_link_done", values)?
    };
    response
        .headers_mut()
        .extend(cookies::begin(app, headers, &outcome.started));
    Ok(response)
}
