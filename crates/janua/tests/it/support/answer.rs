//! An answer of the server, and what can be expected of it.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Status, headers and body of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self {
            status,
            headers,
            text: response.text().await.expect("the body is text"),
        }
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    /// A text inside the body, by its JSON pointer.
    #[track_caller]
    pub(crate) fn str(&self, pointer: &str) -> String {
        let json = self.json();
        let found = json.pointer(pointer).and_then(Value::as_str);
        found
            .unwrap_or_else(|| panic!("no text at {pointer} in {json}"))
            .to_owned()
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    /// All values of `Set-Cookie`.
    pub(crate) fn cookies(&self) -> Vec<String> {
        self.headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|it| it.to_str().ok())
            .map(str::to_owned)
            .collect()
    }

    /// The value of one cookie that was set.
    #[track_caller]
    pub(crate) fn cookie(&self, name: &str) -> String {
        let all = self.cookies();
        let found = all.iter().find_map(|it| it.strip_prefix(&format!("{name}=")));
        found
            .and_then(|it| it.split(';').next())
            .unwrap_or_else(|| panic!("no cookie {name} in {all:?}"))
            .to_owned()
    }

    /// The order was carried out.
    #[track_caller]
    pub(crate) fn accepted(self) -> Self {
        assert!(
            self.status.is_success(),
            "expected success, got {} {}",
            self.status,
            self.text
        );
        self
    }

    /// The order was refused with this code, in the envelope that every failure has.
    #[track_caller]
    pub(crate) fn refused(self, code: &str) -> Self {
        assert!(
            !self.status.is_success(),
            "expected {code}, got {} {}",
            self.status,
            self.text
        );
        let body = self.json();
        assert_eq!(body["code"], code, "{} {}", self.status, self.text);
        self.assert_envelope();
        self
    }

    /// Every failure has the same members, and they agree with status and headers.
    #[track_caller]
    pub(crate) fn assert_envelope(&self) {
        let body = self.json();
        let mut names: Vec<&str> = body
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        let expected = [
            "code",
            "details",
            "error",
            "message",
            "request_id",
            "status_code",
            "timestamp",
        ];
        assert_eq!(names, expected, "{body}");
        assert_eq!(body["status_code"], self.status.as_u16(), "{body}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{body}");
        assert!(
            body["details"].is_object() && body["details"]["help"].is_string(),
            "{body}"
        );
        assert!(
            body["timestamp"].as_str().is_some_and(|it| it.ends_with('Z')),
            "{body}"
        );
        assert_eq!(self.header("content-type"), "application/json");
    }
}
