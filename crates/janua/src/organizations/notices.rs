//! Mails about organizations, promised in the transaction of what they tell of.

use serde_json::{Value, json};

use super::store;
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::io::db::Tx;
use crate::outbox::{self, Kind};
use crate::roles::Tenant;
use crate::users::{self, UserId};

/// Tells somebody. Who has no account any more is told nothing.
///
/// # Errors
/// When the database fails.
pub(super) async fn tell(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    kind: Kind,
    user: &UserId,
    client: &Client,
    more: &[(&str, Value)],
) -> Result<()> {
    let Some(user) = users::find(&mut *tx, user).await? else {
        return Ok(());
    };
    let organization = store::find(&mut *tx, tenant).await?.map(|it| it.name);
    let mut facts = json!({"ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now(),
        "organization": organization});
    for (name, value) in more {
        facts[*name] = value.clone();
    }
    outbox::promise_with(app, tx, kind, &user, client, facts).await
}

/// Tells every owner.
///
/// # Errors
/// When the database fails.
pub(super) async fn tell_owners(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    kind: Kind,
    client: &Client,
    more: &[(&str, Value)],
) -> Result<()> {
    for owner in store::owners(&mut *tx, tenant).await? {
        tell(app, tx, tenant, kind, &owner, client, more).await?;
    }
    Ok(())
}
