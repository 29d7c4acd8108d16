//! One's own passkeys. Adding one is the only thing here that needs a script: nothing else can talk to it.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{self, see_other};
use super::sign_in::credential;
use crate::error::{Code, Error, Fields, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::http::page::Scripts;
use crate::login::passkey;
use crate::passkeys::{self, PasskeyId, registration};
use crate::users::PersonName;

const PAGE: &str = "/account/passkeys";

const DONE: [&str; 3] = ["added", "renamed", "removed"];

pub(super) async fn list(visitor: Visitor) -> Result<Response> {
    let values = values(&visitor).await?;
    let done = frame::done(&visitor, &DONE);
    let values = context! { done => done, ..values };
    frame::show_with(&visitor, "passkeys", values, Scripts::Passkeys)
}

async fn values(visitor: &Visitor) -> Result<Value> {
    let caller = visitor.signed_in()?;
    let all = passkeys::list(&visitor.app, caller.user()).await?;
    let day = |it: chrono::DateTime<chrono::Utc>| it.format("%Y-%m-%d").to_string();
    let shown = all.iter().map(|it| {
        context! {
            id => it.id.as_str(), name => &it.name, model => passkeys::model(&it.aaguid),
            created_at => day(it.created_at), last_used_at => it.last_used_at.map(day),
            is_suspicious => it.flagged_at.is_some(), is_synced => it.backed_up,
        }
    });
    let csrf_token = cookies::csrf_token(&visitor.app.keys.csrf, caller.session_id());
    Ok(context! { passkeys => shown.collect::<Vec<_>>(), csrf_token => csrf_token })
}

async fn refuse(visitor: &Visitor, error: &Error) -> Result<Response> {
    let values = values(visitor).await?;
    frame::refuse_with(visitor, "passkeys", &["name"], values, error, Scripts::Passkeys)
}

fn done(what: &str) -> Response {
    see_other(&format!("{PAGE}?done={what}"), HeaderMap::new())
}

pub(super) async fn add(filled: Filled) -> Result<Response> {
    match register(&filled).await {
        Ok(()) => Ok(done("added")),
        Err(error) => refuse(&filled.visitor, &error).await,
    }
}

async fn register(filled: &Filled) -> Result<()> {
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let mut fields = Fields::new();
    let name = fields
        .take("name", PersonName::parse(filled.text("name")))
        .flatten();
    fields.done()?;
    let whose = (caller.user(), caller.session_id());
    let (challenge, answer) = (filled.text("challenge_id"), credential(filled)?);
    registration::finish(&visitor.app, &visitor.client, whose, challenge, name, answer).await?;
    Ok(())
}

pub(super) async fn rename(Path(id): Path<String>, filled: Filled) -> Result<Response> {
    match give_name(&id, &filled).await {
        Ok(()) => Ok(done("renamed")),
        Err(error) => refuse(&filled.visitor, &error).await,
    }
}

async fn give_name(id: &str, filled: &Filled) -> Result<()> {
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let id = PasskeyId::parse(id).ok_or(Code::PasskeyNotFound)?;
    let mut fields = Fields::new();
    let name = fields
        .take("new_name", PersonName::parse(filled.text("new_name")))
        .flatten();
    fields.done()?;
    let name = name.ok_or_else(|| Error::new(Code::InvalidField).says("A passkey needs a name"))?;
    passkeys::rename(&visitor.app, &visitor.client, caller.user(), &id, &name).await?;
    Ok(())
}

pub(super) async fn remove(Path(id): Path<String>, filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.recently_signed_in().await?;
    let id = PasskeyId::parse(&id).ok_or(Code::PasskeyNotFound)?;
    let whose = (caller.user(), caller.session_id());
    match passkey::remove(&visitor.app, &visitor.client, whose, &id).await {
        Ok(_) => Ok(done("removed")),
        Err(error) => refuse(visitor, &error).await,
    }
}
