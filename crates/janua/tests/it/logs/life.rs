//! A life with a server: all that goes right, and much that goes wrong. Every secret of it is remembered.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::process::{Program, eventually};
use crate::support::Answer;

pub(super) const EMAIL: &str = "ada@example.com";
pub(super) const PASSWORDS: [&str; 3] = [
    "orbit-velvet-canyon-73",
    "marble-anchor-violet-88",
    "harbour-lantern-53-oak",
];
const WRONG: &str = "nearly-the-password-19";

/// A server, and the secrets that went through it.
pub(super) struct Life<'p> {
    program: &'p Program,
    pub(super) secrets: Vec<String>,
}

impl<'p> Life<'p> {
    pub(super) fn with(program: &'p Program) -> Self {
        let secrets = PASSWORDS.into_iter().chain([WRONG]).map(str::to_owned).collect();
        Self { program, secrets }
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        self.program.send(method, path, change).await
    }

    pub(super) async fn login(&mut self, password: &str) -> Answer {
        let answer = self
            .program
            .post(
                "/api/v1/auth/login",
                &json!({"email": EMAIL, "password": password}),
            )
            .await;
        if answer.status.is_success() {
            self.remember(&answer.json()["tokens"]);
            for cookie in answer.cookies() {
                let value = cookie.split(['=', ';']).nth(1).expect("a value");
                // Ids stand in the session cookie beside its secret; they are no secrets.
                self.secrets.extend(
                    value
                        .split('.')
                        .filter(|it| it.len() > 36 || !it.contains('-'))
                        .map(str::to_owned),
                );
            }
        }
        answer
    }

    fn remember(&mut self, tokens: &Value) {
        for name in ["access_token", "refresh_token"] {
            let token = tokens[name].as_str().expect("a token");
            self.secrets.push(token.to_owned());
            // The signature alone is enough to recognise a token by.
            self.secrets.extend(token.split('.').nth(2).map(str::to_owned));
        }
    }

    /// The secret of the newest mailed link to a page.
    pub(super) async fn mailed(&mut self, page: &str) -> String {
        let path = format!("/dev/mail/messages?to={EMAIL}");
        let look = async || {
            let mails = self.program.get(&path).await.json();
            let links = mails["messages"]
                .as_array()?
                .iter()
                .flat_map(|it| it["links"].as_array().cloned().unwrap_or_default());
            links
                .filter_map(|it| {
                    it.as_str()?
                        .split_once("token=")
                        .filter(|(start, _)| start.contains(page))
                        .map(|it| it.1.to_owned())
                })
                .next()
        };
        let secret = eventually("the mail arrives", look).await;
        self.secrets.push(secret.clone());
        secret
    }

    /// Somebody signs up, verifies, signs in, refreshes and signs out.
    pub(super) async fn goes_well(&mut self) {
        let program = self.program;
        let body = json!({"email": EMAIL, "password": PASSWORDS[0]});
        program.post("/api/v1/auth/register", &body).await.accepted();
        self.login(PASSWORDS[0]).await.refused("EMAIL_NOT_VERIFIED");
        let secret = self.mailed("verify-email").await;
        program
            .get(&format!("/auth/verify-email?token={secret}"))
            .await
            .accepted();
        program
            .post("/api/v1/auth/email/verify", &json!({"token": secret}))
            .await
            .accepted();

        let signed_in = self.login(PASSWORDS[0]).await.accepted();
        let access = signed_in.str("/tokens/access_token");
        self.send(Method::GET, "/api/v1/users/me", |it| it.bearer_auth(&access))
            .await
            .accepted();
        let pairs: Vec<String> = signed_in
            .cookies()
            .iter()
            .filter_map(|it| Some(it.split(';').next()?.to_owned()))
            .collect();
        let (cookies, csrf) = (pairs.join("; "), signed_in.cookie("janua_csrf"));
        let change = |it: RequestBuilder| {
            it.header("cookie", &cookies)
                .header("x-csrf-token", &csrf)
                .json(&json!({"first_name": "Ada"}))
        };
        self.send(Method::PATCH, "/api/v1/users/me", change)
            .await
            .accepted();
        let refresh = json!({"refresh_token": signed_in.str("/tokens/refresh_token")});
        let refreshed = program.post("/api/v1/auth/refresh", &refresh).await.accepted();
        self.remember(&refreshed.json());
        self.send(Method::POST, "/api/v1/auth/logout", |it| it.bearer_auth(&access))
            .await
            .accepted();
    }

