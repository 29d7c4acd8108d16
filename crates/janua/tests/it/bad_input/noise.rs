//! Thousands of bodies that nobody thought of. They are made up from a fixed seed: a failure comes back.

use janua::http::router;
use janua::io::random::Random;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{assert_alive, patient_janua, percent_encoded};
use crate::support::{Answer, PASSWORD, Person, SignedIn, TestJanua};

const ROUNDS: usize = 60;

/// Texts that have broken somebody's parser.
const TEXTS: [&str; 16] = [
    "",
    "ada@example.com",
    "a@b@c",
    "' OR 1=1 --",
    "\u{202e}abc",
    "\u{feff}",
    "\u{1f600}",
    "e\u{301}",
    "\r\nBcc: eve@example.com",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "%00",
    "..",
    "jlk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "jrt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "orbit-velvet-canyon-73",
];

struct Dice(Random);

impl Dice {
    fn upto(&self, sides: usize) -> usize {
        usize::from(u16::from_be_bytes(self.0.bytes())) % sides
    }

    fn bytes(&self) -> Vec<u8> {
        let bytes: [u8; 256] = self.0.bytes();
        bytes[..self.upto(bytes.len())].to_vec()
    }

    fn text(&self) -> String {
        match self.upto(4) {
            0 => String::from_utf8_lossy(&self.bytes()).into_owned(),
            1 => TEXTS[self.upto(TEXTS.len())].repeat(self.upto(300)),
            _ => TEXTS[self.upto(TEXTS.len())].to_owned(),
        }
    }

    fn value(&self, depth: usize) -> Value {
        match self.upto(if depth > 3 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.upto(2) == 0),
            2 => json!(self.upto(1000)),
            3 => json!([-1.5e300, f64::MIN_POSITIVE, 0.0][self.upto(3)]),
            4 => json!([i64::MIN, i64::MAX, -1][self.upto(3)]),
            5 | 6 => json!(self.text()),
            7 => (0..self.upto(4)).map(|_| self.value(depth + 1)).collect(),
            _ => (0..self.upto(4))
                .map(|_| (self.text(), self.value(depth + 1)))
                .collect(),
        }
    }

    /// An object with some of the fields that are asked for, and sometimes one that is not.
    fn object(&self, names: &[String]) -> Value {
        let known = names.iter().filter(|_| self.upto(4) > 0);
        let mut object: Map<String, Value> = known.map(|name| (name.clone(), self.likely())).collect();
        if self.upto(5) == 0 {
            object.insert(self.text(), self.value(0));
        }
        Value::Object(object)
    }

    fn likely(&self) -> Value {
        if self.upto(3) > 0 {
            json!(self.text())
        } else {
            self.value(0)
        }
    }

    /// A body: bytes, or JSON, or JSON that was damaged on its way.
    fn body(&self, names: &[String]) -> Vec<u8> {
        match self.upto(6) {
            0 => self.bytes(),
            1 => self.value(0).to_string().into_bytes(),
            2 => {
                let mut bytes = self.object(names).to_string().into_bytes();
                let place = self.upto(bytes.len());
                bytes[place] = self.0.bytes::<1>()[0];
                bytes
            }
            3 => {
                let mut bytes = self.object(names).to_string().into_bytes();
                bytes.truncate(self.upto(bytes.len()));
                bytes
            }
            _ => self.object(names).to_string().into_bytes(),
        }
    }
}

#[tokio::test]
async fn no_body_makes_any_order_fail_on_our_side() {
    let janua = patient_janua().await;
    let ada = janua.person("ada@example.com").registered().await;
    let dice = Dice(Random::seeded(20_260_111));
    let document = document();
    let by = |method: Method, name: &'static str| {
        let found = paths(&document).filter_map(move |(path, it)| Some((path, it.get(name)?)));
        found.map(move |(path, operation)| (method.clone(), path, operation))
    };
    let orders: Vec<_> = by(Method::POST, "post")
        .chain(by(Method::PATCH, "patch"))
        .collect();
    assert!(orders.len() > 9, "{orders:?}");
    for (method, path, operation) in orders {
        let names = fields(&document, operation);
        let mut session = ada_signs_in(&ada).await;
        for round in 0..ROUNDS {
            let body = dice.body(&names);
            let request = session
                .request(&janua, method.clone(), path)
                .header("content-type", "application/json");
            let answer = janua.send(request.body(body.clone())).await;
            assert_ours(
                &answer,
                &format!(
                    "{method} {path}, round {round}: {}",
                    String::from_utf8_lossy(&body)
                ),
            );
            if answer.status.is_success() {
                session = ada_signs_in(&ada).await;
            }
        }
    }
    assert_alive(&janua).await;
}

#[tokio::test]
async fn no_query_makes_any_get_fail_on_our_side() {
    let janua = patient_janua().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let dice = Dice(Random::seeded(20_260_112));
    let document = document();
    let documented = paths(&document)
        .filter(|(_, it)| it.get("get").is_some())
        .map(|(path, _)| path.as_str());
    let pages = [
        "/",
        "/auth/verify-email",
        "/auth/reset-password",
        "/dev/mail",
        "/docs",
    ];
    for path in documented.chain(pages) {
        for round in 0..ROUNDS / 4 {
            let name = ["token", "page", "per_page", "to", "x"][dice.upto(5)];
            let value = percent_encoded(&dice.bytes());
            let query = if dice.upto(2) == 0 {
                format!("{name}={value}")
            } else {
                value
            };
            let answer = session.get(&janua, &format!("{path}?{query}")).await;
            let told = format!("GET {path}?{query}, round {round}");
            assert!(
                !answer.status.is_server_error(),
                "{told}: {} {}",
                answer.status,
                answer.text
            );
        }
    }
    assert_alive(&janua).await;
}

/// The password may have been changed to any of the texts: the noise knows it.
async fn ada_signs_in(ada: &Person<'_>) -> SignedIn {
    SignedIn::of(ada.login(PASSWORD).await.accepted())
}

fn assert_ours(answer: &Answer, told: &str) {
    assert!(
        !answer.status.is_server_error(),
        "{told}: {} {}",
        answer.status,
        answer.text
    );
    if !answer.status.is_success() && !answer.status.is_redirection() {
        answer.assert_envelope();
    }
}

fn document() -> Value {
    serde_json::to_value(router::document()).expect("the document is JSON")
}

fn paths(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["paths"].as_object().expect("paths").iter()
}

/// The names of the fields of an operation's body.
fn fields(document: &Value, operation: &Value) -> Vec<String> {
    let text = operation["requestBody"].to_string();
    let schema = text
        .split("#/components/schemas/")
        .nth(1)
        .and_then(|it| it.split('"').next());
    let properties =
        schema.and_then(|name| document["components"]["schemas"][name]["properties"].as_object());
    properties
        .map(|it| it.keys().cloned().collect())
        .unwrap_or_default()
}

#[test]
fn the_noise_is_the_same_each_time() {
    let names = ["email".to_owned()];
    let once = |seed| {
        (0..50)
            .map(|_| Dice(Random::seeded(seed)).body(&names))
            .collect::<Vec<_>>()
    };
    assert_eq!(once(1), once(1));
    assert_ne!(once(1), once(2));
}

#[tokio::test]
async fn the_noise_knows_the_fields() {
    let document = document();
    let login = fields(&document, &document["paths"]["/api/v1/auth/login"]["post"]);
    assert_eq!(login, ["email", "password", "username"]);
    let janua = TestJanua::start().await;
    janua.get("/live").await.accepted();
}
