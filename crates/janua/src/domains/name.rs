//! Names of domains, normalised: a domain has one spelling, the same as in an address.

use std::net::Ipv4Addr;

use crate::error::{Code, Invalid};

/// What stands before the domain in the name of its record.
const LABEL: &str = "_janua-verification";

/// RFC 1035 §2.3.4, less the label of the record before it.
const LONGEST: usize = 253 - LABEL.len() - 1;

/// Names that the public DNS never has.
const RESERVED: [&str; 6] = ["alt", "arpa", "invalid", "local", "localhost", "onion"];

/// Where everybody gets an address: the domain says nothing of whom somebody works for.
const MAIL_PROVIDERS: [&str; 64] = [
    "126.com",
    "163.com",
    "aol.com",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "duck.com",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.co.uk",
    "live.com",
    "live.fr",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "t-online.de",
    "tuta.com",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "web.de",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.es",
    "yahoo.fr",
    "yandex.com",
    "yandex.ru",
    "zoho.com",
];

/// A domain that an organization can own: ASCII, lower case, at least two labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainName(String);

impl DomainName {
    /// Reads a domain as a person types it.
    ///
    /// # Errors
    /// `INVALID_DOMAIN` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &str| Err(Invalid::new(Code::InvalidDomain, reason));
        // Anything longer cannot become short enough; converting it would cost time for nothing.
        if text.len() > 1024 {
            return refuse("the domain is too long");
        }
        let Ok(domain) = idna::domain_to_ascii_strict(text) else {
            return refuse("write a plain domain such as acme.com, without a scheme, a path or a port");
        };
        if domain.len() > LONGEST {
            return refuse("the domain is too long");
        }
        let Some((_, last)) = domain.rsplit_once('.').filter(|(_, last)| !last.is_empty()) else {
            return refuse("write the full domain, such as acme.com");
        };
        let is_number = last.bytes().all(|it| it.is_ascii_digit()) || last.starts_with("0x");
        if is_number || domain.parse::<Ipv4Addr>().is_ok() {
            return refuse("this is the address of a machine, not a domain");
        }
        if RESERVED.contains(&last) {
            return refuse("nobody can own a domain of this kind");
        }
        if MAIL_PROVIDERS.binary_search(&domain.as_str()).is_ok() {
            return refuse("everybody can have an address there: it belongs to no organization");
        }
        Ok(Self(domain))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of the TXT record that proves a domain.
pub(super) fn record(domain: &str) -> String {
    format!("{LABEL}.{domain}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::users::Email;

    #[test]
    fn a_domain_has_one_spelling() {
        for (typed, stored) in [
            ("acme.com", "acme.com"),
            ("ACME.Com", "acme.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--bcher-kva.example", "xn--bcher-kva.example"),
            ("ａｃｍｅ．com", "acme.com"),
            ("a.b.c.acme.co.uk", "a.b.c.acme.co.uk"),
            ("4chan.org", "4chan.org"),
        ] {
            assert_eq!(DomainName::parse(typed).unwrap().as_str(), stored);
        }
    }

    #[test]
    fn what_nobody_can_own_is_refused() {
        let label = "a".repeat(64);
        for typed in [
            "",
            ".",
            "com",
            "acme",
            "acme.",
            "acme.com.",
            ".acme.com",
            "acme..com",
            " acme.com",
            "acme.com\n",
            "acme.com\0.evil.com",
            "https://acme.com",
            "acme.com/path",
            "acme.com:443",
            "ada@acme.com",
            "*.acme.com",
            "_dmarc.acme.com",
            "-acme.com",
            "acme-.com",
            "127.0.0.1",
            "１２７.0.0.1",
            "1.2.3",
            "0x7f.0x1",
            "[::1]",
            "::1",
            "printer.local",
            "me.localhost",
            "1.168.192.in-addr.arpa",
            "gmail.com",
            "GMail.com",
            "ｇmail.com",
            &format!("{label}.com"),
            &format!("{}acme.com", "a.".repeat(130)),
            &"a.".repeat(600),
        ] {
            assert!(DomainName::parse(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn providers_are_in_order() {
        assert!(MAIL_PROVIDERS.is_sorted());
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_stand_in_the_dns(typed in "\\PC{0,300}") {
            if let Ok(it) = DomainName::parse(&typed) {
                check(&it)?;
            }
        }

        #[test]
        fn what_looks_like_a_domain_is_read_the_same_twice(typed in "[a-zA-Z0-9äß．。_-]{1,12}(\\.[a-zA-Z0-9é-]{1,12}){0,4}") {
            if let Ok(it) = DomainName::parse(&typed) {
                check(&it)?;
                prop_assert_eq!(DomainName::parse(it.as_str()).unwrap(), it);
            }
        }

        #[test]
        fn an_address_of_a_domain_has_its_spelling(domain in "[a-zA-Zäß0-9-]{1,12}\\.[a-zA-Zé]{2,6}") {
            if let (Ok(domain), Ok(email)) = (DomainName::parse(&domain), Email::parse(&format!("ada@{domain}"))) {
                prop_assert_eq!(email.as_str().split_once('@').unwrap().1, domain.as_str());
            }
        }
    }

    fn check(it: &DomainName) -> Result<(), TestCaseError> {
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        prop_assert!(record(it.as_str()).len() <= 253);
        prop_assert!(it.as_str().contains('.'));
        for label in it.as_str().split('.') {
            prop_assert!(
                (1..=63).contains(&label.len()) && label.chars().all(plain),
                "{it:?}"
            );
            prop_assert!(!label.starts_with('-') && !label.ends_with('-'), "{it:?}");
        }
        Ok(())
    }
}
