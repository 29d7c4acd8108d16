//! Where one is signed in, and which browsers need not show the second factor.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::frame::{self, see_other};
use crate::client::Agent;
use crate::error::{Code, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::ids::TrustedDeviceId;
use crate::sessions::{self, SessionId};
use crate::trusted_devices;

const PAGE: &str = "/account/sessions";

pub(super) async fn list(visitor: Visitor) -> Result<Response> {
    let caller = visitor.signed_in()?;
    let all = sessions::list(&visitor.app, caller.user()).await?;
    let time = |it: chrono::DateTime<chrono::Utc>| it.format("%Y-%m-%d %H:%M UTC").to_string();
    let shown = all.iter().map(|it| {
        context! {
            id => it.id.as_str(), device => Agent::of(&it.user_agent).name(), ip => &it.ip,
            reason => &it.impersonation_reason, is_current => it.id == *caller.session_id(), created_at => time(it.created_at),
            last_activity_at => time(it.last_activity_at),
        }
    });
    let trusted = trusted_devices::list(&visitor.app, caller.user()).await?;
    let trusted = trusted.iter().map(|it| {
        context! {
            id => it.id.as_str(), device => &it.name, ip => &it.ip, is_current => it.is_of(&visitor.app, &visitor.client),
            created_at => time(it.created_at), expires_at => time(it.expires_at),
        }
    });
    let done = frame::done(&visitor, &["ended", "ended-others", "distrusted"]);
    let values = context! {
        sessions => shown.collect::<Vec<_>>(), trusted => trusted.collect::<Vec<_>>(), done => done
    };
    frame::show(&visitor, "sessions", values)
}

pub(super) async fn end(Path(id): Path<String>, filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let id = SessionId::parse(&id).ok_or(Code::NotFound)?;
    sessions::end(&visitor.app, &visitor.client, caller.user(), &id).await?;
    if id == *caller.session_id() {
        return Ok(see_other(
            "/auth/sign-in?done=signed-out",
            cookies::end(&visitor.app),
        ));
    }
    Ok(see_other(&format!("{PAGE}?done=ended"), HeaderMap::new()))
}

pub(super) async fn end_others(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    sessions::end_others(&visitor.app, &visitor.client, caller.user(), caller.session_id()).await?;
    Ok(see_other(&format!("{PAGE}?done=ended-others"), HeaderMap::new()))
}

/// Asks for the second factor in that browser again.
pub(super) async fn distrust(Path(id): Path<String>, filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let user = visitor.signed_in()?.user();
    let id = TrustedDeviceId::parse(&id).ok_or(Code::NotFound)?;
    trusted_devices::remove(&visitor.app, &visitor.client, user, Some(&id)).await?;
    Ok(see_other(&format!("{PAGE}?done=distrusted"), HeaderMap::new()))
}
