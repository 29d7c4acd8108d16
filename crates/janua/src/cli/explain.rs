//! `janua explain`.

use clap::Args;

use super::output::Output;
use super::{Failure, app_to_look};
use crate::app::App;
use crate::explain::person::{self, PersonExplained};
use crate::explain::request::{self, Happened, MailExplained, RequestExplained};
use crate::users::Email;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  janua explain req_01JD2V7Q\n  janua explain --user ada@example.com\n\nExit code 3 when nothing was recorded of the request."
)]
pub(super) struct Arguments {
    /// The id of a request, from `X-Request-ID` or `request_id` of its answer.
    #[arg(
        value_name = "REQUEST",
        required_unless_present = "user",
        conflicts_with = "user"
    )]
    request: Option<String>,
    /// The address of somebody who cannot sign in.
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
}

pub(super) async fn run(arguments: Arguments, output: Output) -> Result<(), Failure> {
    let app = app_to_look().await?;
    let done = carry_out(&app, arguments, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, arguments: Arguments, output: Output) -> Result<(), Failure> {
    if let Some(user) = arguments.user {
        let email = Email::parse(&user).map_err(|_| Failure::Wrong(format!("{user:?} is no address")))?;
        let told = person::explain(app, &email).await?;
        output.show(&told, || of_person(&told));
        return Ok(());
    }
    let id = arguments.request.unwrap_or_default();
    let told = request::explain(app, &id).await?;
    if told.happened.is_empty() && told.mails.is_empty() {
        return Err(Failure::Absent(format!(
            "nothing was recorded of {id}: look for it in the log of the server"
        )));
    }
    output.show(&told, || of_request(&told));
    Ok(())
}

fn of_person(told: &PersonExplained) -> String {
    let mut lines = vec![if told.can_sign_in {
        format!("{} can sign in with the right proof", told.email)
    } else {
        format!("{} cannot sign in now", told.email)
    }];
    for it in &told.reasons {
        lines.push(format!("  {}  {}", it.code, it.cause));
        lines.push(format!("    what to do  {} ({})", it.remedy, it.help));
    }
    lines.extend(told.notes.iter().map(|it| format!("  note  {it}")));
    lines.extend(told.refusals.iter().map(line));
    lines.extend(told.mails.iter().map(mail));
    lines.join("\n")
}

fn of_request(told: &RequestExplained) -> String {
    let mut lines = vec![told.request_id.clone()];
    lines.extend(told.happened.iter().map(line));
    lines.extend(told.mails.iter().map(mail));
    lines.join("\n")
}

fn line(it: &Happened) -> String {
    if it.asked.is_some() {
        return refusal(it);
    }
    let told = it.told.map(|code| format!(", told {code}")).unwrap_or_default();
    let truth = it
        .truth
        .as_ref()
        .map(|truth| format!(": {truth}"))
        .unwrap_or_default();
    format!("  {}  {} ({}{told}){truth}", it.at, it.action, it.outcome)
}

/// A refused request, in plain words.
fn refusal(it: &Happened) -> String {
    let mut lines = vec![format!(
        "  {}  {}",
        it.at,
        it.asked.as_deref().unwrap_or_default()
    )];
    let mut say = |what: &str, text: String| lines.push(format!("    {what:<13} {text}"));
    let status = it.status.unwrap_or_default();
    let help = it.help.map(|help| format!(" ({help})")).unwrap_or_default();
    say(
        "was told",
        format!(
            "{status} {}{help}",
            it.told.unwrap_or("a code of a newer version")
        ),
    );
    let truth = it.truth.as_deref();
    say(
        "was true",
        truth
            .unwrap_or("not recorded; look for the id in the log of the server")
            .to_owned(),
    );
    if let Some(inputs) = it.inputs.as_object().filter(|it| !it.is_empty()) {
        let inputs = inputs.iter().map(|(name, value)| format!("{name}={value}"));
        say("with", inputs.collect::<Vec<_>>().join(" "));
    }
    if let Some(remedy) = it.remedy {
        say("what to do", remedy.to_owned());
    }
    if let Some(user) = &it.user_id {
        say("account", user.clone());
    }
    if let Some(session) = &it.session_id {
        say("session", session.clone());
    }
    if let Some(ip) = &it.ip {
        let agent = it.user_agent.as_deref().unwrap_or_default();
        say("from", format!("{ip} {agent}").trim_end().to_owned());
    }
    lines.join("\n")
}

fn mail(it: &MailExplained) -> String {
    let answer = it.provider_answer.as_deref().unwrap_or("nothing yet");
    format!(
        "  {}  mail {} to {}: {} after {} tries; the mail server said {answer}",
        it.created_at, it.kind, it.to, it.state, it.attempts
    )
}
