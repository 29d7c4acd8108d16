//! The metadata of providers is fetched again: new certificates count without anybody copying them.
//!
//! What cannot be fetched or read changes nothing: the last good one stays, and the connection tells of the trouble.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::{StreamExt, stream};

use super::metadata::{self, Described};
use super::{SamlSettings, expiry};
use crate::app::App;
use crate::error::Result;
use crate::events::{self, Event, Name};
use crate::io::reach::PublicUrl;
use crate::roles::check;
use crate::sso::store::DueMetadata;
use crate::sso::{connections, lookup, store};

/// How often it is asked which metadata is to be fetched.
const ROUND: Duration = Duration::from_secs(600);

/// How old metadata becomes.
pub(in crate::sso) const AGE: TimeDelta = TimeDelta::hours(6);

/// When it is fetched again that could not be, or whose fetch died with its instance.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// Providers that are asked at once.
const AT_ONCE: usize = 8;

/// Looks after metadata for as long as the server runs.
pub async fn work(app: App) {
    loop {
        if let Err(error) = refresh(&app).await {
            tracing::error!(%error, "the metadata of identity providers could not be looked at");
        }
        if let Err(error) = expiry::warn(&app).await {
            tracing::error!(%error, "the certificates of identity providers could not be looked at");
        }
        tokio::time::sleep(ROUND).await;
    }
}

/// Fetches all metadata that is due.
///
/// # Errors
/// When the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let due = lookup::metadata_due(app).await?;
    let look_at = async |due: DueMetadata| {
        if let Err(error) = refresh_one(app, &due).await {
            tracing::error!(%error, connection_id = %due.connection.id, "metadata could not be looked at");
        }
    };
    stream::iter(due).for_each_concurrent(AT_ONCE, look_at).await;
    Ok(())
}

async fn refresh_one(app: &App, due: &DueMetadata) -> Result<()> {
    let connection = &due.connection;
    let (tenant, now) = (connection.tenant(), app.clock.now());
    let mut tx = tenant.begin(app).await?;
    if !store::take_metadata(&mut tx, &tenant, due, now + AGAIN).await? {
        return Ok(());
    }
    tx.commit().await?;
    let Some(saml) = &connection.settings.saml else {
        return Ok(());
    };
    let fetched = fetch(app, saml).await?;
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    let found = store::find(&mut tx, &tenant, &connection.id).await?;
    let Some(mut it) = found else { return Ok(()) };
    let Some(now_set) = it.settings.saml.as_mut().filter(|it| {
        (&it.metadata_url, &it.metadata_certificate) == (&saml.metadata_url, &saml.metadata_certificate)
    }) else {
        return Ok(());
    };
    let outcome = fetched.and_then(|described| {
        if described.entity_id == now_set.idp_entity_id {
            return Ok(described.apply(now_set));
        }
        Err(format!(
            "the metadata is that of another provider: {}",
            described.entity_id
        ))
    });
    let (changed, trouble) = match outcome {
        Ok(changed) => (changed, None),
        Err(reason) => (false, Some(reason)),
    };
    if let Some(reason) = &trouble {
        tracing::warn!(connection_id = %it.id, reason, "metadata could not be taken; what is known stays");
    } else {
        now_set.metadata_read_at = Some(now);
        it.metadata_check_at = Some(now + AGE);
    }
    now_set.metadata_trouble = trouble;
    store::update(&mut tx, &tenant, &it).await?;
    if changed {
        let event = Event::about(Name::SsoConnectionUpdated, None).in_organization(tenant.id());
        events::record(app, &mut tx, event.knowing(connections::facts(&it))).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What a connection's provider says of itself now, or why that cannot be taken.
///
/// # Errors
/// `OVERLOADED`.
pub async fn fetch(app: &App, saml: &SamlSettings) -> Result<Result<Described, String>> {
    // Judged anew: where a name leads changes.
    let url = match PublicUrl::parse(&saml.metadata_url, app.public.reach()) {
        Ok(url) => url,
        Err(refused) => return Ok(Err(refused.to_string())),
    };
    let signer = match metadata::signer(&saml.metadata_certificate) {
        Ok(signer) => signer,
        Err(refused) => return Ok(Err(refused.reason)),
    };
    let fetched = metadata::fetch(app, &url, signer).await?;
    Ok(fetched.map_err(|it| it.reason))
}
