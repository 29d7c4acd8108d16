//! The attacks on tokens of RFC 8725 and of the published CVEs, tried on `verify_compact`.
//!
//! Every test first shows that the honest token passes, so that "refused" means something.

use aws_lc_rs::hmac;
use serde_json::json;

use super::testing::{PAIRS, b64, forge, header, key, key_set, unb64};
use super::{Algorithm, JwsError, SigningKey, sign_compact, verify_compact};

fn honest(algorithm: Algorithm) -> String {
    let token = sign_compact(key(algorithm), "at+jwt", &json!({ "sub": "a", "exp": 1 })).unwrap();
    assert_eq!(verdict(&token), Ok(()));
    token
}

fn verdict(token: &str) -> Result<(), JwsError> {
    verify_compact(token, &key_set(), "at+jwt").map(|_| ())
}

/// Header, payload and signature as they stand in the token.
fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<_> = token.split('.').collect();
    parts.try_into().unwrap()
}

#[test]
fn no_algorithm_but_that_of_the_key() {
    for algorithm in Algorithm::ALL {
        let token = honest(algorithm);
        let [_, payload, signature] = parts(&token);
        let others = Algorithm::ALL
            .map(Algorithm::name)
            .into_iter()
            .filter(|name| *name != algorithm.name());
        for alg in ["none", "None", "NONE", "nOnE", "", "HS512", "RS512", "PS256"]
            .into_iter()
            .chain(others)
        {
            let header = header(alg, key(algorithm).kid());
            let input = format!("{}.{payload}", b64(&header));
            assert_eq!(verdict(&format!("{input}.")), Err(JwsError::Algorithm), "{alg}");
            assert_eq!(
                verdict(&format!("{input}.{signature}")),
                Err(JwsError::Algorithm),
                "{alg}"
            );
            // Even correctly signed by the key that it names.
            let signed = forge(key(algorithm), &header, "{}");
            assert_eq!(verdict(&signed), Err(JwsError::Algorithm), "{alg}");
        }
    }
}

#[test]
fn public_keys_are_not_shared_secrets() {
    for algorithm in PAIRS {
        honest(algorithm);
        let public = key(algorithm).public().unwrap();
        let pem = public.spki_pem();
        let jwk = serde_json::to_string(public.jwk()).unwrap();
        let jwks = serde_json::to_string(&key_set().jwks()).unwrap();
        let secrets: [&[u8]; 11] = [
            pem.as_bytes(),
            pem.trim_end().as_bytes(),
            &[b"\n", pem.as_bytes()].concat(),
            &pem.replace('\n', "\r\n").into_bytes(),
            public.spki_der(),
            &public.spki_der()[24..],
            jwk.as_bytes(),
            jwks.as_bytes(),
            public.kid().as_bytes(),
            b"",
            b"secret",
        ];
        for secret in secrets {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
            for (alg, expected) in [
                ("HS256", JwsError::Algorithm),
                (algorithm.name(), JwsError::Signature),
            ] {
                let input = format!("{}.{}", b64(header(alg, public.kid())), b64("{}"));
                let signature = b64(hmac::sign(&secret, input.as_bytes()));
                assert_eq!(verdict(&format!("{input}.{signature}")), Err(expected));
            }
        }
    }
}

#[test]
fn foreign_keys_do_not_pass_for_ours() {
    for algorithm in Algorithm::ALL {
        honest(algorithm);
        let foreign = match algorithm {
            Algorithm::Hs256 => SigningKey::hmac(&[7; 32]).unwrap(),
            _ => SigningKey::generate(algorithm).unwrap().0,
        };
        let impersonating = forge(&foreign, &header(algorithm.name(), key(algorithm).kid()), "{}");
        assert_eq!(verdict(&impersonating), Err(JwsError::Signature));
        let unknown = sign_compact(&foreign, "at+jwt", &json!({})).unwrap();
        assert_eq!(verdict(&unknown), Err(JwsError::UnknownKey));
    }
}

#[test]
fn kids_are_names_and_nothing_else() {
    let kid = key(Algorithm::EdDsa).kid();
    let hostile = [
        String::new(),
        "../../../../dev/null".to_owned(),
        "/dev/null".to_owned(),
        "' OR '1'='1".to_owned(),
        "x' UNION SELECT 'secret' --".to_owned(),
        "http://169.254.169.254/latest".to_owned(),
        "${jndi:ldap://x}".to_owned(),
        "| sleep 5".to_owned(),
        "*".to_owned(),
        format!("{kid}\0"),
        format!("{kid} "),
        format!(" {kid}"),
        kid.to_lowercase(),
        kid[1..].to_owned(),
        "k".repeat(5000),
    ];
    honest(Algorithm::EdDsa);
    for kid in hostile {
        let token = forge(key(Algorithm::EdDsa), &header("EdDSA", &kid), "{}");
        assert_eq!(verdict(&token), Err(JwsError::UnknownKey), "{kid}");
    }
}

