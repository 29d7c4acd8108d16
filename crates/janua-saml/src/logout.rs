//! Single logout, both ways: we ask and are answered, we are asked and answer.
//!
//! Whoever may send a request to sign out ends sessions, so an unsigned one is refused, whichever way it came.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::binding::{self, Outgoing, Query, Role};
use crate::response::{
    self, NameId, Unverified, refuse_other_destination, refuse_other_issuer, refuse_other_message,
};
use crate::signature::{self, Trust, failed};
use crate::xml::{Node, Xml, escape};
use crate::{Endpoint, IdentityProvider, Kind, Refusal, ServiceProvider, Verified, instant, names};

/// How long a message may be on its way where it does not say so itself: what is older was kept to be sent again.
const LONGEST_WAY: TimeDelta = TimeDelta::minutes(10);

/// A request of ours to sign somebody out.
#[derive(Debug, Clone)]
pub struct LogoutRequest<'a> {
    /// Its `ID`, see [`message_id`](crate::message_id); the answer names it.
    pub id: &'a str,
    /// The time.
    pub issue_instant: DateTime<Utc>,
    /// When it is too late for it.
    pub not_on_or_after: DateTime<Utc>,
    /// Who is signed out.
    pub name_id: &'a NameId,
    /// Which session of theirs; none means all.
    pub session_index: Option<&'a str>,
}

/// An answer of ours to a request to sign somebody out.
#[derive(Debug, Clone)]
pub struct LogoutResponse<'a> {
    /// Its `ID`, see [`message_id`](crate::message_id).
    pub id: &'a str,
    /// The time.
    pub issue_instant: DateTime<Utc>,
    /// The `ID` of the request.
    pub in_response_to: &'a str,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a request to sign out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// Not everybody who should have heard of it did.
    Partial,
    /// It was refused as wrong.
    Refused,
    /// It failed, with these words where others said so.
    Failed(String),
}

/// A message as it came.
#[derive(Debug, Clone, Copy)]
pub enum Incoming<'a> {
    /// The query of the URL, as it was sent and not decoded: the signature covers its letters.
    Redirect {
        /// What stands after the question mark.
        query: &'a str,
    },
    /// The field `SAMLRequest` or `SAMLResponse` of a form.
    Post {
        /// Its value.
        message: &'a str,
    },
}

/// What a message about signing out is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who has to have signed it.
    pub identity_provider: &'a IdentityProvider,
    /// For whom it has to be.
    pub service_provider: &'a ServiceProvider,
    /// The time.
    pub now: DateTime<Utc>,
    /// What clocks may differ by.
    pub skew: Duration,
    /// Whether SHA-1 is put up with.
    pub allow_sha1: bool,
}

/// A verified request to sign somebody out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its `ID`, which our answer has to name.
    pub id: String,
    /// Who asks.
    pub issuer: String,
    /// Who is to be signed out.
    pub name_id: NameId,
    /// Which sessions of theirs; none means all.
    pub session_indexes: Vec<String>,
    /// Until when it counts.
    pub not_on_or_after: Option<DateTime<Utc>>,
}

/// A verified answer to a request of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Its `ID`.
    pub id: String,
    /// What became of the request.
    pub outcome: Outcome,
}

/// Signs a request and puts it on its way.
pub fn send_request(
    request: &LogoutRequest<'_>,
    service_provider: &ServiceProvider,
    endpoint: &Endpoint,
    relay_state: Option<&str>,
) -> Result<Outgoing, Refusal> {
    let key = &service_provider.signing;
    binding::send(
        Role::Request,
        endpoint,
        request.id,
        key,
        relay_state,
        |destination, signature| {
            let index = request.session_index.map_or_else(String::new, |it| {
                format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escape(it))
            });
            let end = format!(" NotOnOrAfter=\"{}\"", instant::write(request.not_on_or_after));
            write(
                "LogoutRequest",
                (request.id, request.issue_instant, destination.as_str()),
                &end,
                &service_provider.entity_id,
                &format!("{signature}{}{index}", write_name_id(request.name_id)),
            )
        },
    )
}

