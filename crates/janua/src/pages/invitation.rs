//! The page behind a mailed invitation. Opening it shows a button and changes nothing: who is signed in with the invited
//! address accepts, everybody else signs in or makes an account first.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};
use serde_json::json;

use super::frame::{self, see_other};
use super::return_to::HOME;
use crate::crypto::secret::SecretString;
use crate::error::{Error, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::invitations::acceptance::{self, Preview};
use crate::registration::{self, Form, Registered};

const PAGE: &str = "/auth/invitation";

const FIELDS: [&str; 2] = ["first_name", "password"];

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let token = SecretString::new(visitor.parameter("token"));
    let preview = acceptance::preview(&visitor.app, &visitor.client, &token).await?;
    frame::show(&visitor, "invitation", values(&visitor, &token, &preview, ""))
}

fn values(visitor: &Visitor, token: &SecretString, preview: &Preview, first_name: &str) -> Value {
    let it = &preview.invitation;
    let profile = visitor.caller().map(|it| serde_json::from_str(it.profile()));
    let profile: serde_json::Value = profile.transpose().ok().flatten().unwrap_or(json!({}));
    let signed_in_as = profile["email"].as_str().unwrap_or_default();
    context! {
        token => token.reveal(),
        organization => &it.organization,
        role => it.role(),
        email => &it.email,
        inviter => &it.inviter,
        message => &it.message,
        has_account => preview.has_account,
        signed_in_as => signed_in_as,
        is_invited => signed_in_as == it.email,
        return_to => back(token),
        first_name => first_name,
    }
}

/// The page with what was mailed.
fn back(token: &SecretString) -> String {
    let query = serde_urlencoded::to_string([("token", token.reveal())]).unwrap_or_default();
    format!("{PAGE}?{query}")
}

pub(super) async fn accept(mut filled: Filled) -> Result<Response> {
    let token = filled.secret("token");
    let visitor = &filled.visitor;
    let Some(caller) = visitor.caller() else {
        let query = serde_urlencoded::to_string([("return_to", back(&token))]).unwrap_or_default();
        return Ok(see_other(&format!("/auth/sign-in?{query}"), HeaderMap::new()));
    };
    acceptance::accept(&visitor.app, &visitor.client, caller.user(), &token).await?;
    Ok(see_other(&format!("{HOME}?done=joined"), HeaderMap::new()))
}

pub(super) async fn register(mut filled: Filled) -> Result<Response> {
    let (token, password) = (filled.secret("token"), filled.secret("password"));
    let visitor = &filled.visitor;
    let preview = acceptance::preview(&visitor.app, &visitor.client, &token).await?;
    let first_name = filled.text("first_name");
    let form = Form {
        email: preview.invitation.email.clone(),
        password,
        username: None,
        first_name: Some(first_name.to_owned()),
        last_name: None,
        locale: None,
        invitation: Some(token.clone()),
    };
    match registration::register(&visitor.app, &visitor.client, form).await {
        Ok(Registered::SignedIn(signed_in)) => Ok(see_other(
            &format!("{HOME}?done=joined"),
            cookies::begin(&visitor.app, &visitor.headers, &signed_in.started),
        )),
        // A second factor has to be set up, which the sign-in asks for.
        Ok(Registered::SignInLater { .. }) => Ok(see_other("/auth/sign-in", HeaderMap::new())),
        Err(error) => refuse(visitor, &token, &preview, first_name, &error),
    }
}

fn refuse(
    visitor: &Visitor,
    token: &SecretString,
    preview: &Preview,
    first_name: &str,
    error: &Error,
) -> Result<Response> {
    let values = values(visitor, token, preview, first_name);
    frame::refuse(visitor, "invitation", &FIELDS, values, error)
}
