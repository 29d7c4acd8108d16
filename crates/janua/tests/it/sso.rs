//! Single sign-on of organizations: connections, who gets in through them and as what, and what a provider or a thief
//! gets wrong.

mod connections;
mod hostile;
mod linking;
mod linking_hostile;
mod metadata;
mod provisioning;
mod routing;
mod saml;
mod saml_hostile;
mod saml_logout;
pub(crate) mod saml_idp;
mod setup;
mod sign_in;

use reqwest::Method;
use serde_json::{Value, json};

use crate::organizations::{Insider, path};
use crate::pages::browser::Browser;
use crate::social::idp::{CLIENT, Idp, SECRET};
use crate::support::{Answer, TestJanua};

pub(crate) const CONNECTIONS: &str = "/api/v1/sso/connections";
pub(crate) const INITIATE: &str = "/api/v1/sso/initiate";
const ADA: &str = "ada@acme.com";

/// Settings with which organizations may connect to providers of a test.
pub(crate) const SETTINGS: [(&str, &str); 4] = [
    ("SSO_RELAY_STATE_SECRET", "relay-state-secret-of-the-tests"),
    ("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1/32"),
    ("WEBHOOK_ALLOW_HTTP", "true"),
    ("RATE_LIMIT_ENABLED", "false"),
];

/// A Janua whose organizations may sign people in at this provider.
pub(crate) async fn janua_with(idp: &Idp, more: &[(&str, &str)]) -> TestJanua {
    idp.janua(&[&SETTINGS, more].concat()).await
}

/// An organization with a verified domain, and who owns it.
pub(crate) struct Customer {
    pub(crate) owner: Insider,
    pub(crate) organization: String,
}

impl Customer {
    pub(crate) async fn of(janua: &TestJanua, slug: &str) -> Self {
        let owner = Insider::of(janua, &format!("owner@{slug}.example")).await;
        let organization = owner.founds(janua, slug).await;
        let it = Self { owner, organization };
        it.proves(janua, &format!("{slug}.com")).await;
        it
    }

    /// Verifies a domain.
    pub(crate) async fn proves(&self, janua: &TestJanua, domain: &str) -> String {
        let at = path(&self.organization, "/domains");
        let claimed = self
            .owner
            .post(janua, &at, json!({"domain": domain}))
            .await
            .accepted();
        let (name, value) = (claimed.str("/record/name"), claimed.str("/record/value"));
        janua.app.dns.tell(&name, Ok(&[&value]));
        let id = claimed.str("/id");
        let at = format!("{at}/{id}/verify");
        self.owner.post(janua, &at, json!({})).await.accepted();
        id
    }

    /// Adds a connection with what is different of it.
    pub(crate) async fn connects(&self, janua: &TestJanua, idp: &Idp, more: Value) -> Answer {
        let mut body = json!({"organization_id": self.organization, "kind": "oidc", "name": "Acme ID", "state": "enabled",
            "oidc": {"issuer": idp.url, "client_id": CLIENT, "client_secret": SECRET}});
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        self.owner.post(janua, CONNECTIONS, body).await
    }

    pub(crate) async fn changes(&self, janua: &TestJanua, id: &str, body: Value) -> Answer {
        self.owner
            .patch(janua, &format!("{CONNECTIONS}/{id}"), body)
            .await
    }
}

/// Somebody as the provider describes them.
pub(crate) fn claims(idp: &Idp, subject: &str, email: &str) -> Value {
    json!({"iss": idp.url, "sub": subject, "email": email, "given_name": "Ada", "family_name": "Lovelace"})
}

/// Begins at the API in a browser; gives where it is sent.
pub(crate) async fn leaves(browser: &mut Browser<'_>, wanted: Value) -> Answer {
    let request = browser.janua.request(Method::POST, INITIATE).json(&wanted);
    let cookies: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let answer = browser
        .janua
        .send(request.header("cookie", cookies.join("; ")))
        .await;
    for line in answer.cookies() {
        let (name, rest) = line.split_once('=').expect("a cookie");
        let value = rest.split(';').next().unwrap_or_default();
        browser.cookies.insert(name.to_owned(), value.to_owned());
    }
    answer
}

/// Leaves for the provider, signs in there as somebody, and comes back.
pub(crate) async fn comes_back(
    browser: &mut Browser<'_>,
    idp: &Idp,
    connection: &str,
    claims: Value,
) -> Answer {
    let left = leaves(browser, json!({"connection_id": connection}))
        .await
        .accepted();
    let back = idp.signs_in(&left.str("/redirect_url"), claims);
    browser.comes_to(&back).await
}

/// How many accounts, sessions, links and members there are: what a refusal must not change.
async fn counted(janua: &TestJanua) -> (i64, i64, i64, usize) {
    (
        janua.count("SELECT count(*) FROM users").await,
        janua.count("SELECT count(*) FROM sessions").await,
        janua.count("SELECT count(*) FROM sso_accounts").await,
        janua
            .events()
            .await
            .iter()
            .filter(|it| *it == "member.added")
            .count(),
    )
}