#[test]
fn tokens_do_not_bring_their_keys() {
    let attacker = SigningKey::generate(Algorithm::Es256).unwrap().0;
    let jwk = serde_json::to_value(attacker.public().unwrap().jwk()).unwrap();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("http://127.0.0.1:1/jwks")),
        ("x5u", json!("http://127.0.0.1:1/cert")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
    ] {
        // Signed by the attacker under either name, and even by us.
        for (signer, kid) in [
            (&attacker, attacker.kid()),
            (&attacker, key(Algorithm::Es256).kid()),
            (key(Algorithm::Es256), key(Algorithm::Es256).kid()),
        ] {
            let mut header = json!({ "alg": "ES256", "kid": kid, "typ": "at+jwt" });
            assert_eq!(
                verdict(&forge(signer, &header.to_string(), "{}")).is_ok(),
                signer.kid() == kid && kid != attacker.kid()
            );
            header[name] = value.clone();
            assert!(matches!(
                verdict(&forge(signer, &header.to_string(), "{}")),
                Err(JwsError::Header(_))
            ));
        }
    }
}

#[test]
fn damaged_signatures_are_refused() {
    for algorithm in Algorithm::ALL {
        let token = honest(algorithm);
        let (input, signature) = token.rsplit_once('.').unwrap();
        let good = unb64(signature);
        let refused = |signature: &[u8]| {
            assert_eq!(
                verdict(&format!("{input}.{}", b64(signature))),
                Err(JwsError::Signature)
            );
        };
        for length in 0..good.len() {
            refused(&good[..length]);
        }
        refused(&[&good[..], &[0]].concat());
        refused(&[&[0], &good[..]].concat());
        refused(&vec![0; good.len()]);
        refused(&vec![0xff; good.len()]);
        for bit in 0..good.len() * 8 {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            refused(&flipped);
        }
        assert_eq!(verdict(input), Err(JwsError::Encoding));
    }
}

#[test]
fn ecdsa_signatures_are_fixed_and_in_range() {
    // The order of P-256: r and s must lie between 0 and it (CVE-2022-21449).
    let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    let token = honest(Algorithm::Es256);
    let (input, signature) = token.rsplit_once('.').unwrap();
    let good = unb64(signature);
    let (r, s) = good.split_at(32);
    let zero = [0; 32];
    let der = {
        let integer = |value: &[u8]| [&[2, 33, 0], value].concat();
        [&[0x30, 70][..], &integer(r), &integer(s)].concat()
    };
    for forged in [
        [&zero, s].concat(),
        [r, &zero].concat(),
        [&order[..], s].concat(),
        [r, &order].concat(),
        [&order[..], &order].concat(),
        [s, r].concat(),
        der,
    ] {
        assert_eq!(
            verdict(&format!("{input}.{}", b64(forged))),
            Err(JwsError::Signature)
        );
    }
}

#[test]
fn claims_can_not_be_edited() {
    for algorithm in Algorithm::ALL {
        let token = honest(algorithm);
        let [header, _, signature] = parts(&token);
        for claims in [
            json!({ "sub": "b", "exp": 1 }),
            json!({ "sub": "a", "exp": 2 }),
            json!({}),
        ] {
            let edited = format!("{header}.{}.{signature}", b64(claims.to_string()));
            assert_eq!(verdict(&edited), Err(JwsError::Signature));
        }
    }
}

#[test]
fn a_token_has_one_spelling() {
    let token = honest(Algorithm::Es256);
    let [header, payload, signature] = parts(&token);
    // 64 bytes end in a character with four spare bits, which only one spelling leaves at zero.
    let spare = match signature.as_bytes()[85] {
        b'A' => 'B',
        b'Q' => 'R',
        b'g' => 'h',
        _ => 'x',
    };
    for odd in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        format!("{header}.{payload}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        // A JWE has five parts.
        format!("{token}.{payload}.{signature}"),
        format!("{header}.{payload}.{signature}="),
        format!("{header}.{payload}.{signature}=="),
        format!("{header}.{payload}.{}{spare}", &signature[..85]),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}\n.{signature}"),
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\0"),
        format!("Bearer {token}"),
        token.replace('.', ","),
        format!("{header}.{payload}.+/{}", &signature[2..]),
    ] {
        let refused = verdict(&odd).unwrap_err();
        assert!(
            matches!(refused, JwsError::Encoding | JwsError::Header(_)),
            "{odd}: {refused:?}"
        );
    }
}

#[test]
fn oversized_tokens_are_not_even_decoded() {
    let token = honest(Algorithm::EdDsa);
    assert_eq!(
        verdict(&format!("{token}{}", "A".repeat(100_000))),
        Err(JwsError::TooLarge)
    );
    assert_eq!(verdict(&"A".repeat(8193)), Err(JwsError::TooLarge));
    assert_eq!(verdict(&"A".repeat(8192)), Err(JwsError::Encoding));
}