    /// Everything that people and attackers do wrong.
    pub(super) async fn goes_wrong(&mut self) {
        let program = self.program;
        for _ in 0..3 {
            self.login(WRONG).await.refused("INVALID_CREDENTIALS");
        }
        let signed_in = self.login(PASSWORDS[0]).await.accepted();
        let access = signed_in.str("/tokens/access_token");
        let broken = format!("{}x", &access[..access.len() - 2]);
        self.send(Method::GET, "/api/v1/users/me", |it| it.bearer_auth(&broken))
            .await
            .refused("TOKEN_INVALID");
        self.send(Method::GET, "/api/v1/users/me", |it| {
            it.bearer_auth(signed_in.str("/tokens/refresh_token"))
        })
        .await
        .refused("TOKEN_INVALID");
        self.send(
            Method::GET,
            &format!("/api/v1/users/me?access_token={access}"),
            |it| it,
        )
        .await
        .refused("NOT_AUTHENTICATED");

        // A password where none belongs, and in bodies that cannot be read.
        let login = "/api/v1/auth/login";
        program
            .post(login, &json!({"email": PASSWORDS[0], "password": "x"}))
            .await
            .refused("INVALID_EMAIL");
        program
            .post(login, &json!({"username": PASSWORDS[1], "password": "x"}))
            .await
            .refused("INVALID_CREDENTIALS");
        program
            .post(
                login,
                &json!({"email": EMAIL, "password": "x", "pasword": PASSWORDS[0]}),
            )
            .await
            .refused("UNKNOWN_FIELD");
        program
            .post(login, &json!({"email": EMAIL, "password": [PASSWORDS[0]]}))
            .await
            .refused("INVALID_TYPE");
        let cut = format!("{{\"email\":\"{EMAIL}\",\"password\":\"{}\"", PASSWORDS[0]);
        self.send(Method::POST, login, |it| {
            it.header("content-type", "application/json").body(cut)
        })
        .await
        .refused("MALFORMED_JSON");
        let form = format!("email={EMAIL}&password={}", PASSWORDS[0]);
        self.send(Method::POST, login, |it| it.body(form))
            .await
            .refused("UNSUPPORTED_MEDIA_TYPE");
        let register = json!({"email": EMAIL, "password": PASSWORDS[0]});
        program
            .post("/api/v1/auth/register", &register)
            .await
            .refused("EMAIL_ALREADY_EXISTS");
        let path = format!("/api/v1/{}", PASSWORDS[0].len());
        program.get(&path).await.refused("NOT_FOUND");

        // Changed with a wrong and with the right password, forgotten, and set anew on the page.
        for (current, new, code) in [
            (WRONG, PASSWORDS[1], Some("WRONG_PASSWORD")),
            (PASSWORDS[0], PASSWORDS[1], None),
        ] {
            let change = json!({"current_password": current, "new_password": new});
            let answer = self
                .send(Method::POST, "/api/v1/auth/password/change", |it| {
                    it.bearer_auth(&access).json(&change)
                })
                .await;
            match code {
                Some(code) => drop(answer.refused(code)),
                None => drop(answer.accepted()),
            }
        }
        program
            .post("/api/v1/auth/password/forgot", &json!({"email": EMAIL}))
            .await
            .accepted();
        let secret = self.mailed("reset-password").await;
        program
            .get(&format!("/auth/reset-password?token={secret}"))
            .await
            .accepted();
        let weak = [("token", secret.as_str()), ("new_password", "password12")];
        assert_eq!(
            self.send(Method::POST, "/auth/reset-password", |it| it.form(&weak))
                .await
                .status,
            422
        );
        let form = [("token", secret.as_str()), ("new_password", PASSWORDS[2])];
        self.send(Method::POST, "/auth/reset-password", |it| it.form(&form))
            .await
            .accepted();
        self.send(Method::POST, "/auth/reset-password", |it| it.form(&form))
            .await;
        program
            .post(
                "/api/v1/auth/password/reset",
                &json!({"token": secret, "new_password": PASSWORDS[0]}),
            )
            .await
            .refused("LINK_INVALID");

        // A refresh token that is used twice from elsewhere, and a session that has ended.
        let signed_in = self.login(PASSWORDS[2]).await.accepted();
        let refresh = json!({"refresh_token": signed_in.str("/tokens/refresh_token")});
        let next = program.post("/api/v1/auth/refresh", &refresh).await.accepted();
        self.remember(&next.json());
        let again = program
            .post(
                "/api/v1/auth/refresh",
                &json!({"refresh_token": next.str("/refresh_token")}),
            )
            .await
            .accepted();
        self.remember(&again.json());
        program
            .post("/api/v1/auth/refresh", &refresh)
            .await
            .refused("REFRESH_TOKEN_REUSED");
        for _ in 0..8 {
            self.login(WRONG).await;
        }
    }
}
