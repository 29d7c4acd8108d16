//! How a receiver knows that a delivery is ours, and not an old one: HMAC-SHA256 (RFC 2104) over time and body.

use crate::crypto::secret::OpaqueToken;
use crate::crypto::signed_body;

/// The value of `X-Janua-Signature`: `sha256=` and the HMAC in hexadecimal of `{timestamp}.{body}`, one for each secret,
/// separated by commas. The key is the secret as it was shown, prefix included.
pub(super) fn sign(secrets: &[OpaqueToken], timestamp: i64, body: &str) -> String {
    let signed = secrets
        .iter()
        .map(|secret| signed_body::sign(&secret.reveal(), timestamp, body));
    signed.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::secret::Kind;

    #[test]
    fn every_secret_signs_time_and_body() {
        let secret = |byte| OpaqueToken::from_random([byte; 32], Kind::Webhook);
        let one = sign(&[secret(1)], 1_768_127_400, "{}");
        assert!(one.starts_with("sha256=") && one.len() == 7 + 64, "{one}");
        assert_eq!(
            sign(&[secret(2), secret(1)], 1_768_127_400, "{}")
                .split(',')
                .nth(1),
            Some(one.as_str())
        );
        for other in [
            sign(&[secret(1)], 1_768_127_401, "{}"),
            sign(&[secret(1)], 1_768_127_400, "{ }"),
            sign(&[secret(2)], 1_768_127_400, "{}"),
        ] {
            assert_ne!(one, other);
        }
    }
}
