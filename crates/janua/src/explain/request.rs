//! One request, by the id that its answer carried.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{code, reason, truth};
use crate::app::App;
use crate::audit::{self, Filter, Reach};
use crate::error::{Code, Result, Truth};
use crate::users::profile::rfc3339;
use crate::{outbox, refusals};

/// What a refused request is called among what happened.
const REFUSED: &str = "request.refused";
/// The most entries of one request.
const MOST: u32 = 100;

/// All that is known of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestExplained {
    /// Its id.
    #[schema(example = "req_01JD2V7Q")]
    pub request_id: String,
    /// What happened, in order; last, how it was refused. Empty when nothing was recorded: requests that were answered
    /// and changed nothing leave lines in the log alone.
    pub happened: Vec<Happened>,
    /// What was mailed because of it.
    pub mails: Vec<MailExplained>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Happened {
    /// When.
    pub at: String,
    /// As in the audit log; `request.refused` for how the request was answered.
    #[schema(example = "sign_in.failed")]
    pub action: String,
    /// `success` or `failure`.
    pub outcome: String,
    /// What was asked, where it was refused.
    #[schema(example = "POST /api/v1/auth/login")]
    pub asked: Option<String>,
    /// The status of the answer, where it was refused.
    pub status: Option<i64>,
    /// The code that the person was told, where it was refused.
    pub told: Option<&'static str>,
    /// What was true, where it was refused.
    pub truth: Option<String>,
    /// The name of what was true.
    #[schema(example = "wrong_password")]
    pub reason: Option<String>,
    /// What the rule went by, without secrets and without what somebody sent.
    #[schema(value_type = Object)]
    pub inputs: Value,
    /// What to do about it, where it was refused.
    pub remedy: Option<&'static str>,
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
            asked: None,
            status: None,
            told: code.map(Code::name),
            truth: told.map(|(_, truth)| truth),
            reason: entry.reason,
            inputs: Value::Object(serde_json::Map::new()),
            remedy: code.map(Code::advice),
            help: code.map(Code::help),
            user_id: entry.user_id,
            session_id: entry.session_id,
            ip: entry.ip,
            user_agent: entry.user_agent,
        }
    }

    pub(super) fn of_refusal(row: refusals::Row) -> Self {
        // A newer version may have written what this one does not know.
        let code = code(&row.code);
        let known = row
            .truth
            .as_deref()
            .and_then(|it| Truth::ALL.iter().copied().find(|truth| truth.name() == it));
        let inputs = row.inputs.as_object().cloned().unwrap_or_default();
        let (truth, remedy) = match code {
            Some(code) => {
                let (truth, remedy) = reason(code, known, &inputs);
                (truth, Some(remedy))
            }
            None => (None, None),
        };
        Self {
            at: rfc3339(row.at),
            action: REFUSED.to_owned(),
            outcome: "failure".to_owned(),
            asked: Some(format!("{} {}", row.method, row.route)),
            status: Some(row.status),
            told: code.map(Code::name),
            truth,
            reason: row.truth,
            inputs: row.inputs,
            remedy,
            help: code.map(Code::help),
            user_id: row.user_id,
            session_id: row.session_id,
            ip: row.ip,
            user_agent: row.user_agent,
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
    refusals::settle(app).await?;
    let refused = refusals::of_request(app, request_id, MOST).await?;
    let mails = outbox::of_request(app, request_id).await?;
    let happened = found.into_iter().map(Happened::of);
    Ok(RequestExplained {
        request_id: request_id.to_owned(),
        happened: happened
            .chain(refused.into_iter().map(Happened::of_refusal))
            .collect(),
        mails: mails.into_iter().map(MailExplained::of).collect(),
    })
}
