//! What a table holds, as a count and a sum.
//!
//! A digest is taken over what a value means, not over how an engine keeps it: points in time as microseconds, JSON with
//! its keys in order. So the same rows have the same digest in both engines, in any order. It tells loss and damage; it
//! holds no secret, so against somebody who changes rows on purpose the audit log has its chain.

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::io::db::Value;

/// How many rows a table has, and their sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// How many.
    pub rows: u64,
    /// The sum of their hashes.
    pub sum: Sum,
}

/// Hashes of rows added up as numbers of 256 bits: the order of the rows makes no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sum([u8; 32]);

impl From<Sum> for String {
    fn from(it: Sum) -> Self {
        hex::encode(it.0)
    }
}

impl TryFrom<String> for Sum {
    type Error = hex::FromHexError;
    fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
        let mut sum = [0; 32];
        hex::decode_to_slice(text, &mut sum)?;
        Ok(Self(sum))
    }
}

impl Digest {
    /// Takes in rows.
    pub fn add_all(&mut self, rows: &[Vec<Value>]) {
        for row in rows {
            self.add(row);
        }
    }

    /// Takes in a row of a table, its values in the order of the columns.
    pub fn add(&mut self, values: &[Value]) {
        let mut context = Context::new(&SHA256);
        for value in values {
            let plain = plain(value);
            context.update(&[u8::from(plain.is_some())]);
            let plain = plain.unwrap_or_default();
            context.update(&(plain.len() as u64).to_be_bytes());
            context.update(&plain);
        }
        let hash = context.finish();
        let mut carry = 0_u16;
        for (sum, byte) in self.sum.0.iter_mut().zip(hash.as_ref()) {
            let [high, low] = (u16::from(*sum) + u16::from(*byte) + carry).to_be_bytes();
            (*sum, carry) = (low, u16::from(high));
        }
        self.rows += 1;
    }
}

/// What a value means, as bytes.
fn plain(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Text(it) => it.as_ref().map(|it| it.as_bytes().to_vec()),
        Value::Int(it) => it.map(|it| it.to_be_bytes().to_vec()),
        Value::Bool(it) => it.map(|it| vec![u8::from(it)]),
        Value::Bytes(it) => it.clone(),
        Value::Time(it) => it.map(|it| it.timestamp_micros().to_be_bytes().to_vec()),
        Value::Json(it) => it.as_ref().map(|it| same_numbers(it).to_string().into_bytes()),
    }
}

/// The same JSON with whole numbers written in one way: PostgreSQL gives back `1e16` as `10000000000000000`.
#[expect(clippy::cast_possible_truncation, reason = "it is a whole number below 2^53")]
fn same_numbers(json: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match json {
        Json::Array(all) => all.iter().map(same_numbers).collect(),
        Json::Object(all) => Json::Object(all.iter().map(|(k, v)| (k.clone(), same_numbers(v))).collect()),
        Json::Number(number) if !number.is_i64() && !number.is_u64() => match number.as_f64() {
            Some(it) if it.fract() == 0.0 && it.abs() < EXACT => Json::from(it as i64),
            Some(it) => Json::from(format!("{it:e}")),
            None => json.clone(),
        },
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(it), _) if it.unsigned_abs() < (1 << 53) => json.clone(),
            (_, Some(it)) => Json::from(format!("{it:e}")),
            _ => json.clone(),
        },
        other => other.clone(),
    }
}

/// A table by name, and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The table.
    pub table: String,
    /// What it holds.
    #[serde(flatten)]
    pub digest: Digest,
}

/// A table in two places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The table.
    pub table: String,
    /// How many rows there should be.
    pub expected: u64,
    /// How many there are.
    pub found: u64,
    /// Whether they are the same.
    pub same: bool,
}

impl Compared {
    /// In words.
    pub fn told(&self) -> String {
        match self.found.cmp(&self.expected) {
            _ if self.same => "the same".to_owned(),
            std::cmp::Ordering::Less => format!("{} rows are missing", self.expected - self.found),
            std::cmp::Ordering::Greater => format!("{} rows too many", self.found - self.expected),
            std::cmp::Ordering::Equal => "as many rows, but not the same".to_owned(),
        }
    }
}

/// Compares table by table; one that is in one place only is compared with none.
pub fn compare(expected: &[Counted], found: &[Counted]) -> Vec<Compared> {
    let of = |all: &[Counted], name: &str| all.iter().find(|it| it.table == name).map(|it| it.digest.clone());
    let only_found = found.iter().filter(|it| of(expected, &it.table).is_none());
    let all = expected.iter().chain(only_found);
    let pairs = all.map(|it| (&it.table, of(expected, &it.table), of(found, &it.table)));
    let compared = pairs.map(|(table, expected, found)| Compared {
        table: table.clone(),
        expected: expected.as_ref().map_or(0, |it| it.rows),
        found: found.as_ref().map_or(0, |it| it.rows),
        same: expected == found,
    });
    compared.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::params;

    fn digest(rows: &[Vec<Value>]) -> Digest {
        let mut digest = Digest::default();
        digest.add_all(rows);
        digest
    }

    #[test]
    fn the_order_of_rows_makes_no_difference_and_everything_else_does() {
        let (a, b) = (params!["a", 1_i64], params!["b", 2_i64]);
        let both = digest(&[a.clone(), b.clone()]);
        assert_eq!(both, digest(&[b.clone(), a.clone()]));
        for other in [
            vec![a.clone()],
            vec![a.clone(), a.clone()],
            vec![params!["a", 2_i64], params!["b", 1_i64]],
            vec![a.clone(), params!["b", None::<i64>]],
            vec![a, b, params!["", 0_i64]],
        ] {
            assert_ne!(both, digest(&other), "{other:?}");
        }
        assert_ne!(digest(&[params!["ab", "c"]]), digest(&[params!["a", "bc"]]));
        assert_ne!(digest(&[params![None::<&str>]]), digest(&[params![""]]));
    }

    #[test]
    fn numbers_in_json_are_what_they_mean() {
        let same = [
            ("1e2", "100"),
            ("1.0", "1"),
            ("1e16", "10000000000000000"),
            ("0.50", "0.5"),
        ];
        for (a, b) in same {
            let read = |it: &str| params![serde_json::from_str::<serde_json::Value>(it).unwrap()];
            assert_eq!(digest(&[read(a)]), digest(&[read(b)]), "{a}");
        }
        assert_ne!(
            digest(&[params![json!({"a": 1})]]),
            digest(&[params![json!({"a": 2})]])
        );
        assert_ne!(
            digest(&[params![json!({"a": 1})]]),
            digest(&[params![json!({"a": "1"})]])
        );
    }
}
