//! Codes of six digits: people read them in one place and type them in another.

/// A code from fresh random bytes. Of 2^64 numbers each code gets the same share, but for one in ten million million.
pub fn from_random(bytes: [u8; 8]) -> String {
    format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000)
}

/// Whether a text has the form of a code.
pub fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_its_leading_zeros() {
        assert_eq!(from_random([0, 0, 0, 0, 0, 0, 0, 42]), "000042");
        assert!(is_code("000042"));
        for text in ["", "12345", "1234567", "12345a", "１２３４５６", " 12345"] {
            assert!(!is_code(text), "{text}");
        }
    }
}
