//! `/users`: the people of one's organizations.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::people::{self, Person};
use crate::app::App;
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::caller::InSession;
use crate::http::paging::Paging;
use crate::users::UserId;

/// The routes about other people.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

/// Somebody who shares an organization with the caller.
#[derive(Serialize, ToSchema)]
struct PersonBody {
    /// Never changes.
    #[schema(value_type = String)]
    id: UserId,
    /// Their address.
    email: String,
    /// Their username.
    username: Option<String>,
    /// Given name.
    first_name: Option<String>,
    /// Family name.
    last_name: Option<String>,
}

impl From<Person> for PersonBody {
    fn from(it: Person) -> Self {
        Self {
            id: it.id,
            email: it.email,
            username: it.username,
            first_name: it.first_name,
            last_name: it.last_name,
        }
    }
}

/// A page of people.
#[derive(Serialize, ToSchema)]
struct PersonList {
    users: Vec<PersonBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// Whom to look for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PeopleQuery {
    /// Those whose address, username or name starts with this; case does not matter.
    search: Option<String>,
    /// The page, from 1.
    #[param(minimum = 1)]
    page: Option<u32>,
    /// Entries of a page, at most 100.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u32>,
}

/// The people of all organizations whose members one may see, oneself among them.
#[utoipa::path(get, path = "/users", tag = "users", operation_id = "list_people", params(PeopleQuery),
    responses((status = 200, body = PersonList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, caller: InSession, Query(asked): Query<PeopleQuery>) -> Result<Json<PersonList>> {
    let paging = Paging::asked(asked.page, asked.per_page)?;
    let search = asked.search.as_deref().filter(|it| !it.is_empty());
    let (limit, offset) = (paging.per_page.into(), paging.offset());
    let (page, total) = people::list(&app, caller.user(), search, limit, offset).await?;
    Ok(Json(PersonList {
        users: page.into_iter().map(PersonBody::from).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// Somebody of an organization whose members one may see; 404 for everybody else.
#[utoipa::path(get, path = "/users/{user_id}", tag = "users", operation_id = "read_person",
    params(("user_id" = String, Path, description = "The person.")), responses((status = 200, body = PersonBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn read(app: App, caller: InSession, Path(id): Path<String>) -> Result<Json<PersonBody>> {
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    Ok(Json(people::read(&app, caller.user(), &id).await?.into()))
}
