//! Linking and unlinking what one holds at the identity provider of one's organization, by the API and on the page.

use janua::io::db::Querier;
use janua::params;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, claims, comes_back, counted, janua_with};
use crate::organizations::{Insider, joins};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::social::idp::Idp;
use crate::social::linking::onward;
use crate::support::{Answer, TestJanua, minutes};

pub(super) const LINKS: &str = "/api/v1/users/me/sso/connections";
pub(super) const PAGE: &str = "/account/connections";
/// Of a domain that no organization has proven.
pub(super) const GRACE: &str = "grace@navy.example";

pub(super) fn link(connection: &str) -> String {
    format!("{LINKS}/{connection}/link")
}

/// A provider, a connection to it, and a member of its organization who has a password.
pub(super) struct Scene {
    pub(super) idp: Idp,
    pub(super) janua: TestJanua,
    pub(super) acme: Customer,
    pub(super) connection: String,
    pub(super) grace: Insider,
}

impl Scene {
    pub(super) async fn new() -> Self {
        let idp = Idp::start().await;
        let janua = janua_with(&idp, &[]).await;
        let acme = Customer::of(&janua, "acme").await;
        let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
        let grace = Insider::of(&janua, GRACE).await;
        joins(&janua, &acme.organization, &grace, "member").await;
        Self {
            idp,
            janua,
            acme,
            connection,
            grace,
        }
    }

    /// What the provider says of Grace: an address that nobody has proven.
    pub(super) fn said(&self, subject: &str) -> Value {
        let mut said = claims(&self.idp, subject, GRACE);
        said["iat"] = json!(self.janua.app.clock.now().timestamp());
        said
    }

    /// Leaves from the page; gives where the browser comes back to.
    pub(super) async fn leaves(&self, browser: &mut Browser<'_>, subject: &str) -> String {
        browser.opens(PAGE).await.accepted();
        let left = browser
            .sends(&format!("{PAGE}/sso/{}/link", self.connection), &[])
            .await;
        self.idp.signs_in(&onward(&left), self.said(subject))
    }

    pub(super) async fn links(&self, browser: &mut Browser<'_>, subject: &str) -> Answer {
        let back = self.leaves(browser, subject).await;
        browser.comes_to(&back).await
    }

    pub(super) async fn unlinks(&self, browser: &mut Browser<'_>) -> Answer {
        browser.opens(PAGE).await.accepted();
        browser
            .sends(&format!("{PAGE}/sso/{}/unlink", self.connection), &[])
            .await
    }
}

pub(super) fn assert_linked(arrived: &Answer) {
    assert_eq!(arrived.status, 303, "{}", arrived.text);
    let place = arrived.header("location");
    assert!(place.ends_with("/account/connections?done=linked"), "{place}");
}

