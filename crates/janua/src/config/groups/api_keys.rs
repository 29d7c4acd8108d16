//! API keys.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use crate::config::reader::Reader;

#[derive(Clone, Debug)]
pub struct ApiKeys {
    pub most: u32,
}

impl ApiKeys {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            most: r.positive(
                "API_KEYS_MAX",
                50,
                "API keys that a person, or an organization, can have.",
            ),
        }
    }
}
