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
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";
const RESET: &str = "/auth/reset-password";
const ME: &str = "/api/v1/users/me";
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
        let token = |link: &Value| {
            let (start, token) = link.as_str()?.split_once("token=")?;
            start.contains(page).then(|| token.to_owned())
        };
        let look = async || {
            let mails = self.program.get(&path).await.json();
            let links = mails["messages"]
                .as_array()?
                .iter()
                .filter_map(|it| it["links"].as_array());
            links.flatten().find_map(token)
        };
        let secret = eventually("the mail arrives", look).await;
        self.secrets.push(secret.clone());
        secret
    }

    async fn refused(&self, path: &str, body: Value, code: &str) {
        self.program.post(path, &body).await.refused(code);
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
        self.send(Method::GET, ME, |it| it.bearer_auth(&access))
            .await
            .accepted();
        let cookies = signed_in.cookies();
        let pairs: Vec<&str> = cookies.iter().filter_map(|it| it.split(';').next()).collect();
        let (cookies, csrf) = (pairs.join("; "), signed_in.cookie("janua_csrf"));
        let by_cookie = |it: RequestBuilder| it.header("cookie", &cookies).header("x-csrf-token", &csrf);
        let change = |it| by_cookie(it).json(&json!({"first_name": "Ada"}));
        self.send(Method::PATCH, ME, change).await.accepted();
        self.refreshes(&signed_in.str("/tokens/refresh_token")).await;
        self.is_sent_a_text(&access).await;
        let signs_out = |it: RequestBuilder| it.bearer_auth(&access);
        self.send(Method::POST, "/api/v1/auth/logout", signs_out)
            .await
            .accepted();
    }

    /// A code goes to a telephone, and is shown by somebody who mistypes it first.
    async fn is_sent_a_text(&mut self, access: &str) {
        let number = "+12025550123";
        let body = json!({"phone_number": number, "password": PASSWORDS[0]});
        let enables = |it: RequestBuilder| it.bearer_auth(access).json(&body);
        self.send(Method::POST, "/api/v1/mfa/sms/enable", enables)
            .await
            .accepted();
        let list = self.program.get("/dev/mail/messages?to=%2B12025550123").await;
        let text = list.str("/texts/0/text");
        let code = text.rsplit('#').next().expect("a code").to_owned();
        // As a body, a message or a page would hold it: alone, six digits may be part of a time.
        let forms = [format!("#{code}"), format!("\"{code}\""), format!(" {code} ")];
        self.secrets.extend(forms);
        let wrong = if code.starts_with('9') { "000000" } else { "999999" };
        let shows = |it: RequestBuilder| it.bearer_auth(access).json(&json!({"code": wrong}));
        self.send(Method::POST, "/api/v1/mfa/sms/verify", shows)
            .await
            .refused("WRONG_MFA_CODE");
        self.program.get("/dev/mail").await.accepted();
    }

    /// The successor of a refresh token.
    async fn refreshes(&mut self, token: &str) -> String {
        let answer = self
            .program
            .post(REFRESH, &json!({"refresh_token": token}))
            .await
            .accepted();
        self.remember(&answer.json());
        answer.str("/refresh_token")
    }

    /// Everything that people and attackers do wrong.
    pub(super) async fn goes_wrong(&mut self) {
        for _ in 0..3 {
            self.login(WRONG).await.refused("INVALID_CREDENTIALS");
        }
        let signed_in = self.login(PASSWORDS[0]).await.accepted();
        let access = signed_in.str("/tokens/access_token");
        self.shows_tokens_that_do_not_count(&access, &signed_in.str("/tokens/refresh_token"))
            .await;
        self.writes_passwords_where_none_belong().await;
        self.changes_and_forgets_the_password(&access).await;
        self.is_robbed().await;
        for _ in 0..8 {
            self.login(WRONG).await;
        }
    }

    async fn shows_tokens_that_do_not_count(&self, access: &str, refresh: &str) {
        let broken = format!("{}x", &access[..access.len() - 2]);
        for token in [broken.as_str(), refresh] {
            self.send(Method::GET, ME, |it| it.bearer_auth(token))
                .await
                .refused("TOKEN_INVALID");
        }
        let in_query = format!("{ME}?access_token={access}");
        self.program.get(&in_query).await.refused("NOT_AUTHENTICATED");
    }

    async fn writes_passwords_where_none_belong(&self) {
        let [one, other, _] = PASSWORDS;
        self.refused(LOGIN, json!({"email": one, "password": "x"}), "INVALID_EMAIL")
            .await;
        self.refused(
            LOGIN,
            json!({"username": other, "password": "x"}),
            "INVALID_CREDENTIALS",
        )
        .await;
        self.refused(LOGIN, json!({"email": EMAIL, "pasword": one}), "UNKNOWN_FIELD")
            .await;
        self.refused(LOGIN, json!({"email": EMAIL, "password": [one]}), "INVALID_TYPE")
            .await;
        let taken = json!({"email": EMAIL, "password": one});
        self.refused("/api/v1/auth/register", taken, "EMAIL_ALREADY_EXISTS")
            .await;
        let cut = format!("{{\"email\":\"{EMAIL}\",\"password\":\"{one}\"");
        let cut = |it: RequestBuilder| it.header("content-type", "application/json").body(cut);
        self.send(Method::POST, LOGIN, cut)
            .await
            .refused("MALFORMED_JSON");
        let form = |it: RequestBuilder| it.form(&[("email", EMAIL), ("password", one)]);
        self.send(Method::POST, LOGIN, form)
            .await
            .refused("UNSUPPORTED_MEDIA_TYPE");
    }

    async fn changes_and_forgets_the_password(&mut self, access: &str) {
        let change = async |current: &str| {
            let body = json!({"current_password": current, "new_password": PASSWORDS[1]});
            let change = |it: RequestBuilder| it.bearer_auth(access).json(&body);
            self.send(Method::POST, "/api/v1/auth/password/change", change)
                .await
        };
        change(WRONG).await.refused("WRONG_PASSWORD");
        change(PASSWORDS[0]).await.accepted();

        let forgot = json!({"email": EMAIL});
        self.program
            .post("/api/v1/auth/password/forgot", &forgot)
            .await
            .accepted();
        let secret = self.mailed("reset-password").await;
        self.program
            .get(&format!("{RESET}?token={secret}"))
            .await
            .accepted();
        for (password, status) in [("password12", 422), (PASSWORDS[2], 200), (PASSWORDS[2], 401)] {
            let fields = [("token", secret.as_str()), ("new_password", password)];
            let answer = self.send(Method::POST, RESET, |it| it.form(&fields)).await;
            assert_eq!(answer.status, status, "{}", answer.text);
        }
        let again = json!({"token": secret, "new_password": PASSWORDS[0]});
        self.refused("/api/v1/auth/password/reset", again, "LINK_INVALID")
            .await;
    }

    /// Somebody else shows a refresh token that has been used.
    async fn is_robbed(&mut self) {
        let signed_in = self.login(PASSWORDS[2]).await.accepted();
        let first = signed_in.str("/tokens/refresh_token");
        let second = self.refreshes(&first).await;
        self.refreshes(&second).await;
        self.refused(REFRESH, json!({"refresh_token": first}), "REFRESH_TOKEN_REUSED")
            .await;
    }
}
