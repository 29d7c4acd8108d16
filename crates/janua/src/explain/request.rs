//! One request, by the id that its answer carried.

use serde::Serialize;
use utoipa::ToSchema;

use super::truth;
use crate::app::App;
use crate::audit::{self, Filter, Reach};
use crate::error::Result;
use crate::outbox;
use crate::users::profile::rfc3339;

/// The most entries of one request.
const MOST: u32 = 100;

/// All that is known of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestExplained {
    /// Its id.
    #[schema(example = "req_01JD2V7Q")]
    pub request_id: String,
    /// What happened, in order. Empty when nothing was recorded: requests that change nothing and tell nothing of anybody
    /// leave lines in the log alone.
    pub happened: Vec<Happened>,
    /// What was mailed because of it.
    pub mails: Vec<MailExplained>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Happened {
    /// When.
    pub at: String,
    /// As in the audit log.
    #[schema(example = "sign_in.failed")]
    pub action: String,
    /// `success` or `failure`.
    pub outcome: String,
    /// The code that the person was told, where it was refused.
    pub told: Option<&'static str>,
    /// What was true, where it was refused.
    pub truth: Option<String>,
    /// The trouble, for the doctor.
    pub help: Option<&'static str>,
    /// Whose account it concerns.
    pub user_id: Option<String>,
    /// In which session.
    pub session_id: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// By which browser or program.
    pub user_agent: Option<String>,
}

impl Happened {
    pub(super) fn of(entry: audit::Entry) -> Self {
        let told = entry
            .reason
            .as_deref()
            .map(|it| truth(it, entry.user_id.is_some()));
        let code = told.as_ref().and_then(|(code, _)| *code);
        Self {
            at: rfc3339(entry.at),
            action: entry.name,
            outcome: entry.outcome,
            told: code.map(crate::error::Code::name),
            truth: told.map(|(_, truth)| truth),
            help: code.map(crate::error::Code::help),
            user_id: entry.user_id,
            session_id: entry.session_id,
            ip: entry.ip,
            user_agent: entry.user_agent,
        }
    }
}

/// A mail and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailExplained {
    /// What it is about.
    pub kind: String,
    /// Whom it is for.
    pub to: String,
    /// `queued`, `sent`, `failed` or `dropped`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What the mail server said last.
    pub provider_answer: Option<String>,
    /// When it was promised.
    pub created_at: String,
}

impl MailExplained {
    pub(super) fn of(entry: outbox::Entry) -> Self {
        Self {
            kind: entry.kind,
            to: entry.recipient,
            state: entry.state,
            attempts: entry.attempts,
            provider_answer: entry.provider_answer,
            created_at: rfc3339(entry.created_at),
        }
    }
}

/// Tells all that is known of a request.
///
/// # Errors
/// When the database fails.
pub async fn explain(app: &App, request_id: &str) -> Result<RequestExplained> {
    let filter = Filter {
        request_id: Some(request_id.to_owned()),
        ..Filter::default()
    };
    let (mut found, _) = audit::list(app, &Reach::Everything, &filter, None, MOST).await?;
    found.reverse();
    let mails = outbox::of_request(app, request_id).await?;
    Ok(RequestExplained {
        request_id: request_id.to_owned(),
        happened: found.into_iter().map(Happened::of).collect(),
        mails: mails.into_iter().map(MailExplained::of).collect(),
    })
}
