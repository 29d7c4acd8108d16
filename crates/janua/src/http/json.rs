//! A strict look at JSON before any of it is used: no key twice, no bottomless nesting, no NUL in a text.
//!
//! Parsers differ in which of two equal keys counts; refusing them keeps everyone who reads the request of one mind.

use std::cell::Cell;
use std::collections::HashSet;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::Code;

/// Levels of nesting that are accepted.
pub(super) const DEEPEST: usize = 32;

/// Checks a text that should be JSON.
///
/// # Errors
/// The code of the first thing that is wrong, with a sentence about it.
pub(super) fn check(text: &[u8]) -> Result<(), (Code, String)> {
    let refused = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let walk = Walk {
        depth: 0,
        refused: &refused,
    };
    let checked = walk
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    match (checked, refused.take()) {
        (Err(error), Some(code)) => Err((code, plain(&error))),
        (Err(error), None) if error.to_string().starts_with("recursion limit") => {
            Err((Code::NestingTooDeep, Code::NestingTooDeep.message().to_owned()))
        }
        (Err(error), None) => Err((
            Code::MalformedJson,
            format!("The body is not valid JSON: {error}"),
        )),
        (Ok(()), _) => Ok(()),
    }
}

/// The sentence without the position that serde adds.
pub(super) fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[derive(Clone, Copy)]
struct Walk<'a> {
    depth: usize,
    refused: &'a Cell<Option<Code>>,
}

impl Walk<'_> {
    fn refuse<E: serde::de::Error>(self, code: Code, text: impl std::fmt::Display) -> E {
        self.refused.set(Some(code));
        E::custom(text)
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            return Err(self.refuse(Code::NestingTooDeep, Code::NestingTooDeep.message()));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }

    fn text<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refuse(Code::InvalidField, "A text in the body holds a NUL character"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.text(text)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            self.text(&key)?;
            if seen.contains(&key) {
                return Err(self.refuse(
                    Code::DuplicateKey,
                    format_args!("The body names the key {key:?} twice"),
                ));
            }
            seen.insert(key);
            members.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> Option<Code> {
        check(text.as_bytes()).err().map(|(code, _)| code)
    }

    #[test]
    fn what_every_reader_understands_alike_is_accepted() {
        for text in [
            "{}",
            r#"{"a":1,"b":[true,null,"x",{"a":1.5e3}]}"#,
            "[]",
            "\"a\"",
            " {\n} ",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
        assert_eq!(code(&deep), None);
    }

    #[test]
    fn what_readers_differ_on_is_refused() {
        assert_eq!(code(r#"{"a":1,"a":2}"#), Some(Code::DuplicateKey));
        assert_eq!(code(r#"{"x":[{"a":1,"\u0061":2}]}"#), Some(Code::DuplicateKey));
        assert_eq!(code(r#"{"a":"x\u0000y"}"#), Some(Code::InvalidField));
        assert_eq!(
            code(&format!("{}{}", "[".repeat(DEEPEST + 1), "]".repeat(DEEPEST + 1))),
            Some(Code::NestingTooDeep)
        );
        assert_eq!(code(&"[".repeat(100_000)), Some(Code::NestingTooDeep));
        for text in [
            "",
            "{",
            "{\"a\":1,}",
            "{} {}",
            "\u{feff}{}",
            "{'a':1}",
            r#""\ud800""#,
            "NaN",
            "1e400",
        ] {
            assert_eq!(code(text), Some(Code::MalformedJson), "{text:?}");
        }
        assert_eq!(check(b"{\"a\":\"\xff\"}").unwrap_err().0, Code::MalformedJson);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = check(&bytes);
        }
    }
}
