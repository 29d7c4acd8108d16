//! Sign-ins by mail: links, codes, and what others could do with them.

mod claiming;
mod codes;
mod page;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, hours, made_up, minutes, seconds};

const ASK: &str = "/api/v1/auth/magic-link";
const VERIFY: &str = "/api/v1/auth/magic-link/verify";
const ME: &str = "/api/v1/users/me";

/// Somebody who has asked for a mail and read it.
pub(crate) struct Mailed {
    pub(crate) flow: String,
    pub(crate) link: String,
    pub(crate) code: String,
}

impl Mailed {
    pub(crate) async fn to(janua: &TestJanua, email: &str) -> Self {
        let flow = asks(janua, email).await;
        Self::of(janua, email, flow).await
    }

    /// What stands in the newest mail, for whoever asked.
    pub(crate) async fn of(janua: &TestJanua, email: &str, flow: String) -> Self {
        let link = janua.secret(email, "magic-link").await;
        Self {
            flow,
            link,
            code: code_in(janua, email).await,
        }
    }

    /// Opens the link in the browser that asked.
    async fn opens(&self, janua: &TestJanua) -> Answer {
        janua
            .post(VERIFY, json!({"token": self.link, "flow_token": self.flow}))
            .await
    }

    async fn types(&self, janua: &TestJanua, code: &str) -> Answer {
        janua
            .post(VERIFY, json!({"code": code, "flow_token": self.flow}))
            .await
    }
}

async fn asks(janua: &TestJanua, email: &str) -> String {
    let answer = janua.post(ASK, json!({"email": email})).await.accepted();
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    answer.str("/flow_token")
}

/// The six digits of the newest mail.
async fn code_in(janua: &TestJanua, email: &str) -> String {
    let mails = janua.mails(email).await;
    let mut lines = mails.iter().flat_map(|it| it.text.lines());
    let code = lines.find(|it| it.len() == 6 && it.bytes().all(|it| it.is_ascii_digit()));
    code.expect("a code").to_owned()
}

/// Six digits that are not these.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().expect("digits") + 1) % 1_000_000)
}

async fn amr(janua: &TestJanua, who: &SignedIn) -> Value {
    who.get(janua, "/api/v1/sessions/current").await.accepted().json()["amr"].clone()
}

#[tokio::test]
async fn a_link_signs_in_once_in_the_browser_that_asked() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let answer = mail.opens(&janua).await.accepted();
    assert!(!answer.cookies().is_empty());
    assert_eq!(answer.json()["mfa_required"], false);
    let who = SignedIn::of(answer);
    who.get(&janua, ME).await.accepted();
    assert_eq!(amr(&janua, &who).await, json!(["email"]));
    mail.opens(&janua).await.refused("LINK_INVALID");
    let code = mail.code.clone();
    mail.types(&janua, &code).await.refused("LINK_INVALID");
}

#[tokio::test]
async fn in_another_browser_a_link_opens_only_what_its_reader_wants() {
    let janua = TestJanua::start().await;
    for email in ["ada@example.com", "eve@example.com"] {
        janua.person(email).registered().await;
    }
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let other = asks(&janua, "eve@example.com").await;
    for body in [
        json!({"token": mail.link}),
        json!({"token": mail.link, "flow_token": other}),
        json!({"token": mail.link, "flow_token": "jml_nonsense"}),
    ] {
        janua.post(VERIFY, body).await.refused("OTHER_BROWSER");
    }
    let body = json!({"token": mail.link, "other_browser": true});
    SignedIn::of(janua.post(VERIFY, body).await.accepted())
        .get(&janua, ME)
        .await
        .accepted();
}

#[tokio::test]
async fn the_cookie_of_the_browser_that_asked_binds_it() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let asked = janua
        .post(ASK, json!({"email": "ada@example.com"}))
        .await
        .accepted();
    let set = asked.cookies().remove(0);
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let cookie = format!("janua_sign_in={}", asked.cookie("janua_sign_in"));
    let link = janua.secret("ada@example.com", "magic-link").await;
    let request = janua.request(Method::POST, VERIFY).header("cookie", cookie);
    janua.send(request.json(&json!({"token": link}))).await.accepted();

    // A page of somebody else gets no cookie to bind its visitors with.
    let request = janua
        .request(Method::POST, ASK)
        .header("origin", "https://evil.example");
    let answer = janua
        .send(request.json(&json!({"email": "ada@example.com"})))
        .await;
    assert!(answer.cookies().is_empty());
}

