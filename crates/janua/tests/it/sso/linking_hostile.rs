//! Links that somebody else finishes, that come too late, twice, or for what is not one's own.

use futures_util::future::join_all;
use serde_json::json;

use super::linking::{GRACE, PAGE, Scene, assert_linked, link};
use super::saml_idp::{SamlIdp, brings};
use super::{claims, comes_back, counted};
use crate::organizations::{Insider, joins, path};
use crate::pages::browser::Browser;
use crate::social::linking::onward;

const EVE: &str = "eve@navy.example";

#[tokio::test]
async fn nobody_else_finishes_a_link() {
    let it = Scene::new().await;
    let janua = &it.janua;
    let eve = Insider::of(janua, EVE).await;
    joins(janua, &it.acme.organization, &eve, "member").await;
    // Eve sends her way back to Grace, whose identity would open Eve's account from then on.
    let mut of_eve = Browser::of(janua, EVE).await;
    let back = it.leaves(&mut of_eve, "grace").await;
    let mut of_grace = Browser::of(janua, GRACE).await;
    of_grace.comes_to(&back).await.refused("SSO_STATE_INVALID");
    let _ = it.leaves(&mut of_grace, "grace").await;
    of_grace.comes_to(&back).await.refused("SSO_STATE_INVALID");
    assert_eq!(counted(janua).await.2, 0);
    // It is still good where it began: nobody else has used it up.
    assert_linked(&of_eve.comes_to(&back).await);
}

#[tokio::test]
async fn a_link_ends_with_the_session_that_began_it() {
    let it = Scene::new().await;
    let janua = &it.janua;
    Insider::of(janua, EVE).await;
    // Somebody else signs in in the same browser.
    let mut shared = Browser::of(janua, GRACE).await;
    let back = it.leaves(&mut shared, "1").await;
    shared.cookies.retain(|name, _| name.contains("janua_sso"));
    let kept = shared.cookies.clone();
    let mut shared = Browser::of(janua, EVE).await;
    shared.cookies.extend(kept);
    shared.comes_to(&back).await.refused("SSO_STATE_INVALID");
    // Signed out in between, in the same browser or from afar.
    let mut browser = Browser::of(janua, GRACE).await;
    let back = it.leaves(&mut browser, "1").await;
    it.grace.delete(janua, "/api/v1/sessions").await.accepted();
    browser.comes_to(&back).await.refused("TOKEN_REVOKED");
    assert_eq!(counted(janua).await.2, 0);
    assert!(!janua.events().await.contains(&"sso.linked".to_owned()));
}

#[tokio::test]
async fn a_link_asks_once_more_who_belongs_and_what_is_enabled() {
    let it = Scene::new().await;
    let janua = &it.janua;
    let mut browser = Browser::of(janua, GRACE).await;
    let back = it.leaves(&mut browser, "1").await;
    it.acme
        .changes(janua, &it.connection, json!({"state": "disabled"}))
        .await
        .accepted();
    browser.comes_to(&back).await.refused("SSO_CONNECTION_DISABLED");
    it.grace
        .post(janua, &link(&it.connection), json!({}))
        .await
        .refused("SSO_CONNECTION_DISABLED");
    it.acme
        .changes(janua, &it.connection, json!({"state": "enabled"}))
        .await
        .accepted();
    let back = it.leaves(&mut browser, "1").await;
    let at = path(&it.acme.organization, &format!("/members/{}", it.grace.id));
    it.acme.owner.delete(janua, &at).await.accepted();
    browser.comes_to(&back).await.refused("SSO_NOT_PROVISIONED");
    assert_eq!(counted(janua).await.2, 0);
}

#[tokio::test]
async fn what_one_holds_there_opens_one_account_here() {
    let it = Scene::new().await;
    let janua = &it.janua;
    let mut ada = Browser::new(janua);
    comes_back(
        &mut ada,
        &it.idp,
        &it.connection,
        claims(&it.idp, "1", "ada@acme.com"),
    )
    .await
    .leads_to("/account/security");
    let mut browser = Browser::of(janua, GRACE).await;
    it.links(&mut browser, "1").await.refused("SSO_LINKED_ELSEWHERE");
    // Nor does an account have two of one connection; the same once more changes nothing.
    assert_linked(&it.links(&mut browser, "2").await);
    browser.opens("/account/profile").await.accepted();
    for (subject, code) in [("3", Some("SSO_ALREADY_LINKED")), ("2", None)] {
        browser.opens("/account/profile").await.accepted();
        let left = browser
            .sends(&format!("{PAGE}/sso/{}/link", it.connection), &[])
            .await;
        let back = it.idp.signs_in(&onward(&left), it.said(subject));
        let arrived = browser.comes_to(&back).await;
        match code {
            Some(code) => drop(arrived.refused(code)),
            None => assert_linked(&arrived),
        }
    }
    assert_eq!(counted(janua).await.2, 2);
}