#[tokio::test]
async fn a_member_links_on_the_page_signs_in_with_it_and_unlinks() {
    let it = Scene::new().await;
    let mut browser = Browser::of(&it.janua, GRACE).await;
    browser
        .opens("/account/security")
        .await
        .says("href=\"/account/connections\"");
    let page = browser.opens(PAGE).await.accepted();
    assert_page(&page);
    page.says("Link Acme ID of The acme");
    // The address counts for nothing: it opens nothing before, and everything after.
    let mut other = Browser::new(&it.janua);
    comes_back(&mut other, &it.idp, &it.connection, it.said("1"))
        .await
        .refused("SSO_EMAIL_UNTRUSTED");
    let before = counted(&it.janua).await;
    assert_linked(&it.links(&mut browser, "1").await);
    assert_eq!(counted(&it.janua).await, (before.0, before.1, 1, before.3));
    let page = browser.opens("/account/connections?done=linked").await.accepted();
    assert_page(&page);
    page.says("It is linked");
    page.says("Unlink Acme ID");
    let facts = it.janua.facts("sso.linked").await;
    assert_eq!(
        (&facts["connection_id"], &facts["organization_id"]),
        (&json!(it.connection), &json!(it.acme.organization))
    );
    comes_back(&mut other, &it.idp, &it.connection, it.said("1"))
        .await
        .leads_to("/account/security");
    let me = other.opens("/api/v1/users/me").await.accepted();
    assert_eq!(me.str("/id"), it.grace.id);

    it.unlinks(&mut browser)
        .await
        .leads_to("/account/connections?done=sso_unlinked");
    let page = browser
        .opens("/account/connections?done=sso_unlinked&lang=es")
        .await
        .accepted();
    assert_page(&page);
    page.says("Vincular Acme ID de The acme");
    // Who came in by it is out; who did not stays.
    other
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    it.grace.get(&it.janua, "/api/v1/users/me").await.accepted();
    comes_back(&mut other, &it.idp, &it.connection, it.said("1"))
        .await
        .refused("SSO_EMAIL_UNTRUSTED");
    let facts = it.janua.facts("sso.unlinked").await;
    assert_eq!(facts["connection_id"], json!(it.connection));
    assert_eq!(it.janua.facts("session.revoked").await["because"], "sso_unlinked");
    let subjects: Vec<_> = it.janua.mails(GRACE).await.into_iter().collect();
    let subjects: Vec<_> = subjects.into_iter().map(|it| it.subject).collect();
    for expected in ["opens your", "does not open your"] {
        assert!(subjects.iter().any(|it| it.contains(expected)), "{subjects:?}");
    }
}

#[tokio::test]
async fn the_api_lists_links_and_unlinks() {
    let it = Scene::new().await;
    let (janua, grace) = (&it.janua, &it.grace);
    let nothing = grace.get(janua, LINKS).await.accepted().json();
    let available = json!([{"connection_id": it.connection, "connection_name": "Acme ID", "kind": "oidc",
        "organization_id": it.acme.organization, "organization_name": "The acme"}]);
    assert_eq!(nothing, json!({"links": [], "available": available}));
    let at = link(&it.connection);
    grace.delete(janua, &at).await.refused("SSO_NOT_LINKED");
    let body = json!({"return_url": "https://evil.example/"});
    grace.post(janua, &at, body).await.refused("INVALID_FIELD");
    let begun = grace
        .post(janua, &at, json!({"return_url": "/account/profile"}))
        .await
        .accepted();
    // An application's browser, which holds no session of ours.
    let mut browser = Browser::new(janua);
    browser.keep(&begun);
    let back = it.idp.signs_in(&begun.str("/redirect_url"), it.said("1"));
    let arrived = browser.comes_to(&back).await;
    assert!(arrived.header("location").ends_with("/account/profile"));
    assert!(!browser.cookies.keys().any(|it| it.contains("janua_session")));
    let told = grace.get(janua, LINKS).await.accepted().json();
    assert_eq!(told["available"], json!([]));
    let told = &told["links"][0];
    assert_eq!(
        (&told["connection_id"], &told["email"], &told["is_required"]),
        (&json!(it.connection), &json!(GRACE), &json!(false))
    );
    assert!(told["created_at"].is_string() && told["last_used_at"].is_string());
    let gone = grace.delete(janua, &at).await.accepted();
    assert_eq!(gone.status, 204);
    assert_eq!(grace.get(janua, LINKS).await.json(), nothing);
}

