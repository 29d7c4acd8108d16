//! Making keys, and replacing what is shown for them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ApiKey, ApiKeyId, Owner, record, store};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Result, Truth};
use crate::events::{Event, Name};
use crate::io::db::Tx;
use crate::outbox;
use crate::roles::{Grants, Permission, Permitted, refuse_if_above};
use crate::users::{self, UserId};

/// Characters of a key that are kept to recognise it by: 36 of its 256 bits.
const HINT: usize = 10;

/// What a key is to be.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Grants,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// Requests that it may make in a minute, if not as many as all.
    pub per_minute: Option<i64>,
}

/// A key with its secret, which is never shown again.
#[derive(Debug)]
pub struct Made {
    /// The row.
    pub key: ApiKey,
    /// What to show.
    pub secret: OpaqueToken,
}

/// Makes a key of a person's own; a mail tells them.
///
/// # Errors
/// `TOO_MANY_API_KEYS`.
pub async fn create(app: &App, client: &Client, user: &UserId, draft: Draft) -> Result<Made> {
    let mut tx = app.db.begin().await?;
    let owner = users::find(&mut tx, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let made = insert(app, &mut tx, Owner::Person(user), user, draft).await?;
    record(
        app,
        &mut tx,
        &made.key,
        Event::by(Name::ApiKeyCreated, user, client),
    )
    .await?;
    let facts = serde_json::json!({"ip": client.ip.to_string(), "device": client.device_name(),
        "when": app.clock.now(), "api_key": made.key.name});
    outbox::promise_with(app, &mut tx, outbox::Kind::ApiKeyCreated, &owner, client, facts).await?;
    tx.commit().await?;
    Ok(made)
}

/// Makes a key of an organization's own. Nobody gives a key what they may not do themselves.
///
/// # Errors
/// `ROLE_TOO_HIGH`, `TOO_MANY_API_KEYS`.
pub async fn create_for<P: Permission>(
    app: &App,
    client: &Client,
    permitted: &Permitted<P>,
    draft: Draft,
) -> Result<Made> {
    let (mut tx, rights) = permitted.begin(app).await?;
    refuse_if_above(&rights, &draft.scopes)?;
    let owner = Owner::Organization(permitted.tenant());
    let made = insert(app, &mut tx, owner, permitted.user()?, draft).await?;
    record(
        app,
        &mut tx,
        &made.key,
        permitted.event(Name::ApiKeyCreated, None, client),
    )
    .await?;
    tx.commit().await?;
    Ok(made)
}

async fn insert(app: &App, tx: &mut Tx, owner: Owner<'_>, by: &UserId, draft: Draft) -> Result<Made> {
    if store::count(tx, owner).await? >= i64::from(app.config.api_keys.most) {
        return Err(Code::TooManyApiKeys.into());
    }
    let now = app.clock.now();
    let secret = OpaqueToken::from_random(app.random.bytes(), Kind::ApiKey);
    let key = ApiKey {
        id: ApiKeyId::new(app.random.id(now)),
        user_id: match owner {
            Owner::Person(user) => Some(user.clone()),
            Owner::Organization(_) => None,
        },
        organization_id: match owner {
            Owner::Person(_) => None,
            Owner::Organization(tenant) => Some(tenant.id().clone()),
        },
        created_by: Some(by.clone()),
        name: draft.name,
        hint: hint(&secret),
        scopes: draft.scopes.text(),
        per_minute: draft.per_minute,
        created_at: now,
        expires_at: draft.expires_at,
        revoked_at: None,
        last_used_at: None,
        last_used_ip: None,
    };
    store::insert(tx, &key).await?;
    store::insert_secret(tx, &key.id, secret.hash(&app.keys.api_key).as_str(), now).await?;
    Ok(Made { key, secret })
}

fn hint(secret: &OpaqueToken) -> String {
    secret.reveal().chars().take(HINT).collect()
}

/// Gives a person's key another secret. The earlier one works on for the overlap, so that programs can be changed one by
/// one.
///
/// # Errors
/// `API_KEY_NOT_FOUND`.
pub async fn rotate(
    app: &App,
    client: &Client,
    user: &UserId,
    id: &ApiKeyId,
    overlap: TimeDelta,
) -> Result<Made> {
    let mut tx = app.db.begin().await?;
    let made = replace(app, &mut tx, Owner::Person(user), id, overlap).await?;
    record(
        app,
        &mut tx,
        &made.key,
        Event::by(Name::ApiKeyRotated, user, client),
    )
    .await?;
    tx.commit().await?;
    Ok(made)
}

/// The same for a key of an organization. Nobody is handed a key that may do more than they.
///
/// # Errors
/// `API_KEY_NOT_FOUND`, `ROLE_TOO_HIGH`.
pub async fn rotate_for<P: Permission>(
    app: &App,
    client: &Client,
    permitted: &Permitted<P>,
    id: &ApiKeyId,
    overlap: TimeDelta,
) -> Result<Made> {
    let (mut tx, rights) = permitted.begin(app).await?;
    let owner = Owner::Organization(permitted.tenant());
    let made = replace(app, &mut tx, owner, id, overlap).await?;
    refuse_if_above(&rights, &made.key.scopes())?;
    record(
        app,
        &mut tx,
        &made.key,
        permitted.event(Name::ApiKeyRotated, None, client),
    )
    .await?;
    tx.commit().await?;
    Ok(made)
}

async fn replace(
    app: &App,
    tx: &mut Tx,
    owner: Owner<'_>,
    id: &ApiKeyId,
    overlap: TimeDelta,
) -> Result<Made> {
    let now = app.clock.now();
    let secret = OpaqueToken::from_random(app.random.bytes(), Kind::ApiKey);
    let key = store::set_hint(tx, owner, id, &hint(&secret), now).await?;
    let key = key.ok_or(Code::ApiKeyNotFound)?;
    store::end_secrets(tx, id, now + overlap).await?;
    store::insert_secret(tx, id, secret.hash(&app.keys.api_key).as_str(), now).await?;
    Ok(Made { key, secret })
}