/// Signs an answer and puts it on its way. `relay_state` is the one of the request.
pub fn send_response(
    response: &LogoutResponse<'_>,
    service_provider: &ServiceProvider,
    endpoint: &Endpoint,
    relay_state: Option<&str>,
) -> Result<Outgoing, Refusal> {
    let key = &service_provider.signing;
    binding::send(
        Role::Response,
        endpoint,
        response.id,
        key,
        relay_state,
        |destination, signature| {
            let (code, inner) = match &response.outcome {
                Outcome::Done => (names::SUCCESS, None),
                Outcome::Partial => (names::SUCCESS, Some(names::PARTIAL_LOGOUT)),
                Outcome::Refused => (names::REQUESTER, None),
                Outcome::Failed(_) => (names::RESPONDER, None),
            };
            let inner = inner.map_or_else(String::new, |it| format!("<samlp:StatusCode Value=\"{it}\"/>"));
            write(
                "LogoutResponse",
                (response.id, response.issue_instant, destination.as_str()),
                &format!(" InResponseTo=\"{}\"", escape(response.in_response_to)),
                &service_provider.entity_id,
                &format!(
                    "{signature}<samlp:Status><samlp:StatusCode Value=\"{code}\">{inner}</samlp:StatusCode></samlp:Status>"
                ),
            )
        },
    )
}

fn write(
    name: &str,
    (id, issue_instant, destination): (&str, DateTime<Utc>, &str),
    attributes: &str,
    issuer: &str,
    content: &str,
) -> String {
    format!(
        "<samlp:{name} xmlns:samlp=\"{protocol}\" xmlns:saml=\"{assertion}\" ID=\"{id}\" Version=\"2.0\" \
         IssueInstant=\"{instant}\" Destination=\"{destination}\"{attributes}><saml:Issuer>{issuer}</saml:Issuer>\
         {content}</samlp:{name}>",
        protocol = names::PROTOCOL,
        assertion = names::ASSERTION,
        id = escape(id),
        instant = instant::write(issue_instant),
        destination = escape(destination),
        issuer = escape(issuer),
    )
}

fn write_name_id(name_id: &NameId) -> String {
    let attribute = |name: &str, value: &Option<String>| {
        value
            .as_ref()
            .map_or_else(String::new, |it| format!(" {name}=\"{}\"", escape(it)))
    };
    format!(
        "<saml:NameID{}{}{}>{}</saml:NameID>",
        attribute("Format", &name_id.format),
        attribute("NameQualifier", &name_id.name_qualifier),
        attribute("SPNameQualifier", &name_id.sp_name_qualifier),
        escape(&name_id.value)
    )
}

/// Reads who a request or an answer says it is from.
pub fn peek(incoming: Incoming<'_>) -> Result<Unverified, Refusal> {
    let role = match incoming {
        Incoming::Redirect { query } if Query::read(query, Role::Request).is_err() => Role::Response,
        _ => Role::Request,
    };
    let (text, _) = open(incoming, role)?;
    let xml = Xml::read(&text)?;
    if !xml.root().is(names::PROTOCOL, "LogoutRequest") && !xml.root().is(names::PROTOCOL, "LogoutResponse") {
        return Err(Refusal::malformed("it is not about signing out").seen(xml.root().name()));
    }
    response::unverified(xml.root())
}

/// Verifies a request to sign somebody out.
pub fn verify_request(incoming: Incoming<'_>, expected: &Expected<'_>) -> Result<Verified<Request>, Refusal> {
    let (text, query) = open(incoming, Role::Request)?;
    let xml = Xml::read(&text)?;
    let root = xml.root();
    refuse_unless_genuine(&xml, "LogoutRequest", query.as_ref(), expected)?;
    let not_on_or_after = instant::of(root, "NotOnOrAfter")?;
    if let Some(end) = not_on_or_after
        && instant::is_over(end, expected.now, expected.skew)
    {
        return Err(
            Refusal::new(Kind::Expired, "the request to sign out is over (NotOnOrAfter)")
                .expected(format!("after {}", instant::write(expected.now)))
                .seen(instant::write(end)),
        );
    }
    Ok(Verified::new(Request {
        id: root.needs("ID")?.to_owned(),
        issuer: root.one(names::ASSERTION, "Issuer")?.text()?,
        name_id: response::name_id(root, &expected.service_provider.decryption)?,
        session_indexes: root
            .all(names::PROTOCOL, "SessionIndex")
            .map(Node::text)
            .collect::<Result<_, _>>()?,
        not_on_or_after,
    }))
}

