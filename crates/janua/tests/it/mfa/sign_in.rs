//! The second step of a sign-in.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{LOGIN, STATUS, VERIFY, first_step, protected, second_step, sessions};
use crate::support::{PASSWORD, SignedIn, TestJanua, minutes, seconds};

#[tokio::test]
async fn the_password_alone_opens_nothing_and_the_code_completes_it() {
    let janua = TestJanua::start().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let before = sessions(&janua).await;
    let answer = janua.person("ada@example.com").login(PASSWORD).await.accepted();
    let body = answer.json();
    assert_eq!(
        (&body["mfa_required"], &body["methods"]),
        (&json!(true), &json!(["totp", "recovery_code"]))
    );
    assert!(
        body.get("tokens").is_none() && body.get("user").is_none(),
        "{body}"
    );
    assert!(answer.cookies().is_empty());
    let token = answer.str("/mfa_token");
    for path in ["/api/v1/users/me", STATUS, "/api/v1/sessions"] {
        let request = janua.request(Method::GET, path).bearer_auth(&token);
        janua.send(request).await.refused("TOKEN_INVALID");
    }
    let request = json!({"refresh_token": token});
    janua
        .post("/api/v1/auth/refresh", request)
        .await
        .refused("REFRESH_TOKEN_INVALID");
    assert_eq!(sessions(&janua).await, before);

    let challenge = json!({"mfa_token": token, "method": "totp"});
    janua.post("/api/v1/mfa/challenge", challenge).await.accepted();
    let answer = second_step(&janua, &token, &phone.shows(&janua, 0))
        .await
        .accepted();
    assert!(!answer.cookies().is_empty() && answer.json()["mfa_required"] == false);
    let who = SignedIn::of(answer);
    let session = who
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(session["amr"], json!(["pwd", "otp", "mfa"]));
    // The token has done its work.
    janua.advance(seconds(30));
    second_step(&janua, &token, &phone.shows(&janua, 0))
        .await
        .refused("MFA_TOKEN_INVALID");
}

#[tokio::test]
async fn a_code_counts_once_and_only_around_its_time() {
    let janua = TestJanua::start().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    janua.advance(minutes(5));
    let code = phone.shows(&janua, 0);
    let token = first_step(&janua, "ada@example.com").await;
    second_step(&janua, &token, &code).await.accepted();
    // The same code, and the one before it that was never shown, are worth nothing any more.
    for code in [code, phone.shows(&janua, -1)] {
        let token = first_step(&janua, "ada@example.com").await;
        let refused = second_step(&janua, &token, &code)
            .await
            .refused("INVALID_MFA_CODE");
        assert_eq!(
            (refused.status.as_u16(), refused.str("/message")),
            (401, "Invalid verification code".to_owned())
        );
    }
    for (far, near) in [(-2, -1), (2, 1)] {
        janua.advance(minutes(120));
        let token = first_step(&janua, "ada@example.com").await;
        second_step(&janua, &token, &phone.shows(&janua, far))
            .await
            .refused("INVALID_MFA_CODE");
        second_step(&janua, &token, &phone.shows(&janua, near))
            .await
            .accepted();
    }
}

#[tokio::test]
async fn what_is_not_six_digits_is_no_code() {
    let janua = TestJanua::start().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let code = phone.shows(&janua, 0);
    for odd in [
        json!(""),
        json!(null),
        json!([]),
        json!(true),
        json!(123_456),
        json!(format!(" {code}")),
        json!(format!("{code}0")),
    ] {
        let token = first_step(&janua, "ada@example.com").await;
        let answer = janua
            .post(VERIFY, json!({"mfa_token": token, "code": odd, "method": "totp"}))
            .await;
        assert!(
            [400, 401, 422, 429].contains(&answer.status.as_u16()),
            "{odd}: {}",
            answer.text
        );
    }
    let token = first_step(&janua, "ada@example.com").await;
    janua
        .post(
            VERIFY,
            json!({"mfa_token": token, "code": code, "method": "pigeon"}),
        )
        .await
        .refused("INVALID_FIELD");
    janua
        .post(
            "/api/v1/mfa/challenge",
            json!({"mfa_token": "jmf_made-up", "method": "totp"}),
        )
        .await
        .refused("MFA_TOKEN_INVALID");
}

