//! Keys and published vectors for the tests of this module.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::{Algorithm, Jwk, KeySet, PublicKey, SigningKey};

/// The algorithms with a key pair.
pub(crate) const PAIRS: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];

/// The shared secret of [`key`]`(Hs256)`.
pub(crate) const SECRET: &[u8; 32] = b"a shared secret of just 32 bytes";

fn generated(algorithm: Algorithm) -> &'static (SigningKey, Zeroizing<Vec<u8>>) {
    static KEYS: [OnceLock<(SigningKey, Zeroizing<Vec<u8>>)>; 3] = [const { OnceLock::new() }; 3];
    let at = PAIRS.iter().position(|known| *known == algorithm).unwrap();
    KEYS[at].get_or_init(|| SigningKey::generate(algorithm).unwrap())
}

/// One key of each algorithm, the same for all tests of a run.
pub(crate) fn key(algorithm: Algorithm) -> &'static SigningKey {
    static HMAC: OnceLock<SigningKey> = OnceLock::new();
    match algorithm {
        Algorithm::Hs256 => HMAC.get_or_init(|| SigningKey::hmac(SECRET).unwrap()),
        _ => &generated(algorithm).0,
    }
}

/// The PKCS#8 form of [`key`].
pub(crate) fn pkcs8(algorithm: Algorithm) -> &'static [u8] {
    &generated(algorithm).1
}

/// All of [`key`].
pub(crate) fn key_set() -> KeySet {
    KeySet::new(
        Algorithm::ALL
            .map(|algorithm| key(algorithm).verification_key().clone())
            .to_vec(),
    )
}

/// Signs any header and payload, however odd.
pub(crate) fn forge(key: &SigningKey, header: &str, payload: &str) -> String {
    let input = format!("{}.{}", b64(header), b64(payload));
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", b64(signature))
}

/// The header that an honest token of the key has, but for the algorithm.
pub(crate) fn header(alg: &str, kid: &str) -> String {
    serde_json::json!({ "alg": alg, "kid": kid, "typ": "at+jwt" }).to_string()
}

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn unb64(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

pub(crate) fn public(jwk: &str) -> PublicKey {
    PublicKey::from_jwk(&serde_json::from_str::<Jwk>(jwk).unwrap()).unwrap()
}

/// RFC 7638 §3.1.
pub(crate) const RFC7638_JWK: &str = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;

/// RFC 7515 appendix A.2: the public key, and the token it verifies.
pub(crate) const RFC7515_A2: (&str, &str) = (
    r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#,
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
);

/// RFC 7515 appendix A.3.
pub(crate) const RFC7515_A3: (&str, &str) = (
    r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
);

/// RFC 8037 appendix A.2.
pub(crate) const RFC8037_JWK: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// RFC 8037 appendix A.1: the private key of [`RFC8037_JWK`].
pub(crate) const RFC8037_D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

/// RFC 8037 appendix A.4.
pub(crate) const RFC8037_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
