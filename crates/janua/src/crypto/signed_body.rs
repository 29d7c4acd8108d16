//! How a receiver knows that a request is ours, and not an old one: HMAC-SHA256 (RFC 2104) over time and body.

use aws_lc_rs::hmac;

/// `sha256=` and the HMAC in hexadecimal of `{timestamp}.{body}`. The key is the secret as it was shown.
pub fn sign(secret: &str, timestamp: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = hmac::sign(&key, format!("{timestamp}.{body}").as_bytes());
    format!("sha256={}", hex::encode(signed))
}