/// Verifies the answer to the request with this `ID`.
pub fn verify_response(
    incoming: Incoming<'_>,
    request_id: &str,
    expected: &Expected<'_>,
) -> Result<Verified<Response>, Refusal> {
    let (text, query) = open(incoming, Role::Response)?;
    let xml = Xml::read(&text)?;
    let root = xml.root();
    refuse_unless_genuine(&xml, "LogoutResponse", query.as_ref(), expected)?;
    let seen = root.attribute("InResponseTo");
    if seen != Some(request_id) {
        return Err(Refusal::malformed("it answers another request (InResponseTo)")
            .expected(request_id)
            .seen(seen.unwrap_or("nothing")));
    }
    let (codes, told) = response::status(root)?;
    let outcome = match codes.first().map(String::as_str) {
        Some(names::SUCCESS) if codes.iter().any(|it| it == names::PARTIAL_LOGOUT) => Outcome::Partial,
        Some(names::SUCCESS) => Outcome::Done,
        Some(names::REQUESTER) => Outcome::Refused,
        _ => Outcome::Failed(told.unwrap_or_else(|| codes.join(" / "))),
    };
    Ok(Verified::new(Response {
        id: root.needs("ID")?.to_owned(),
        outcome,
    }))
}

fn open(incoming: Incoming<'_>, role: Role) -> Result<(String, Option<Query<'_>>), Refusal> {
    match incoming {
        Incoming::Post { message } => Ok((binding::decode_form(message)?, None)),
        Incoming::Redirect { query } => {
            let query = Query::read(query, role)?;
            Ok((query.message()?, Some(query)))
        }
    }
}

/// Signed by a pinned certificate, from the right party, for this place.
fn refuse_unless_genuine(
    xml: &Xml<'_>,
    name: &str,
    query: Option<&Query<'_>>,
    expected: &Expected<'_>,
) -> Result<(), Refusal> {
    let root = xml.root();
    refuse_other_message(root, name)?;
    let trust = Trust {
        certificates: &expected.identity_provider.certificates,
        allow_sha1: expected.allow_sha1,
    };
    if let Some(query) = query {
        query.verify(trust)?;
        // Inside a signed query there is none.
        signature::verify(xml, &[], trust)?;
    } else if signature::verify(xml, &[root], trust)?.is_empty() {
        return Err(failed("the message is not signed"));
    }
    refuse_other_issuer(root, false, expected.identity_provider)?;
    let place = expected
        .service_provider
        .slo
        .as_ref()
        .ok_or_else(|| Refusal::malformed("no place for messages about signing out is set up"))?;
    refuse_other_destination(root, false, place)?;
    refuse_unless_fresh(root, expected)
}

fn refuse_unless_fresh(root: Node<'_, '_>, expected: &Expected<'_>) -> Result<(), Refusal> {
    let issued = instant::of(root, "IssueInstant")?
        .ok_or_else(|| Refusal::malformed("it does not say when it was issued"))?;
    let told = |kind: Kind, detail: &str| {
        Refusal::new(kind, detail)
            .expected(format!("about {}", instant::write(expected.now)))
            .seen(instant::write(issued))
    };
    if instant::is_ahead(issued, expected.now, expected.skew) {
        return Err(told(
            Kind::NotYetValid,
            "it was issued later than now; do the clocks of both sides agree?",
        ));
    }
    if instant::is_over(issued + LONGEST_WAY, expected.now, expected.skew) {
        return Err(told(Kind::Expired, "it was issued too long ago (IssueInstant)"));
    }
    Ok(())
}