#[tokio::test]
async fn of_fifty_parallel_uses_of_a_code_one_signs_in() {
    for kind in ["totp", "recovery_code"] {
        let janua = TestJanua::start().await;
        let (_, phone, codes) = protected(&janua, "ada@example.com").await;
        let code = if kind == "totp" {
            phone.shows(&janua, 0)
        } else {
            codes[0].clone()
        };
        let before = sessions(&janua).await;
        let tokens = join_all((0..8).map(|_| first_step(&janua, "ada@example.com"))).await;
        let tries = (0..50).map(|number| second_step(&janua, &tokens[number % tokens.len()], &code));
        let answers = join_all(tries).await;
        let accepted = answers.iter().filter(|it| it.status == 200).count();
        assert_eq!((accepted, sessions(&janua).await), (1, before + 1), "{kind}");
        for answer in answers.into_iter().filter(|it| it.status != 200) {
            assert!([401, 429].contains(&answer.status.as_u16()), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_and_its_owner_is_told() {
    let janua = TestJanua::start().await;
    let (_, _, codes) = protected(&janua, "ada@example.com").await;
    let token = first_step(&janua, "ada@example.com").await;
    let spelled = codes[0].to_uppercase().replace('-', " ");
    let who = SignedIn::of(second_step(&janua, &token, &spelled).await.accepted());
    let status = who.get(&janua, STATUS).await.accepted().json();
    assert_eq!(status["backup_codes_remaining"], 9);
    let session = who
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(session["amr"], json!(["pwd", "recovery", "mfa"]));
    let token = first_step(&janua, "ada@example.com").await;
    let refused = second_step(&janua, &token, &codes[0])
        .await
        .refused("INVALID_RECOVERY_CODE");
    assert_eq!(refused.str("/message"), "Invalid recovery code");
    let mails = janua.mails("ada@example.com").await;
    assert!(mails.iter().any(|it| it.text.contains("9 are left")));

    let renewed = who
        .post(&janua, "/api/v1/mfa/recovery-codes/regenerate", json!({}))
        .await
        .accepted()
        .json();
    second_step(&janua, &token, &codes[1])
        .await
        .refused("INVALID_RECOVERY_CODE");
    let new = renewed["recovery_codes"][0].as_str().expect("a code");
    second_step(&janua, &token, new).await.accepted();
}

#[tokio::test]
async fn a_sign_in_is_finished_by_its_own_account_and_before_anything_changes() {
    let janua = TestJanua::start().await;
    let (ada, _, _) = protected(&janua, "ada@example.com").await;
    let (_, eves_phone, eves_codes) = protected(&janua, "eve@example.com").await;
    let token = first_step(&janua, "ada@example.com").await;
    second_step(&janua, &token, &eves_phone.shows(&janua, 0))
        .await
        .refused("INVALID_MFA_CODE");
    second_step(&janua, &token, &eves_codes[0])
        .await
        .refused("INVALID_RECOVERY_CODE");

    let before = sessions(&janua).await;
    let late = first_step(&janua, "eve@example.com").await;
    janua.advance(minutes(10));
    second_step(&janua, &late, &eves_phone.shows(&janua, 0))
        .await
        .refused("MFA_TOKEN_INVALID");
    let overtaken = first_step(&janua, "ada@example.com").await;
    let change = json!({"current_password": PASSWORD, "new_password": "granite-lantern-98-mosaic"});
    ada.post(&janua, "/api/v1/auth/password/change", change)
        .await
        .accepted();
    second_step(&janua, &overtaken, "000000")
        .await
        .refused("MFA_TOKEN_INVALID");
    assert_eq!(sessions(&janua).await, before);
}

#[tokio::test]
async fn no_way_in_goes_round_the_second_factor() {
    let janua = TestJanua::start().await;
    for (state, expected) in [("without", 1), ("unconfirmed", 1), ("protected", 0)] {
        let email = format!("{state}@example.com");
        let body = json!({"email": email, "username": state, "password": PASSWORD});
        janua.post("/api/v1/auth/register", body).await.accepted();
        let link = janua.secret(&email, "verify-email").await;
        janua
            .post("/api/v1/auth/email/verify", json!({"token": link}))
            .await
            .accepted();
        match state {
            "unconfirmed" => drop(super::enrols(&janua, &janua.person(&email).signs_in().await).await),
            "protected" => {
                let who = janua.person(&email).signs_in().await;
                let secret = super::enrols(&janua, &who).await["secret"].clone();
                let phone = super::Phone::with(secret.as_str().expect("a secret"));
                let body = json!({"code": phone.shows(&janua, 0)});
                who.post(&janua, super::CONFIRM, body).await.accepted();
            }
            _ => {}
        }
        // Every way in that shows one factor; a new one gets a line here.
        let ways = [
            (LOGIN, json!({"email": email, "password": PASSWORD})),
            (LOGIN, json!({"username": state, "password": PASSWORD})),
            (
                "/api/v1/auth/signin",
                json!({"email": email.to_uppercase(), "password": PASSWORD}),
            ),
        ];
        for (path, body) in ways {
            let before = sessions(&janua).await;
            let answer = janua.post(path, body).await.accepted();
            assert_eq!(sessions(&janua).await - before, expected, "{state} {path}");
            assert_eq!(
                answer.json()["mfa_required"],
                json!(expected == 0),
                "{state} {path}"
            );
        }
        // A new password by mail gives no session, and the next sign-in asks as before.
        let forgot = json!({"email": email});
        janua
            .post("/api/v1/auth/password/forgot", forgot)
            .await
            .accepted();
        let link = janua.secret(&email, "reset-password").await;
        let reset = json!({"token": link, "new_password": "granite-lantern-98-mosaic"});
        let before = sessions(&janua).await;
        let answer = janua.post("/api/v1/auth/password/reset", reset).await.accepted();
        assert!(answer.cookies().is_empty() && sessions(&janua).await <= before);
        let answer = janua
            .person(&email)
            .login("granite-lantern-98-mosaic")
            .await
            .accepted();
        assert_eq!(answer.json()["mfa_required"], json!(expected == 0), "{state}");
    }
}
