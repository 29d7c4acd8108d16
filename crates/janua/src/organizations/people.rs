//! People whom one meets in organizations.

use super::store;
use crate::app::App;
use crate::error::{Code, Result};
use crate::portable::Portable;
use crate::roles::{MembersRead, Tenants, check};
use crate::users::UserId;

/// Somebody who shares an organization with the caller.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Their username.
    pub username: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
}

/// A page of the people in all organizations whose members the caller may see, themselves among them, and how many
/// there are.
///
/// # Errors
/// When the database fails.
pub async fn list(
    app: &App,
    caller: &UserId,
    search: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Person>, i64)> {
    let tenants = Tenants::of::<MembersRead>(app, caller).await?;
    if tenants.ids().is_empty() {
        return Ok((Vec::new(), 0));
    }
    let page = store::list_people(tenants.reads(&app.db), &tenants, search, limit, offset).await?;
    let total = store::count_people(tenants.reads(&app.db), &tenants, search).await?;
    Ok((page, total))
}

/// One of them.
///
/// # Errors
/// `NOT_FOUND`, also for somebody who is elsewhere.
pub async fn read(app: &App, caller: &UserId, id: &UserId) -> Result<Person> {
    let tenants = Tenants::of::<MembersRead>(app, caller).await?;
    if tenants.ids().is_empty() {
        return Err(Code::NotFound.into());
    }
    let found = store::find_person(tenants.reads(&app.db), &tenants, id).await?;
    found.ok_or_else(|| Code::NotFound.into())
}

/// Where somebody belongs, and as what.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(check::belongings(&app.db, user), user, after).await
}
