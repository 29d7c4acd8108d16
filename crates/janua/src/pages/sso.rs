//! Signing in at the identity provider of one's organization: by one's address, or by a link.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::frame;
use super::return_to::ReturnTo;
use crate::error::{Code, Fields, Result};
use crate::http::cookies;
use crate::http::forms::Visitor;
use crate::http::page::Scripts;
use crate::login::sso;
use crate::sso::{Begun, Connection, Departure, SsoConnectionId, Wanted};
use crate::users::Email;

/// Asks for the address, or goes on with what the address of the page says: `email`, `organization`, `connection`, for a
/// test sign-in `test`, or `state` for what has begun for this browser.
pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    let typed = visitor.parameter("email");
    match leave(&visitor, &to, &typed).await {
        Ok(Some((begun, connection))) => depart(&visitor, &begun, &connection),
        Ok(None) => frame::show(&visitor, "sso", context! { return_to => to.text(), email => "" }),
        Err(error) => {
            let values = context! { return_to => to.text(), email => typed };
            frame::refuse(&visitor, "sso", &["email"], values, &error)
        }
    }
}

async fn leave(visitor: &Visitor, to: &ReturnTo, typed: &str) -> Result<Option<(Begun, Connection)>> {
    let (app, client) = (&visitor.app, &visitor.client);
    let held = cookies::sso_flow(app, &visitor.headers);
    let ticket = visitor.parameter("test");
    if !ticket.is_empty() {
        return Ok(Some(
            sso::leave_for_test(app, client, &ticket, held.as_deref()).await?,
        ));
    }
    let state = visitor.parameter("state");
    if !state.is_empty() {
        return Ok(Some(sso::resume(app, client, &state, held.as_deref()).await?));
    }
    let (connection, organization) = (visitor.parameter("connection"), visitor.parameter("organization"));
    let wanted = if !connection.is_empty() {
        let id = SsoConnectionId::parse(&connection).ok_or(Code::SsoConnectionNotFound)?;
        Wanted::Connection(id)
    } else if !organization.is_empty() {
        Wanted::Organization(organization)
    } else if !typed.is_empty() {
        let mut fields = Fields::new();
        let email = fields.take("email", Email::parse(typed.trim()));
        fields.done()?;
        Wanted::Email(email.ok_or(Code::InvalidEmail)?)
    } else {
        return Ok(None);
    };
    let target = Some(to.text()).filter(|it| !it.is_empty());
    Ok(Some(
        sso::leave(app, client, &wanted, target, held.as_deref()).await?,
    ))
}

/// A page in between: a redirect would follow our form, and browsers hold that against where forms may lead.
fn depart(visitor: &Visitor, begun: &Begun, connection: &Connection) -> Result<Response> {
    let mut headers = HeaderMap::new();
    cookies::hold_sso_flow(&visitor.app, &mut headers, begun);
    go_abroad(visitor, &begun.departure, &connection.name, headers)
}

/// The page that leads to a provider, by an address or a form.
pub(super) fn go_abroad(
    visitor: &Visitor,
    departure: &Departure,
    name: &str,
    headers: HeaderMap,
) -> Result<Response> {
    let mut page = match departure {
        Departure::Url(url) => frame::show(visitor, "leaving", context! { url => url, name => name })?,
        Departure::Form(form) => {
            let fields = form.fields.iter();
            let fields = fields.map(|(name, value)| context! { name => *name, value => value });
            let fields: Vec<_> = fields.collect();
            let values = context! { action => form.action.as_str(), fields => fields, name => name };
            frame::show_with(visitor, "sending", values, Scripts::SendsItself)?
        }
    };
    page.headers_mut().extend(headers);
    Ok(page)
}
