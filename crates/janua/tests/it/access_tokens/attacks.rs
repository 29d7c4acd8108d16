//! The attacks of RFC 8725 and of published CVEs over HTTP: each is refused with 401, and nothing breaks.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use janua::crypto::signing::{Algorithm, SigningKey};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{BEGINNING, ada, parts, show};
use crate::support::{SignedIn, TestJanua};

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Signs any header and payload, however odd.
pub(super) fn forge(key: &SigningKey, header: &str, payload: &str) -> String {
    let input = format!("{}.{}", b64(header), b64(payload));
    let signature = key.sign(input.as_bytes()).expect("a signature");
    format!("{input}.{}", b64(signature))
}

/// A server, somebody who is signed in, and the parts that an attacker varies.
pub(super) struct Scene {
    pub(super) janua: TestJanua,
    pub(super) session: SignedIn,
    pub(super) header: Value,
    pub(super) claims: Value,
}

impl Scene {
    pub(super) async fn set() -> Self {
        let janua = TestJanua::start().await;
        let session = ada(&janua).await;
        let [header, claims] = parts(&session.access);
        let scene = Self {
            janua,
            session,
            header,
            claims,
        };
        scene.passes(&scene.signed(&scene.header, &scene.claims)).await;
        scene
    }

    /// Signed by the very key of the server.
    pub(super) fn signed(&self, header: &Value, claims: &Value) -> String {
        forge(
            &self.janua.app.ring.active(),
            &header.to_string(),
            &claims.to_string(),
        )
    }

    /// The header with other members.
    fn header(&self, members: Value) -> Value {
        with(&self.header, members)
    }

    /// The claims with other members.
    pub(super) fn claims(&self, members: Value) -> Value {
        with(&self.claims, members)
    }

    pub(super) async fn passes(&self, token: &str) {
        show(&self.janua, token).await.accepted();
    }

    pub(super) async fn refuses(&self, token: &str) {
        let refused = show(&self.janua, token).await.refused("TOKEN_INVALID");
        assert_eq!(refused.status, 401);
    }

    /// What was true before the attacks is true after them.
    pub(super) async fn holds(self) {
        self.passes(&self.session.access).await;
        self.session.refreshes(&self.janua).await.accepted();
    }
}

fn with(object: &Value, members: Value) -> Value {
    let mut object = object.clone();
    for (name, value) in members.as_object().expect("an object") {
        object[name] = value.clone();
    }
    object
}

#[tokio::test]
async fn no_algorithm_but_the_one_of_the_key() {
    let scene = Scene::set().await;
    let signature = scene
        .session
        .access
        .rsplit('.')
        .next()
        .expect("a signature")
        .to_owned();
    for alg in [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS512", "PS256", "ES256", "EdDSA", "rs256",
    ] {
        let header = scene.header(json!({"alg": alg}));
        let input = format!("{}.{}", b64(header.to_string()), b64(scene.claims.to_string()));
        scene.refuses(&format!("{input}.")).await;
        scene.refuses(&format!("{input}.{signature}")).await;
        scene.refuses(&scene.signed(&header, &scene.claims)).await;
    }
    for alg in [json!(null), json!(["RS256"]), json!(0)] {
        scene
            .refuses(&scene.signed(&scene.header(json!({"alg": alg})), &scene.claims))
            .await;
    }
    scene.holds().await;
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let scene = Scene::set().await;
    let key = scene.janua.app.ring.active();
    let public = key.public().expect("a pair");
    let (pem, jwk) = (
        public.spki_pem(),
        serde_json::to_string(public.jwk()).expect("JSON"),
    );
    let jwks = scene.janua.get(super::JWKS).await.accepted().text;
    let secrets = [
        pem.clone().into_bytes(),
        pem.trim_end().as_bytes().to_vec(),
        format!("\n{pem}").into_bytes(),
        pem.replace('\n', "\r\n").into_bytes(),
        public.spki_der().to_vec(),
        jwk.into_bytes(),
        jwks.into_bytes(),
        public.kid().as_bytes().to_vec(),
        Vec::new(),
    ];
    for secret in secrets {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        for alg in ["HS256", "RS256"] {
            let header = scene.header(json!({"alg": alg}));
            let input = format!("{}.{}", b64(header.to_string()), b64(scene.claims.to_string()));
            scene
                .refuses(&format!("{input}.{}", b64(hmac::sign(&secret, input.as_bytes()))))
                .await;
        }
    }
    scene.holds().await;
}

