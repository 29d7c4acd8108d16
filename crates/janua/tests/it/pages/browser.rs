//! A browser without scripts: it keeps cookies, fills in forms and follows redirects when it is told to.

use std::collections::BTreeMap;

use reqwest::Method;

use crate::support::{Answer, PASSWORD, TestJanua};

pub(crate) struct Browser<'j> {
    pub(crate) janua: &'j TestJanua,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) page: Option<Answer>,
}

impl<'j> Browser<'j> {
    pub(crate) fn new(janua: &'j TestJanua) -> Self {
        Self {
            janua,
            cookies: BTreeMap::new(),
            page: None,
        }
    }

    /// Somebody's browser, signed in on the page.
    pub(crate) async fn of(janua: &'j TestJanua, email: &str) -> Self {
        let mut browser = Self::new(janua);
        browser
            .signs_in(email, PASSWORD)
            .await
            .leads_to("/account/security");
        browser
    }

    pub(crate) fn keep(&mut self, answer: &Answer) {
        for line in answer.cookies() {
            let (name, rest) = line.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn cookie_header(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Opens a page.
    pub(crate) async fn opens(&mut self, path: &str) -> Answer {
        self.sees(self.janua.request(Method::GET, path)).await
    }

    /// Opens a page to which another site has sent it.
    pub(crate) async fn comes_to(&mut self, path: &str) -> Answer {
        let request = self.janua.request(Method::GET, path);
        let request = request
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "navigate");
        self.sees(request).await
    }

    async fn sees(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let answer = self
            .janua
            .send(request.header("cookie", self.cookie_header()))
            .await;
        self.keep(&answer);
        self.page = Some(answer.clone());
        answer
    }

    /// The value of a hidden field of the page that is open.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = &self.page.as_ref().expect("a page is open").text;
        let at = format!("name=\"{name}\" value=\"");
        let found = text.split(&at).nth(1).and_then(|it| it.split('"').next());
        found
            .unwrap_or_else(|| panic!("no {name} in {text}"))
            .replace("&#x2f;", "/")
    }

    /// Sends a form of the page that is open.
    pub(crate) async fn sends(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.hidden("form_token");
        let mut all = vec![("form_token", token.as_str())];
        all.extend(fields);
        self.sends_raw(path, &all, &[]).await
    }

    /// Sends fields as they are, with headers of one's own.
    pub(crate) async fn sends_raw(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> Answer {
        let mut request = self.janua.request(Method::POST, path).form(fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self
            .janua
            .send(request.header("cookie", self.cookie_header()))
            .await;
        self.keep(&answer);
        self.page = Some(answer.clone());
        answer
    }

    /// Signs in on the page.
    pub(crate) async fn signs_in(&mut self, identifier: &str, password: &str) -> Answer {
        self.opens("/auth/sign-in").await.accepted();
        let fields = [("identifier", identifier), ("password", password)];
        self.sends("/auth/sign-in", &fields).await
    }
}

impl Answer {
    /// The answer sends the browser on to this address.
    #[track_caller]
    pub(crate) fn leads_to(&self, address: &str) {
        assert_eq!(self.status, 303, "{}", self.text);
        assert_eq!(self.header("location"), address);
    }

    /// The page says this somewhere.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        // Templates write a slash as a number where it may be text of a stranger.
        let plain = self.text.replace("&#x2f;", "/");
        assert!(plain.contains(text), "no {text:?} in {plain}");
    }
}
