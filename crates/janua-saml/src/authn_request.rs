//! Requests to sign somebody in.

use chrono::{DateTime, Utc};

use crate::binding::{self, Outgoing, Role};
use crate::xml::escape;
use crate::{Endpoint, Refusal, ServiceProvider, instant, names};

/// A request to sign somebody in.
#[derive(Debug, Clone)]
pub struct AuthnRequest<'a> {
    /// Its `ID`, see [`message_id`](crate::message_id); the response has to name it.
    pub id: &'a str,
    /// The time.
    pub issue_instant: DateTime<Utc>,
    /// Whether the person has to show who they are, even if they are signed in there.
    pub force_authn: bool,
    /// Whether nothing may be asked of the person.
    pub is_passive: bool,
    /// The address that the person typed, for providers that take one.
    pub login_hint: Option<&'a str>,
    /// The ways to sign in that count, any of them.
    pub authn_contexts: &'a [&'a str],
}

/// Signs a request and puts it on its way to an endpoint. `relay_state` comes back with the response.
pub fn send(
    request: &AuthnRequest<'_>,
    service_provider: &ServiceProvider,
    endpoint: &Endpoint,
    relay_state: Option<&str>,
) -> Result<Outgoing, Refusal> {
    binding::send(
        Role::Request,
        endpoint,
        request.id,
        &service_provider.signing,
        relay_state,
        |destination, signature| write(request, service_provider, destination.as_str(), signature),
    )
}

fn write(
    request: &AuthnRequest<'_>,
    service_provider: &ServiceProvider,
    destination: &str,
    signature: &str,
) -> String {
    let flag = |name: &str, it: bool| {
        if it {
            format!(" {name}=\"true\"")
        } else {
            String::new()
        }
    };
    let subject = request.login_hint.map_or_else(String::new, |hint| {
        format!(
            "<saml:Subject><saml:NameID Format=\"{}\">{}</saml:NameID></saml:Subject>",
            names::name_id::UNSPECIFIED,
            escape(hint)
        )
    });
    let policy = service_provider
        .name_id_format
        .as_deref()
        .map_or_else(String::new, |format| {
            format!(
                "<samlp:NameIDPolicy Format=\"{}\" AllowCreate=\"true\"/>",
                escape(format)
            )
        });
    let contexts = request.authn_contexts.iter().fold(String::new(), |all, it| {
        all + "<saml:AuthnContextClassRef>" + &escape(it) + "</saml:AuthnContextClassRef>"
    });
    let contexts = if contexts.is_empty() {
        contexts
    } else {
        format!("<samlp:RequestedAuthnContext Comparison=\"exact\">{contexts}</samlp:RequestedAuthnContext>")
    };
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"{protocol}\" xmlns:saml=\"{assertion}\" ID=\"{id}\" Version=\"2.0\" \
         IssueInstant=\"{instant}\" Destination=\"{destination}\"{force}{passive} ProtocolBinding=\"{post}\" \
         AssertionConsumerServiceURL=\"{acs}\"><saml:Issuer>{issuer}</saml:Issuer>{signature}{subject}{policy}\
         {contexts}</samlp:AuthnRequest>",
        protocol = names::PROTOCOL,
        assertion = names::ASSERTION,
        id = escape(request.id),
        instant = instant::write(request.issue_instant),
        destination = escape(destination),
        force = flag("ForceAuthn", request.force_authn),
        passive = flag("IsPassive", request.is_passive),
        post = names::BINDING_POST,
        acs = escape(service_provider.acs.as_str()),
        issuer = escape(&service_provider.entity_id),
    )
}
