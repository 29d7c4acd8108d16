//! Keys that the operator holds in files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use janua::crypto::signing::{Algorithm, SigningKey};
use janua::tokens::keys;

use super::{AT_ONCE, jwks, kid_of, me, round};
use crate::support::{TestJanua, hours, minutes, refresh};

/// A key pair as two PEM files; gives their paths.
fn pem_files(folder: &std::path::Path, name: &str) -> (String, String) {
    let (key, der) = SigningKey::generate(Algorithm::Rs256).unwrap();
    let body = STANDARD.encode(&*der);
    let private = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let path = |kind: &str| folder.join(format!("{name}-{kind}.pem")).display().to_string();
    std::fs::write(path("private"), private).unwrap();
    std::fs::write(path("public"), key.public().unwrap().spki_pem()).unwrap();
    (path("private"), path("public"))
}

#[tokio::test]
async fn keys_are_pinned_and_unpinned_without_rejecting_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = pem_files(folder.path(), "a");
    let stored = TestJanua::start().await;
    let ada = stored.person("ada@example.com").registered().await;
    let first = ada.signs_in().await;

    let pins = [
        ("JWT_PRIVATE_KEY_PATH", private.as_str()),
        ("JWT_PUBLIC_KEY_PATH", public.as_str()),
    ];
    let pinned = stored.second_instance_with(&pins).await;
    keys::settle(&pinned.app).await.unwrap();
    me(&pinned, &first.access).await.accepted();
    let second = refresh(&pinned, &first.refresh, "").await.accepted();
    let pin = kid_of(&second.str("/access_token"));
    assert_ne!(pin, kid_of(&first.access));
    assert_eq!(jwks(&pinned).await, [pin.clone(), kid_of(&first.access)]);
    let refused = keys::rotate(&pinned.app, AT_ONCE).await.unwrap_err();
    assert_eq!(refused.code().name(), "KEY_PINNED");

    // An instance that still runs with the old settings verifies the pinned key, and goes on signing with its own.
    me(&stored, &second.str("/access_token")).await.accepted();
    stored.advance(minutes(14));
    let third = refresh(&stored, &second.str("/refresh_token"), "")
        .await
        .accepted();
    assert_eq!(kid_of(&third.str("/access_token")), kid_of(&first.access));
    stored.advance(minutes(14));
    round(&pinned).await;
    me(&pinned, &third.str("/access_token")).await.accepted();

    // Unpinned again: the key in the store had not expired and signs on.
    let unpinned = stored.second_instance().await;
    keys::settle(&unpinned.app).await.unwrap();
    let last = refresh(&pinned, &third.str("/refresh_token"), "")
        .await
        .accepted();
    assert_eq!(kid_of(&last.str("/access_token")), pin);
    unpinned.advance(minutes(14));
    round(&unpinned).await;
    me(&unpinned, &last.str("/access_token")).await.accepted();
    assert_eq!(unpinned.app.ring.active().kid(), kid_of(&first.access));
    unpinned.advance(hours(3));
    round(&unpinned).await;
    assert_eq!(jwks(&unpinned).await, [kid_of(&first.access)]);
}

fn pins<'a>(private: &'a str, public: &'a str, additional: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("JWT_PRIVATE_KEY_PATH", private),
        ("JWT_PUBLIC_KEY_PATH", public),
        ("JWT_ADDITIONAL_PUBLIC_KEY_PATHS", additional),
    ]
}

#[tokio::test]
async fn pinned_keys_are_rotated_by_hand_with_additional_public_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (private_a, public_a) = pem_files(folder.path(), "a");
    let (private_b, public_b) = pem_files(folder.path(), "b");
    let before = pins(&private_a, &public_a, &public_b);
    let one = TestJanua::with(&before).await;
    let ada = one.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let listed = jwks(&one).await;
    assert_eq!((listed.len(), &listed[0]), (2, &kid_of(&session.access)));
    let states = keys::list(&one.app).await.unwrap();
    let states: Vec<&str> = states.iter().map(|it| it.state).collect();
    assert_eq!(states, ["pinned", "additional"]);

    let after = pins(&private_b, &public_b, &public_a);
    let two = one.second_instance_with(&after).await;
    me(&two, &session.access).await.accepted();
    let next = refresh(&two, &session.refresh, "").await.accepted();
    assert_eq!(kid_of(&next.str("/access_token")), listed[1]);
    me(&one, &next.str("/access_token")).await.accepted();
}