#[tokio::test]
async fn links_end_after_fifteen_minutes_and_when_others_are_asked_for() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let old = Mailed::to(&janua, "ada@example.com").await;
    let new = Mailed::to(&janua, "ada@example.com").await;
    old.opens(&janua).await.refused("LINK_INVALID");
    old.types(&janua, &old.code).await.refused("LINK_INVALID");
    janua.advance(minutes(15));
    new.opens(&janua).await.refused("LINK_EXPIRED");
    new.types(&janua, &new.code).await.refused("LINK_EXPIRED");
    let next = Mailed::to(&janua, "ada@example.com").await;
    janua.advance(minutes(14));
    next.opens(&janua).await.accepted();
}

#[tokio::test]
async fn another_password_ends_what_was_mailed_before() {
    let janua = TestJanua::start().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let body = json!({"current_password": PASSWORD, "new_password": "granite-otter-lantern-58"});
    ada.post(&janua, "/api/v1/auth/password/change", body)
        .await
        .accepted();
    mail.opens(&janua).await.refused("LINK_INVALID");
}

#[tokio::test]
async fn secrets_of_other_purposes_open_nothing_here_and_these_nothing_elsewhere() {
    use janua::crypto::secret::Kind;
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let verification = janua.secret("ada@example.com", "verify-email").await;
    let mail = Mailed::to(&janua, "ada@example.com").await;
    for token in [
        verification.as_str(),
        &made_up(Kind::Link),
        &mail.flow,
        "eyJhbGciOiJub25lIn0.e30.",
    ] {
        let body = json!({"token": token, "other_browser": true});
        janua.post(VERIFY, body).await.refused("LINK_INVALID");
    }
    let body = json!({"token": mail.link});
    janua
        .post("/api/v1/auth/email/verify", body)
        .await
        .refused("LINK_INVALID");
    let body = json!({"token": mail.link, "new_password": "granite-otter-lantern-58"});
    janua
        .post("/api/v1/auth/password/reset", body)
        .await
        .refused("LINK_INVALID");
    let body = json!({"mfa_token": mail.flow, "code": mail.code});
    janua
        .post("/api/v1/mfa/challenge/verify", body)
        .await
        .refused("MFA_TOKEN_INVALID");
    mail.opens(&janua).await.accepted();
}

#[tokio::test]
async fn every_address_gets_the_same_answer_and_five_mails_an_hour() {
    let janua = TestJanua::with(&[("RATE_LIMIT_EMAIL_REQUEST", "1000/1h")]).await;
    janua.person("ada@example.com").registered().await;
    janua.person("new@example.com").signs_up().await.accepted();
    let mails = janua.mails("ada@example.com").await.len();
    let mut shapes = Vec::new();
    for email in ["ada@example.com", "new@example.com", "nobody@example.com"] {
        for round in 0..7 {
            let answer = janua.post(ASK, json!({"email": email})).await;
            if round < 5 {
                let body = answer.accepted().json();
                let mut body = body.as_object().expect("an object").clone();
                let flow = body.remove("flow_token").expect("a flow");
                assert!(flow.as_str().is_some_and(|it| it.starts_with("jml_")));
                shapes.push(body);
            } else {
                answer.refused("EMAIL_RATE_LIMITED");
            }
        }
    }
    assert!(shapes.windows(2).all(|it| it[0] == it[1]), "{shapes:?}");
    // Those that were asked for again before they were written are not sent at all.
    assert_eq!(janua.mails("ada@example.com").await.len() - mails, 1);
    assert!(janua.mails("nobody@example.com").await.is_empty());
}

#[tokio::test]
async fn nobody_gets_an_account_unless_the_operator_wants_that() {
    let janua = TestJanua::start().await;
    asks(&janua, "new@example.com").await;
    assert!(janua.mails("new@example.com").await.is_empty());

    let janua = TestJanua::with(&[("MAGIC_LINK_SIGNUP", "true")]).await;
    let mail = Mailed::to(&janua, "new@example.com").await;
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 0);
    let who = SignedIn::of(mail.opens(&janua).await.accepted());
    let me = who.get(&janua, ME).await.accepted().json();
    assert_eq!(
        (&me["email"], &me["email_verified"]),
        (&json!("new@example.com"), &json!(true))
    );

    // Whoever registers in the meantime is not whom the link was for.
    let mail = Mailed::to(&janua, "bob@example.com").await;
    janua.person("bob@example.com").signs_up().await.accepted();
    mail.opens(&janua).await.refused("LINK_INVALID");
}

