//! What operators look at: the connections of any organization.

use super::lookup::tenant_of_order;
use super::{Connection, store};
use crate::app::App;
use crate::error::Result;
use crate::roles::OrganizationId;

/// The connections of any organization.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, id: &OrganizationId) -> Result<Vec<Connection>> {
    let tenant = tenant_of_order(id);
    store::list(tenant.reads(&app.db), &tenant).await
}
