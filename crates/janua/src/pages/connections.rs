//! Accounts at other providers, and at identity providers of organizations, that open one's own.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{self, see_other};
use super::sso::go_abroad;
use crate::error::{Error, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::login::{social, sso_linking};
use crate::social::{Purpose, list, providers};
use crate::sso::Link;

const PAGE: &str = "/account/connections";

const DONE: [&str; 3] = ["linked", "unlinked", "sso_unlinked"];

pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let values = values(&visitor).await?;
    let done = frame::done(&visitor, &DONE);
    frame::show(&visitor, "connections", context! { done => done, ..values })
}

/// What is linked, also where the operator has taken the provider away since; and what may be linked besides.
async fn values(visitor: &Visitor) -> Result<Value> {
    let app = &visitor.app;
    let linked = list(&app.db, visitor.signed_in()?.user()).await?;
    let name_of = |id: &str| providers(app).find(|it| it.id == id).map(|it| it.name);
    let shown = linked.iter().map(|it| {
        context! {
            id => &it.provider, name => name_of(&it.provider).unwrap_or_else(|| it.provider.clone()),
            account => it.email.as_ref().or(it.name.as_ref()), since => it.created_at.format("%Y-%m-%d").to_string(),
        }
    });
    let others = providers(app).filter(|it| linked.iter().all(|own| own.provider != it.id));
    let others = others.map(|it| context! { id => it.id, name => it.name });
    Ok(context! {
        linked => shown.collect::<Vec<_>>(), others => others.collect::<Vec<_>>(), ..of_organizations(visitor).await?
    })
}

/// The same of the identity providers of one's organizations.
async fn of_organizations(visitor: &Visitor) -> Result<Value> {
    let all = sso_linking::list(&visitor.app, visitor.signed_in()?.user()).await?;
    let shown = |it: &Link| {
        context! {
            id => it.connection_id.as_str(), name => &it.connection_name, organization => &it.organization_name,
            account => &it.email, since => it.created_at.map(|it| it.format("%Y-%m-%d").to_string()),
            is_required => all.required.as_ref() == Some(&it.connection_id),
        }
    };
    let [linked, available] =
        [&all.linked, &all.available].map(|those| those.iter().map(shown).collect::<Vec<_>>());
    Ok(context! { sso_linked => linked, sso_available => available })
}

async fn refuse(visitor: &Visitor, error: &Error) -> Result<Response> {
    frame::refuse(visitor, "connections", &[], values(visitor).await?, error)
}

pub(super) async fn link(Path(provider): Path<String>, filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let (app, caller) = (&visitor.app, visitor.recently_signed_in().await?);
    let purpose = Purpose::Link(caller.user().clone(), caller.session_id().clone());
    let back = format!("{PAGE}?done=linked");
    let held = cookies::social_flow(app, &visitor.headers);
    let way = (&purpose, Some(back.as_str()));
    match social::leave(app, &visitor.client, &provider, way, held.as_deref()).await {
        Ok(begun) => {
            let mut headers = HeaderMap::new();
            cookies::hold_social_flow(app, &mut headers, &begun);
            let name = providers(app).find(|it| it.id == provider).map(|it| it.name);
            let mut page = frame::show(visitor, "leaving", context! { url => begun.url, name => name })?;
            page.headers_mut().extend(headers);
            Ok(page)
        }
        Err(error) => refuse(visitor, &error).await,
    }
}

pub(super) async fn unlink(Path(provider): Path<String>, filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.recently_signed_in().await?;
    let who = (caller.user(), caller.session_id());
    match social::unlink(&visitor.app, &visitor.client, who, &provider).await {
        Ok(()) => Ok(see_other(&format!("{PAGE}?done=unlinked"), HeaderMap::new())),
        Err(error) => refuse(visitor, &error).await,
    }
}

pub(super) async fn link_sso(Path(id): Path<String>, filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let (app, caller) = (&visitor.app, visitor.recently_signed_in().await?);
    let held = cookies::sso_flow(app, &visitor.headers);
    let who = (caller.user(), caller.session_id());
    let back = format!("{}{PAGE}?done=linked", app.config.server.base_url);
    let way = (Some(back.as_str()), held.as_deref());
    match sso_linking::leave(app, &visitor.client, who, &id, way).await {
        Ok((begun, connection)) => {
            let mut headers = HeaderMap::new();
            cookies::hold_sso_flow(app, &mut headers, &begun);
            go_abroad(visitor, &begun.departure, &connection.name, headers)
        }
        Err(error) => refuse(visitor, &error).await,
    }
}

pub(super) async fn unlink_sso(Path(id): Path<String>, filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.recently_signed_in().await?;
    match sso_linking::unlink(&visitor.app, &visitor.client, caller.user(), &id).await {
        Ok(()) => Ok(see_other(&format!("{PAGE}?done=sso_unlinked"), HeaderMap::new())),
        Err(error) => refuse(visitor, &error).await,
    }
}
