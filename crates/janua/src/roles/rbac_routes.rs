//! `/rbac`: what permissions there are, and whether one has them.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::check::{self, Verdict};
use super::{OrganizationId, PERMISSIONS, Pattern, SystemRole};
use crate::app::App;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::http::body::Body;
use crate::http::caller::InSession;
use crate::http::identity::Identity;
use crate::http::permission::asker;

/// The most questions of one request.
const MOST: usize = 100;

/// The routes about permissions.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(permissions))
        .routes(routes!(check))
}

/// A permission.
#[derive(Serialize, ToSchema)]
struct PermissionBody {
    /// `resource:action`.
    #[schema(example = "members:update")]
    name: &'static str,
    /// What it allows.
    description: &'static str,
    /// The system roles that hold it.
    #[schema(example = json!(["owner", "admin"]))]
    roles: Vec<&'static str>,
}

/// All permissions of Janua's; applications may use others of their own.
#[derive(Serialize, ToSchema)]
struct PermissionList {
    permissions: Vec<PermissionBody>,
}

/// The permissions that Janua itself asks for.
#[utoipa::path(get, path = "/rbac/permissions", tag = "roles", operation_id = "list_permissions",
    responses((status = 200, body = PermissionList)), security(("bearer" = []), ("cookie" = [])))]
async fn permissions(_: InSession) -> Json<PermissionList> {
    let permissions = PERMISSIONS.iter().map(|(name, description)| {
        let roles = SystemRole::ALL.into_iter().filter(|it| it.grants().allows(name));
        PermissionBody {
            name,
            description,
            roles: roles.map(SystemRole::name).collect(),
        }
    });
    Json(PermissionList {
        permissions: permissions.collect(),
    })
}

/// One question, or several.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckRequest {
    /// The permission; may be a pattern such as `invoices:*`.
    #[schema(example = "members:update")]
    permission: Option<String>,
    /// Where; by default the organization that the session acts in.
    organization_id: Option<String>,
    /// Several questions at once, at most 100, in place of `permission` and `organization_id`.
    checks: Option<Vec<Question>>,
}

/// Whether one may do something somewhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The permission.
    #[schema(example = "members:update")]
    permission: String,
    /// Where; by default the organization that the session acts in.
    organization_id: Option<String>,
}

/// The answer to one question.
#[derive(Serialize, ToSchema)]
struct Answer {
    /// What was asked.
    permission: String,
    /// Where.
    organization_id: Option<String>,
    /// Whether one may.
    allowed: bool,
    /// `GRANTED`, or why not: `NOT_A_MEMBER` (also when there is no such organization), `NO_ORGANIZATION` when none was
    /// named and the session acts in none, `ORGANIZATION_SUSPENDED`, `MISSING_PERMISSION`.
    #[schema(example = "GRANTED")]
    reason: &'static str,
    /// One's role there.
    role: Option<String>,
}

/// One answer, or as many as there were questions, in their order.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum CheckResponse {
    One(Answer),
    Several { results: Vec<Answer> },
}

/// Whether one may do something in an organization, with the reason for a no.
///
/// For applications that ask with the token of their user, or with an API key, whose scopes bound the answer. The answer counts for this moment.
#[utoipa::path(post, path = "/rbac/check", tag = "roles", operation_id = "check_permission",
    request_body = CheckRequest, responses((status = 200, body = CheckResponse)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn check(app: App, caller: Identity, Body(asked): Body<CheckRequest>) -> Result<Json<CheckResponse>> {
    let (questions, one) = match (asked.permission, asked.checks) {
        (Some(permission), None) => {
            let question = Question {
                permission,
                organization_id: asked.organization_id,
            };
            (vec![question], true)
        }
        (None, Some(checks)) if asked.organization_id.is_none() => (checks, false),
        (None, None) => {
            let says = "The field permission is missing; or send checks, a list";
            return Err(Error::new(Code::MissingField)
                .says(says)
                .with("field", "permission"));
        }
        _ => {
            let says = "Send either permission and organization_id, or checks";
            return Err(Error::new(Code::InvalidField).says(says).with("field", "checks"));
        }
    };
    let mut fields = Fields::new();
    if questions.len() > MOST {
        let invalid = Invalid::new(Code::InvalidField, format!("at most {MOST} questions at once"));
        fields.refuse("checks", invalid);
    } else {
        for question in &questions {
            fields.take("permission", Pattern::parse(&question.permission));
        }
    }
    fields.done()?;
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        answers.push(answer(&app, &caller, question).await?);
    }
    match answers.pop() {
        Some(only) if one => Ok(Json(CheckResponse::One(only))),
        last => {
            answers.extend(last);
            Ok(Json(CheckResponse::Several { results: answers }))
        }
    }
}

async fn answer(app: &App, caller: &Identity, question: Question) -> Result<Answer> {
    let acting = match caller {
        Identity::Person(caller) => caller.session().organization_id.as_ref(),
        Identity::Key(_) => None,
    };
    let named = question.organization_id.as_deref();
    let organization = named.map_or_else(|| acting.cloned(), OrganizationId::parse);
    let verdict = match &organization {
        Some(id) => match asker(caller, id) {
            Ok(asker) => check::ask(app, &asker, id, &question.permission).await?,
            Err(error) if error.code() == Code::OrganizationNotFound => Verdict::NotAMember,
            Err(error) => return Err(error),
        },
        // What has not the form of an id is nobody's.
        None if named.is_some() => Verdict::NotAMember,
        None => Verdict::NoOrganization,
    };
    Ok(Answer {
        organization_id: question.organization_id.or(organization.map(|it| it.to_string())),
        permission: question.permission,
        allowed: matches!(verdict, Verdict::Granted(_)),
        reason: verdict.reason(),
        role: verdict.role(),
    })
}