#[tokio::test]
async fn a_second_factor_is_owed_after_a_link_as_after_a_password() {
    let janua = TestJanua::start().await;
    let (_, phone, _) = crate::mfa::protected(&janua, "ada@example.com").await;
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let answer = mail.opens(&janua).await.accepted();
    assert!(
        answer.json().get("tokens").is_none() && answer.cookies().is_empty(),
        "{}",
        answer.text
    );
    let body = json!({"mfa_token": answer.str("/mfa_token"), "code": phone.shows(&janua, 0)});
    let who = SignedIn::of(janua.post("/api/v1/mfa/challenge/verify", body).await.accepted());
    assert_eq!(amr(&janua, &who).await, json!(["email", "otp", "mfa"]));
}

#[tokio::test]
async fn suspended_accounts_get_no_mail_and_no_session() {
    let janua = TestJanua::start().await;
    let admin = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let admin = admin.signs_in().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let id = ada.get(&janua, ME).await.accepted().str("/id");
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let path = format!("/api/v1/admin/users/{id}/suspend");
    admin.post(&janua, &path, json!({})).await.accepted();
    let refused = mail.opens(&janua).await;
    assert!(
        ["LINK_INVALID", "ACCOUNT_SUSPENDED"].contains(&refused.str("/code").as_str()),
        "{}",
        refused.text
    );
    let before = janua.mails("ada@example.com").await.len();
    asks(&janua, "ada@example.com").await;
    assert_eq!(janua.mails("ada@example.com").await.len(), before);
}

#[tokio::test]
async fn the_link_leads_to_our_own_address_and_onward_only_to_known_ones() {
    let janua = TestJanua::with(&[
        ("APP_BASE_URL", "https://id.example.com"),
        ("CORS_ORIGINS", "https://app.example.com"),
        ("RATE_LIMIT_EMAIL_REQUEST", "1000/1h"),
    ])
    .await;
    janua.person("ada@example.com").registered().await;
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "https://app.example.com.evil.example/",
        "https://app.example.com@evil.example/",
        "https://ada:pass@app.example.com/",
        "http://app.example.com/",
        "javascript:alert(1)",
        "javascript://app.example.com/%0aalert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "evil",
        "",
    ] {
        let body = json!({"email": "ada@example.com", "redirect_to": evil});
        let refused = janua.post(ASK, body).await.refused("INVALID_FIELD");
        assert_eq!(refused.str("/details/field"), "redirect_to", "{evil}");
    }
    for (wanted, full) in [
        ("/after?x=1", "https://id.example.com/after?x=1"),
        ("https://app.example.com/home", "https://app.example.com/home"),
    ] {
        let request = janua
            .request(Method::POST, ASK)
            .header("x-forwarded-host", "evil.example")
            .json(&json!({"email": "ada@example.com", "redirect_to": wanted}));
        let flow = janua.send(request).await.accepted().str("/flow_token");
        let mails = janua.mails("ada@example.com").await;
        let mail = mails
            .iter()
            .find(|it| it.subject.starts_with("Sign in"))
            .expect("a mail");
        assert!(mail.links[0].starts_with("https://id.example.com/auth/magic-link?token=jlk_"));
        assert!(!mail.html.contains("evil.example"));
        let link = janua.secret("ada@example.com", "magic-link").await;
        let answer = janua
            .post(VERIFY, json!({"token": link, "flow_token": flow}))
            .await
            .accepted();
        assert_eq!(answer.str("/redirect_to"), full);
        janua.advance(hours(1));
    }
}

#[tokio::test]
async fn it_can_be_turned_off() {
    let janua = TestJanua::with(&[("MAGIC_LINK_ENABLED", "false")]).await;
    janua
        .post(ASK, json!({"email": "ada@example.com"}))
        .await
        .refused("MAGIC_LINKS_DISABLED");
    janua
        .post(VERIFY, json!({"token": "jlk_x"}))
        .await
        .refused("MAGIC_LINKS_DISABLED");
}

#[tokio::test]
async fn what_is_shown_is_one_thing_and_whole() {
    let janua = TestJanua::start().await;
    for (body, code, field) in [
        (json!({}), "MISSING_FIELD", "token"),
        (json!({"code": "123456"}), "MISSING_FIELD", "flow_token"),
        (
            json!({"code": "123456", "token": "jlk_"}),
            "INVALID_FIELD",
            "code",
        ),
    ] {
        let refused = janua.post(VERIFY, body).await.refused(code);
        assert_eq!(refused.str("/details/field"), field);
    }
    janua.advance(seconds(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_who_open_a_link_at_once_one_is_signed_in() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    janua.person("ada@example.com").registered().await;
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let answers = futures_util::future::join_all((0..50).map(|_| mail.opens(&janua))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|it| it.status.is_success());
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.refused("LINK_INVALID");
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM sessions").await, 1);
}
