//! `/users/me/export` and `/admin/users/{id}/export`.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Document;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{Event, Name};
use crate::http::caller::{RecentAdmin, RecentlySignedIn};
use crate::users::UserId;

/// The routes of exports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(own)).routes(routes!(of_user))
}

/// A document as a file. What fails after its beginning breaks the answer off, so that it is no JSON.
pub(crate) fn attachment(app: App, document: Document) -> Response {
    let body = futures_util::stream::try_unfold((app, document), |(app, mut document)| async move {
        let next = document.next(&app).await.inspect_err(|error| {
            tracing::error!(%error, "an export of an account broke off");
        })?;
        Ok::<_, Error>(next.map(|text| (text, (app, document))))
    });
    let mut response = Body::from_stream(body).into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"account.json\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Begins the document that somebody asks for of themselves.
pub(crate) async fn of_oneself(app: &App, client: &Client, user: &UserId) -> Result<Document> {
    let event = Event::by(Name::UserExported, user, client);
    Document::begin(app, client, Some(user), user, event).await
}

/// All that is kept of oneself, as a file: no secrets, no hashes.
///
/// Needs a sign-in within the last ten minutes. An answer that breaks off before its end is not whole: ask again.
#[utoipa::path(get, path = "/users/me/export", tag = "users", operation_id = "export_own_account",
    responses((status = 200, description = "The document.", content((String = "application/json")))),
    security(("bearer" = []), ("cookie" = [])))]
async fn own(app: App, client: Client, caller: RecentlySignedIn) -> Result<Response> {
    let document = of_oneself(&app, &client, caller.user()).await?;
    Ok(attachment(app, document))
}

/// All that is kept of somebody, as a file.
///
/// Needs a sign-in within the last ten minutes.
#[utoipa::path(get, path = "/admin/users/{id}/export", tag = "admin", operation_id = "admin_export_user",
    params(("id" = String, Path, description = "The user.")),
    responses((status = 200, description = "The document.", content((String = "application/json")))),
    security(("bearer" = []), ("cookie" = [])))]
async fn of_user(app: App, client: Client, admin: RecentAdmin, Path(id): Path<String>) -> Result<Response> {
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    let event = Event::of_admin(Name::UserExported, admin.user(), Some(&id), &client);
    let document = Document::begin(&app, &client, Some(admin.user()), &id, event).await?;
    Ok(attachment(app, document))
}
