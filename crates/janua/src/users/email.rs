//! Addresses, normalised: one person's address has one spelling.

use unicode_normalization::is_nfkc;

use crate::error::{Code, Invalid};

/// RFC 5321 §4.5.3.1.3.
const LONGEST: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// A normalised address: ASCII, lower case, one `@`, a domain with labels that DNS allows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address as a person types it.
    ///
    /// White space around it is refused rather than cut, and so is everything that some parser reads as a second
    /// address: quotes, commas, angle brackets, comments, control characters, look-alikes of `@`.
    ///
    /// # Errors
    /// `INVALID_EMAIL` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &str| Invalid::new(Code::InvalidEmail, reason);
        if text.len() > LONGEST {
            return Err(refuse("the address is longer than 254 characters"));
        }
        // Two texts that look alike must not become two accounts, nor one (Django CVE-2019-19844).
        if !is_nfkc(text) {
            return Err(refuse(
                "the address holds characters that can be written in several ways",
            ));
        }
        let (local, domain) = text
            .split_once('@')
            .ok_or_else(|| refuse("the address has no @"))?;
        if domain.contains('@') {
            return Err(refuse("the address has more than one @"));
        }
        if local.is_empty() || local.len() > LONGEST_LOCAL {
            return Err(refuse("the part before the @ must have 1 to 64 characters"));
        }
        let allowed = |it: char| it.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(it);
        if !local.chars().all(allowed)
            || local.starts_with('.')
            || local.ends_with('.')
            || local.contains("..")
        {
            return Err(refuse(
                "the part before the @ holds characters that an address cannot have",
            ));
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| refuse("the domain is not valid"))?;
        let dotted = domain.contains('.') && domain.parse::<std::net::Ipv4Addr>().is_err();
        if !dotted || domain.ends_with('.') {
            return Err(refuse("the domain must be a full name such as example.com"));
        }
        let address = format!("{}@{domain}", local.to_ascii_lowercase());
        if address.len() > LONGEST {
            return Err(refuse("the address is longer than 254 characters"));
        }
        Ok(Self(address))
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_person_has_one_spelling() {
        for (typed, stored) in [
            ("ada@example.com", "ada@example.com"),
            ("Ada.Lovelace+Janua@EXAMPLE.com", "ada.lovelace+janua@example.com"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("o'neil@example.co.uk", "o'neil@example.co.uk"),
            ("admin@janua.localhost", "admin@janua.localhost"),
        ] {
            assert_eq!(Email::parse(typed).unwrap().as_str(), stored);
        }
    }

    #[test]
    fn tricks_are_refused() {
        let long = format!("{}@example.com", "a".repeat(250));
        for typed in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "ada@@example.com",
            "a@x.com,b@y.com",
            "\"evil@attacker.com\"@example.com",
            "ada@example.com\r\nBcc: eve@example.com",
            "<ada@example.com>",
            " ada@example.com",
            "ada@example.com ",
            "ada @example.com",
            "ada\0@example.com",
            "ada@exa mple.com",
            "ada＠example.com",
            "adaı@example.com",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "ada@example..com",
            ".ada@example.com",
            "ada.@example.com",
            "a..b@example.com",
            "ada@-example.com",
            "ada@example.com.",
            "ada(comment)@example.com",
            "ada\u{202e}@example.com",
            "ad\u{200b}a@example.com",
            "éva@example.com",
            &long,
        ] {
            assert!(Email::parse(typed).is_err(), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_plain_and_reads_the_same_again(text in "\\PC{0,40}@\\PC{0,40}|[a-zA-Z.+]{1,12}@[a-z0-9.-]{1,20}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(email.as_str().is_ascii() && email.as_str().len() <= LONGEST);
                prop_assert_eq!(email.as_str().matches('@').count(), 1);
                prop_assert_eq!(email.as_str(), email.as_str().to_lowercase());
                prop_assert!(!email.as_str().contains(|it: char| it.is_whitespace() || it.is_control() || "\"<>,;:()[]\\".contains(it)));
                prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email);
            }
        }
    }
}
