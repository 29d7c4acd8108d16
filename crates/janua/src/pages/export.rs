//! Taking along all that is kept of one.

use axum::response::Response;
use minijinja::context;

use super::frame;
use crate::error::Result;
use crate::http::forms::{Filled, Visitor};
use crate::personal_data::routes::{attachment, of_oneself};

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    visitor.recently_signed_in().await?;
    frame::show(&visitor, "export", context! {})
}

pub(super) async fn give(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let user = visitor.recently_signed_in().await?.user();
    match of_oneself(&visitor.app, &visitor.client, user).await {
        Ok(document) => Ok(attachment(visitor.app.clone(), document)),
        Err(error) => frame::refuse(visitor, "export", &[], context! {}, &error),
    }
}
