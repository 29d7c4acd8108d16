//! The page behind a mailed sign-in link. Opening it shows a button and changes nothing; a browser that did not ask for
//! the link is told so. What is owed after it is asked for where it always is.

use axum::response::Response;
use minijinja::context;

use super::frame;
use super::links::Link;
use super::return_to::ReturnTo;
use super::sign_in::proceed;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::login::magic_link;
use crate::magic_links::Shown;

pub(super) async fn ask(visitor: Visitor, Query(link): Query<Link>) -> Result<Response> {
    let flow = cookies::mail_flow(&visitor.app, &visitor.headers);
    // Some programs add white space when a person copies a link by hand.
    let token = link.token.trim();
    let waiting = magic_link::look(&visitor.app, &visitor.client, token, flow.as_deref()).await?;
    let values = context! { token => token, email => waiting.email, same_browser => waiting.same_browser };
    frame::show(&visitor, "magic_link", values)
}

pub(super) async fn take(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let flow = cookies::mail_flow(&visitor.app, &visitor.headers);
    let shown = Shown::Link {
        token: filled.text("token"),
        flow: flow.as_deref(),
        elsewhere: !filled.text("other_browser").is_empty(),
    };
    let (progress, target) = magic_link::sign_in(&visitor.app, &visitor.client, &shown).await?;
    Ok(proceed(
        visitor,
        progress,
        &ReturnTo::asked(visitor, target.as_deref()),
    ))
}