#[tokio::test]
async fn of_fifty_who_finish_one_link_one_does() {
    let it = Scene::new().await;
    let janua = &it.janua;
    let mut browser = Browser::of(janua, GRACE).await;
    let back = it.leaves(&mut browser, "1").await;
    let cookies: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let tries = (0..50).map(|_| {
        let request = janua.request(reqwest::Method::GET, &back);
        janua.send(request.header("cookie", cookies.join("; ")))
    });
    let answers = join_all(tries).await;
    assert_eq!(answers.iter().filter(|it| it.status == 303).count(), 1);
    let linked = janua.events().await.into_iter();
    assert_eq!(linked.filter(|it| it == "sso.linked").count(), 1);
    assert_eq!((counted(janua).await.2, it.idp.was_asked("token")), (1, 1));
}

#[tokio::test]
async fn the_last_way_in_stays_also_of_two_that_go_at_once() {
    let it = Scene::new().await;
    let janua = &it.janua;
    let second = it
        .acme
        .connects(janua, &it.idp, json!({"name": "Second ID"}))
        .await
        .accepted()
        .str("/id");
    // An account without a password, which a connection has made.
    let mut ada = Browser::new(janua);
    comes_back(
        &mut ada,
        &it.idp,
        &it.connection,
        claims(&it.idp, "1", "ada@acme.com"),
    )
    .await
    .leads_to("/account/security");
    let refused = it.unlinks(&mut ada).await;
    assert_eq!(refused.status, 409);
    refused.says("last way in");
    ada.opens(PAGE).await.says("Unlink Acme ID");
    for round in 0..5 {
        let subject = format!("second-{round}");
        ada.opens(PAGE).await.accepted();
        let left = ada.sends(&format!("{PAGE}/sso/{second}/link"), &[]).await;
        let back = it
            .idp
            .signs_in(&onward(&left), claims(&it.idp, &subject, "ada@acme.com"));
        assert_linked(&ada.comes_to(&back).await);
        // What nobody signs in through is no way in.
        it.acme
            .changes(janua, &second, json!({"state": "disabled"}))
            .await
            .accepted();
        assert_eq!(it.unlinks(&mut ada).await.status, 409);
        it.acme
            .changes(janua, &second, json!({"state": "enabled"}))
            .await
            .accepted();
        ada.opens(PAGE).await.accepted();
        let form = [("form_token", ada.hidden("form_token"))];
        let cookies: Vec<_> = ada
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let unlink = async |connection: &str| {
            let at = format!("{PAGE}/sso/{connection}/unlink");
            let request = janua.request(reqwest::Method::POST, &at);
            let request = request.form(&form).header("cookie", cookies.join("; "));
            let answer = janua.send(request).await;
            answer.status == 303 && answer.header("location").ends_with("sso_unlinked")
        };
        let (one, other) = tokio::join!(unlink(&second), unlink(&it.connection));
        assert!(one != other, "round {round}: {one} {other}");
        assert_eq!(counted(janua).await.2, 1);
        if one {
            continue;
        }
        // The session came through the connection that is gone: the other one opens the account.
        janua.advance(crate::support::minutes(2));
        let mut said = claims(&it.idp, &subject, "ada@acme.com");
        said["iat"] = json!(janua.app.clock.now().timestamp());
        ada = Browser::new(janua);
        comes_back(&mut ada, &it.idp, &second, said)
            .await
            .leads_to("/account/security");
        break;
    }
}

#[tokio::test]
async fn an_assertion_links_once_and_only_what_it_answers() {
    let (janua, idp, acme) = super::saml_idp::start().await;
    let post = json!({"idp_sso_binding": "post"});
    let connection = idp
        .connects(&janua, &acme, json!({}), post)
        .await
        .accepted()
        .str("/id");
    let grace = Insider::of(&janua, GRACE).await;
    joins(&janua, &acme.organization, &grace, "member").await;
    let mut browser = Browser::new(&janua);
    // A provider that wants a form gets one from a page of ours, for the way that has begun.
    let ask = async |browser: &mut Browser<'_>| {
        let begun = grace.post(&janua, &link(&connection), json!({})).await.accepted();
        browser.keep(&begun);
        let to = begun.str("/redirect_url");
        let (_, page) = to.split_once("/auth/").expect("a page of ours");
        let mut other = Browser::new(&janua);
        assert_eq!(other.opens(&format!("/auth/{page}")).await.status, 401);
        browser.opens(&format!("/auth/{page}")).await.accepted();
        SamlIdp::asked(&browser.hidden("SAMLRequest"), browser.hidden("RelayState"))
    };
    let asked = ask(&mut browser).await;
    let said = idp.answer(&janua, &asked).of("id-1", GRACE);
    let xml = idp.writes(&said);
    let arrived = brings(&mut browser, &xml, &said.relay_state).await;
    arrived.leads_to("/account/security");
    brings(&mut browser, &xml, &said.relay_state)
        .await
        .refused("SSO_STATE_INVALID");
    grace.delete(&janua, &link(&connection)).await.accepted();
    // The answer to another request, and the same assertion made to answer this one.
    let asked = ask(&mut browser).await;
    brings(&mut browser, &xml, &asked.relay_state)
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    let asked = ask(&mut browser).await;
    let mut again = idp.answer(&janua, &asked).of("id-1", GRACE);
    again.id.clone_from(&said.id);
    brings(&mut browser, &idp.writes(&again), &again.relay_state)
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    assert_eq!(counted(&janua).await.2, 0);
}
