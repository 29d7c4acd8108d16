//! People who use a server by its front door.

use janua::crypto::secret::{Kind, OpaqueToken};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, TestJanua};

/// A password that is good enough for everybody.
pub(crate) const PASSWORD: &str = "orbit-velvet-canyon-73";

/// Somebody with an address and a password.
pub(crate) struct Person<'j> {
    pub(crate) janua: &'j TestJanua,
    pub(crate) email: String,
    /// The cookie header that their browser sends.
    pub(crate) cookies: String,
}

/// What a sign-in gave.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) answer: Answer,
}

impl<'j> Person<'j> {
    pub(crate) fn new(janua: &'j TestJanua, email: &str) -> Self {
        Self {
            janua,
            email: email.to_owned(),
            cookies: String::new(),
        }
    }

    /// Signs up, without opening the mail.
    pub(crate) async fn signs_up(&self) -> Answer {
        let body = json!({"email": self.email, "password": PASSWORD});
        self.janua.post("/api/v1/auth/register", body).await
    }

    /// Signs up, reads the mail and opens the link.
    pub(crate) async fn registered(self) -> Self {
        self.signs_up().await.accepted();
        let secret = self.janua.secret(&self.email, "verify-email").await;
        self.janua
            .post("/api/v1/auth/email/verify", json!({"token": secret}))
            .await
            .accepted();
        self
    }

    /// Tries to sign in with a password, from a browser that keeps its device cookie.
    pub(crate) async fn login(&self, password: &str) -> Answer {
        let body = json!({"email": self.email, "password": password});
        let request = self.janua.request(Method::POST, "/api/v1/auth/login").json(&body);
        let request = if self.cookies.is_empty() {
            request
        } else {
            request.header("cookie", &self.cookies)
        };
        self.janua.send(request).await
    }

    /// Signs in.
    pub(crate) async fn signs_in(&self) -> SignedIn {
        SignedIn::of(self.login(PASSWORD).await.accepted())
    }

    /// Signs in with a browser that keeps its cookies from now on.
    pub(crate) async fn signs_in_with_a_browser(&mut self) -> SignedIn {
        let signed_in = self.signs_in().await;
        self.cookies = signed_in.cookie_header();
        signed_in
    }
}

impl SignedIn {
    #[track_caller]
    pub(crate) fn of(answer: Answer) -> Self {
        Self {
            access: answer.str("/tokens/access_token"),
            refresh: answer.str("/tokens/refresh_token"),
            answer,
        }
    }

    /// The cookies that a browser would send back.
    pub(crate) fn cookie_header(&self) -> String {
        let pairs = self
            .answer
            .cookies()
            .into_iter()
            .filter_map(|it| Some(it.split(';').next()?.to_owned()));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// A request with the access token.
    pub(crate) fn request(&self, janua: &TestJanua, method: Method, path: &str) -> RequestBuilder {
        janua.request(method, path).bearer_auth(&self.access)
    }

    /// `GET` with the access token.
    pub(crate) async fn get(&self, janua: &TestJanua, path: &str) -> Answer {
        janua.send(self.request(janua, Method::GET, path)).await
    }

    /// `POST` with the access token.
    pub(crate) async fn post(&self, janua: &TestJanua, path: &str, body: Value) -> Answer {
        janua
            .send(self.request(janua, Method::POST, path).json(&body))
            .await
    }

    /// `DELETE` with the access token.
    pub(crate) async fn delete(&self, janua: &TestJanua, path: &str) -> Answer {
        janua.send(self.request(janua, Method::DELETE, path)).await
    }

    /// Refreshes, without any cookie.
    pub(crate) async fn refreshes(&self, janua: &TestJanua) -> Answer {
        refresh(janua, &self.refresh, "").await
    }
}

/// Shows a refresh token, with a cookie header or without one.
pub(crate) async fn refresh(janua: &TestJanua, token: &str, cookies: &str) -> Answer {
    let request = janua
        .request(Method::POST, "/api/v1/auth/refresh")
        .json(&json!({"refresh_token": token}));
    let request = if cookies.is_empty() {
        request
    } else {
        request.header("cookie", cookies)
    };
    janua.send(request).await
}

/// A token of the right form that nobody was given.
pub(crate) fn made_up(kind: Kind) -> String {
    OpaqueToken::from_random([42; 32], kind).reveal()
}
