//! `/organizations/{organization_id}/domains`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Domain, DomainId, DomainName};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Fields, Result};
use crate::http::body::Body;
use crate::roles::{DomainsManage, OrganizationRead, Permitted};
use crate::users::profile::rfc3339;

/// The routes of domains.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, claim))
        .routes(routes!(remove))
        .routes(routes!(verify))
}

/// The record that proves a domain.
#[derive(Serialize, ToSchema)]
struct DomainRecord {
    /// `TXT`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Where it is to stand.
    #[schema(example = "_janua-verification.acme.com")]
    name: String,
    /// What is to stand in it.
    #[schema(example = "janua-domain-verification=5f0c3a1e9b7d4c2f8a6e0d1b3c5f7a9e")]
    value: String,
}

/// A domain of an organization.
#[derive(Serialize, ToSchema)]
struct DomainBody {
    /// Never changes.
    #[schema(value_type = String)]
    id: DomainId,
    /// In ASCII and small letters.
    #[schema(example = "acme.com")]
    domain: String,
    /// `pending` or `verified`.
    #[schema(example = "pending")]
    state: &'static str,
    /// The record that proves it. It stays in place: it is looked for again.
    record: DomainRecord,
    /// When it was claimed.
    created_at: String,
    /// When it was proven.
    verified_at: Option<String>,
    /// When the DNS was asked last.
    last_checked_at: Option<String>,
    /// Since when the record of a verified domain is not there; it lapses `DOMAIN_LAPSE_DAYS` after that.
    missing_since: Option<String>,
    /// What the last check met: `DOMAIN_RECORD_MISSING`, `DOMAIN_RECORD_WRONG` or `DNS_UNAVAILABLE`; `null` when the
    /// record was there.
    failure: Option<String>,
}

impl From<Domain> for DomainBody {
    fn from(it: Domain) -> Self {
        Self {
            state: it.state(),
            record: DomainRecord {
                kind: "TXT",
                name: it.record_name(),
                value: it.record_value(),
            },
            id: it.id,
            domain: it.domain,
            created_at: rfc3339(it.created_at),
            verified_at: it.verified_at.map(rfc3339),
            last_checked_at: it.checked_at.map(rfc3339),
            missing_since: it.missing_since.map(rfc3339),
            failure: it.failure,
        }
    }
}

/// All domains of an organization.
#[derive(Serialize, ToSchema)]
struct DomainList {
    domains: Vec<DomainBody>,
}

/// The domains of the organization by name.
#[utoipa::path(get, path = "/organizations/{organization_id}/domains", tag = "organizations",
    operation_id = "list_domains",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("organization:read"))), responses((status = 200, body = DomainList)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(app: App, permitted: Permitted<OrganizationRead>) -> Result<Json<DomainList>> {
    let domains = super::list(&app, &permitted).await?;
    Ok(Json(DomainList {
        domains: domains.into_iter().map(DomainBody::from).collect(),
    }))
}

/// A domain to claim.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimDomainRequest {
    /// The domain, as in an address after the `@`.
    #[schema(example = "acme.com")]
    domain: String,
}

/// Claims a domain; the answer names the TXT record that proves it. One that another organization has proven: 409
/// `DOMAIN_TAKEN`.
#[utoipa::path(post, path = "/organizations/{organization_id}/domains", tag = "organizations",
    operation_id = "claim_domain",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("domains:manage"))), request_body = ClaimDomainRequest,
    responses((status = 201, body = DomainBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn claim(
    app: App,
    client: Client,
    permitted: Permitted<DomainsManage>,
    Body(asked): Body<ClaimDomainRequest>,
) -> Result<(StatusCode, Json<DomainBody>)> {
    let mut fields = Fields::new();
    let name = fields.take("domain", DomainName::parse(&asked.domain));
    fields.done()?;
    let name = name.ok_or(Code::InvalidDomain)?;
    let claimed = super::claim(&app, &client, &permitted, &name).await?;
    Ok((StatusCode::CREATED, Json(claimed.into())))
}

fn parse(id: &str) -> Result<DomainId> {
    DomainId::parse(id).ok_or_else(|| Code::DomainNotFound.into())
}

/// Looks for the record of a domain. 422 `DOMAIN_RECORD_MISSING` or `DOMAIN_RECORD_WRONG` tell what was found instead.
#[utoipa::path(post, path = "/organizations/{organization_id}/domains/{domain_id}/verify", tag = "organizations",
    operation_id = "verify_domain",
    params(("organization_id" = String, Path, description = "The organization."),
        ("domain_id" = String, Path, description = "The domain.")),
    extensions(("x-permission" = json!("domains:manage"))), responses((status = 200, body = DomainBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn verify(
    app: App,
    client: Client,
    permitted: Permitted<DomainsManage>,
    Path((_organization, id)): Path<(String, String)>,
) -> Result<Json<DomainBody>> {
    Ok(Json(
        super::verify(&app, &client, &permitted, &parse(&id)?)
            .await?
            .into(),
    ))
}

/// Gives a domain up, verified or not. Claimed anew it needs another record.
#[utoipa::path(delete, path = "/organizations/{organization_id}/domains/{domain_id}", tag = "organizations",
    operation_id = "remove_domain",
    params(("organization_id" = String, Path, description = "The organization."),
        ("domain_id" = String, Path, description = "The domain.")),
    extensions(("x-permission" = json!("domains:manage"))),
    responses((status = 204, description = "The organization does not claim it any more.")),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn remove(
    app: App,
    client: Client,
    permitted: Permitted<DomainsManage>,
    Path((_organization, id)): Path<(String, String)>,
) -> Result<StatusCode> {
    super::remove(&app, &client, &permitted, &parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