#[tokio::test]
async fn who_may_not_is_refused_before_anything_is_looked_up() {
    let it = Scene::new().await;
    let janua = &it.janua;
    let at = link(&it.connection);
    let body = json!({"name": "a script", "scopes": ["profile:read"]});
    let key = it.grace.post(janua, "/api/v1/api-keys", body).await.accepted();
    let key = key.str("/key");
    for (method, path) in [
        (Method::GET, LINKS.to_owned()),
        (Method::POST, at.clone()),
        (Method::DELETE, at.clone()),
    ] {
        let request = janua.request(method.clone(), &path).json(&json!({}));
        janua.send(request).await.refused("NOT_AUTHENTICATED");
        let request = janua.request(method, &path).json(&json!({}));
        janua
            .send(request.bearer_auth(&key))
            .await
            .refused("API_KEY_NOT_ALLOWED");
    }
    // To who does not belong to the organization the connection does not exist.
    let eve = Insider::of(janua, "eve@navy.example").await;
    for id in [it.connection.as_str(), "nothing"] {
        eve.post(janua, &link(id), json!({}))
            .await
            .refused("SSO_CONNECTION_NOT_FOUND");
    }
    assert_eq!(
        eve.get(janua, LINKS).await.json(),
        json!({"links": [], "available": []})
    );
    // No organization decides who administers the platform.
    joins(janua, &it.acme.organization, &eve, "member").await;
    let mut browser = Browser::of(janua, "eve@navy.example").await;
    let back = it.leaves(&mut browser, "1").await;
    janua.makes_admin("eve@navy.example").await;
    assert_eq!(counted(janua).await.2, 0);
    let arrived = browser.comes_to(&back).await;
    assert!(arrived.status.is_client_error(), "{}", arrived.text);
    let eve = janua.person("eve@navy.example").signs_in().await;
    eve.post(janua, &at, json!({})).await.refused("SSO_LINK_REFUSED");
    assert_eq!(counted(janua).await.2, 0);
    janua.advance(minutes(11));
    it.grace
        .post(janua, &at, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    it.grace
        .delete(janua, &at)
        .await
        .refused("REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn what_the_organization_enforces_stays_linked() {
    let it = Scene::new().await;
    let janua = &it.janua;
    // Grace's address is of a domain that the organization proves now.
    it.acme.proves(janua, "navy.example").await;
    let mut browser = Browser::of(janua, GRACE).await;
    assert_linked(&it.links(&mut browser, "1").await);
    it.acme
        .changes(janua, &it.connection, json!({"enforce_sso": true}))
        .await
        .accepted();
    let page = browser.opens(PAGE).await.accepted();
    page.says("The organization wants you to sign in here");
    assert!(!page.text.contains("Unlink Acme ID"));
    let told = it.grace.get(janua, LINKS).await.accepted().json();
    assert_eq!(told["links"][0]["is_required"], true);
    it.grace
        .delete(janua, &link(&it.connection))
        .await
        .refused("SSO_UNLINK_REFUSED");
    assert_eq!(counted(janua).await.2, 1);
    // An owner may sign in another way, and so may let go of it.
    it.acme.proves(janua, "acme.example").await;
    let mut of_owner = Browser::of(janua, "owner@acme.example").await;
    assert_linked(&it.links(&mut of_owner, "2").await);
    it.unlinks(&mut of_owner)
        .await
        .leads_to("/account/connections?done=sso_unlinked");
    it.acme
        .changes(janua, &it.connection, json!({"enforce_sso": false}))
        .await
        .accepted();
    it.grace.delete(janua, &link(&it.connection)).await.accepted();
    assert_eq!(counted(janua).await.2, 0);
}

#[tokio::test]
async fn who_has_a_link_that_opens_the_account_may_remove_the_last_passkey() {
    let it = Scene::new().await;
    let (janua, grace) = (&it.janua, &it.grace.session);
    let mut browser = Browser::of(janua, GRACE).await;
    assert_linked(&it.links(&mut browser, "1").await);
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(crate::passkeys::adds_a_passkey(janua, grace).await);
    }
    let mut db = &janua.app.db;
    db.execute("DELETE FROM passwords", params![])
        .await
        .expect("deleted");
    let removes = async |id: &str| grace.delete(janua, &format!("/api/v1/passkeys/{id}")).await;
    let is = async |state: &str| {
        let change = json!({"state": state});
        it.acme.changes(janua, &it.connection, change).await.accepted();
    };
    removes(&ids[0]).await.accepted();
    // What nobody signs in through is no way in.
    is("disabled").await;
    removes(&ids[1]).await.refused("LAST_WAY_IN");
    is("enabled").await;
    removes(&ids[1]).await.accepted();
    // Nor does the link go then.
    grace
        .delete(janua, &link(&it.connection))
        .await
        .refused("LAST_WAY_IN");
}
