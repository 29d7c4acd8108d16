//! Telephone numbers, normalised: one telephone has one spelling, E.164, and only parsing makes one.
//!
//! What is a number is told by the metadata of libphonenumber: it knows every country's lengths and ranges.

use std::fmt;

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, Type};

use crate::config::Region;
use crate::error::{Code, Invalid};

/// More than anybody writes: fifteen digits, a plus sign, and what stands between them.
const LONGEST: usize = 40;

/// Digits at the end that adjacent numbers differ in.
const OWN_DIGITS: usize = 4;

/// A telephone that can get a text message.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    e164: String,
    country: String,
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

impl PhoneNumber {
    /// Reads a number with its country code, as in `+1 202 555 0123`.
    ///
    /// # Errors
    /// `INVALID_PHONE` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::parse_in(text, None)
    }

    /// Reads a number as a person types it; one without country code is one of the given region.
    ///
    /// # Errors
    /// `INVALID_PHONE` with the reason.
    pub fn parse_in(text: &str, region: Option<Region>) -> Result<Self, Invalid> {
        let dialled = dialled(text)?;
        if !dialled.starts_with('+') && region.is_none() {
            return Err(refuse(
                "the number has no country code: write it with + in front, as in +1 202 555 0123",
            ));
        }
        let number = phonenumber::parse(region.map(Region::id), &dialled)
            .ok()
            .filter(phonenumber::is_valid)
            .ok_or_else(|| {
                refuse("there is no such telephone number: look at the country code and count the digits")
            })?;
        match number.number_type(&DATABASE) {
            Type::PremiumRate
            | Type::SharedCost
            | Type::TollFree
            | Type::Uan
            | Type::Voicemail
            | Type::Pager => {
                return Err(refuse(
                    "this kind of number gets no text messages: give that of a mobile phone",
                ));
            }
            _ => {}
        }
        let e164 = number.format().mode(Mode::E164).to_string();
        let is_plain = e164.strip_prefix('+').is_some_and(|it| {
            (OWN_DIGITS + 1..=15).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit())
        });
        // What is stored has to be read again as the same number.
        let again = phonenumber::parse(None, &e164).ok().filter(phonenumber::is_valid);
        let is_stable = again.is_some_and(|it| it.format().mode(Mode::E164).to_string() == e164);
        if !is_plain || !is_stable {
            return Err(refuse("there is no such telephone number"));
        }
        let country = match number.country().id() {
            Some(id) => id.as_ref().to_owned(),
            None => format!("+{}", number.country().code()),
        };
        Ok(Self { e164, country })
    }

    /// The number in E.164, for whoever delivers to it.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The country, as in `US`; the country code where it belongs to none.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The number without its last four digits: adjacent numbers share it.
    pub fn block(&self) -> &str {
        &self.e164[..self.e164.len() - OWN_DIGITS]
    }

    /// What may be shown and logged: its owner knows it by the last two digits.
    pub fn masked(&self) -> String {
        let (head, tail) = self.e164.split_at(self.e164.len() - 2);
        format!("+{}{tail}", "•".repeat(head.len() - 1))
    }
}

/// The digits that a person means, with + if they begin with a country code.
fn dialled(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refuse("the number is empty"));
    }
    if text.len() > LONGEST {
        return Err(refuse("the number is longer than 40 characters"));
    }
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => ("", text),
    };
    if !rest
        .chars()
        .all(|it| it.is_ascii_digit() || " -.()/\u{a0}".contains(it))
    {
        return Err(refuse(
            "the number holds something other than digits, spaces and dashes",
        ));
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    Ok(format!("{plus}{digits}"))
}

fn refuse(reason: &str) -> Invalid {
    Invalid::new(Code::InvalidPhone, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn region(text: &str) -> Option<Region> {
        text.parse().ok()
    }

    #[test]
    fn one_telephone_has_one_spelling() {
        for spelling in [
            "+12025550123",
            "+1 (202) 555-0123",
            " +1.202.555.0123 ",
            "+1-202-555-0123",
        ] {
            let number = PhoneNumber::parse(spelling).unwrap();
            assert_eq!(
                (number.e164(), number.country()),
                ("+12025550123", "US"),
                "{spelling}"
            );
        }
        for (text, place, e164) in [
            ("(202) 555-0123", "US", "+12025550123"),
            ("07400 123456", "GB", "+447400123456"),
            ("0170 1234567", "DE", "+491701234567"),
            ("612 34 56 78", "ES", "+34612345678"),
            ("+34 612 345 678", "US", "+34612345678"),
        ] {
            assert_eq!(
                PhoneNumber::parse_in(text, region(place)).unwrap().e164(),
                e164,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("1234567890", "no country code"),
            ("00442079460018", "no country code"),
            // One digit too few for the numbering plan of North America.
            ("+1234567890", "no such"),
            ("+", "no such"),
            ("+999123456789", "no such"),
            ("+1202555012345", "no such"),
            ("++12025550123", "other than digits"),
            ("+1202555O123", "other than digits"),
            ("+\u{ff11}2025550123", "other than digits"),
            ("+1 202 555 0123;ext=4", "other than digits"),
            ("tel:+12025550123", "other than digits"),
            ("+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1", "longer than 40"),
            ("+18005550123", "gets no text"),
            ("+19005550123", "gets no text"),
        ] {
            let refused = PhoneNumber::parse(text).unwrap_err();
            assert_eq!(refused.code, Code::InvalidPhone);
            assert!(refused.reason.contains(reason), "{text}: {}", refused.reason);
        }
    }

    #[test]
    fn what_is_shown_hides_the_number() {
        let number = PhoneNumber::parse("+12025550123").unwrap();
        assert_eq!(number.masked(), "+•••••••••23");
        assert_eq!(number.block(), "+1202555");
        assert!(!format!("{number:?}").contains("2025550"), "{number:?}");
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_the_parser(text in ".{0,60}") {
            let _ = PhoneNumber::parse(&text);
            let _ = PhoneNumber::parse_in(&text, region("GB"));
        }

        #[test]
        fn nothing_that_looks_like_a_number_breaks_it(text in r"\+?[0-9 ()./-]{0,40}", at in 0usize..6) {
            let place = ["US", "GB", "DE", "IT", "BR", "AR"][at];
            for read in [PhoneNumber::parse(&text), PhoneNumber::parse_in(&text, region(place))] {
                let Ok(number) = read else { continue };
                // What was read once is read again as the same.
                prop_assert_eq!(PhoneNumber::parse(number.e164()), Ok(number.clone()));
                prop_assert!(number.e164().starts_with(number.block()));
            }
        }
    }
}