#[tokio::test]
async fn a_token_neither_names_nor_brings_its_key() {
    let scene = Scene::set().await;
    let canary = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}/keys", canary.local_addr().expect("an address"));
    let (attacker, _) = SigningKey::generate(Algorithm::Rs256).expect("a key");
    let jwk = serde_json::to_value(attacker.public().expect("a pair").jwk()).expect("JSON");
    let kid = scene.header["kid"].as_str().expect("an id").to_owned();
    let names = [
        "../../../dev/null",
        "' OR '1'='1",
        &address,
        "",
        "\0",
        &format!("{kid}\0"),
        &format!(" {kid}"),
        &kid.to_lowercase(),
        attacker.kid(),
        &"k".repeat(4000),
        &"k".repeat(20_000),
    ];
    for name in names {
        let header = scene.header(json!({"kid": name}));
        scene.refuses(&scene.signed(&header, &scene.claims)).await;
        scene
            .refuses(&forge(&attacker, &header.to_string(), &scene.claims.to_string()))
            .await;
    }
    for kid in [json!(null), json!(0), json!([kid])] {
        scene
            .refuses(&scene.signed(&scene.header(json!({"kid": kid})), &scene.claims))
            .await;
    }
    let members = [
        json!({"jku": address}),
        json!({"x5u": address}),
        json!({"jwk": jwk}),
        json!({"x5c": ["MIIB"]}),
        json!({"crit": ["exp"]}),
        json!({"crit": []}),
        json!({"b64": false}),
        json!({"zip": "DEF"}),
    ];
    for members in members {
        let header = scene.header(members);
        scene.refuses(&scene.signed(&header, &scene.claims)).await;
        scene
            .refuses(&forge(&attacker, &header.to_string(), &scene.claims.to_string()))
            .await;
        let header = with(&header, json!({"kid": attacker.kid()}));
        scene
            .refuses(&forge(&attacker, &header.to_string(), &scene.claims.to_string()))
            .await;
    }
    let twice = scene.header.to_string().replacen('{', "{\"alg\":\"none\",", 1);
    scene
        .refuses(&forge(
            &scene.janua.app.ring.active(),
            &twice,
            &scene.claims.to_string(),
        ))
        .await;
    assert!(
        canary.accept().now_or_never().is_none(),
        "the server followed an address in a token"
    );
    scene.holds().await;
}

#[tokio::test]
async fn a_damaged_or_edited_token_is_refused() {
    let scene = Scene::set().await;
    let token = scene.session.access.clone();
    let bob = scene
        .janua
        .person("bob@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let parts: Vec<_> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        panic!("{token}")
    };
    let good = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let mut damaged = vec![
        vec![],
        vec![0; good.len()],
        good[1..].to_vec(),
        good[..good.len() - 1].to_vec(),
        [&good[..], &[0]].concat(),
    ];
    for at in [0, good.len() / 2, good.len() - 1] {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        damaged.push(flipped);
    }
    for signature in damaged {
        scene
            .refuses(&format!("{header}.{payload}.{}", b64(signature)))
            .await;
    }
    let theirs = super::parts(&bob.access)[1].clone();
    let edits = [
        json!({"sub": theirs["sub"]}),
        json!({"sid": theirs["sid"]}),
        json!({"exp": BEGINNING + 999_999}),
        json!({"roles": ["admin"]}),
        json!({"scope": "admin"}),
    ];
    for edit in edits {
        let edited = b64(scene.claims(edit).to_string());
        scene.refuses(&format!("{header}.{edited}.{signature}")).await;
    }
    scene
        .refuses(&format!(
            "{header}.{}.{signature}",
            bob.access.split('.').nth(1).expect("a payload")
        ))
        .await;
    for odd in [
        format!("{header}.{payload}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}="),
        format!("{header}..{payload}.{signature}"),
        // A JWE has five parts.
        format!("{token}.{payload}.{signature}"),
        format!("{token},{token}"),
        format!("\"{token}\""),
        "...".to_owned(),
        "x".to_owned(),
        "x".repeat(8192),
        format!("{token}{}", "A".repeat(30_000)),
    ] {
        scene.refuses(&odd).await;
    }
    scene.holds().await;
}
