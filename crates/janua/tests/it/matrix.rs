//! Every operation of the API document, tried with what belongs to others and with every role.
//!
//! Nothing here knows a single route: a new one joins by itself. What stands in a path is filled in by its name, and a
//! name that is not known fails the test: teach it to `Victim::of_path`.

mod isolation;
mod privileges;
mod victim;

use janua::http::router;
use reqwest::Method;
use serde_json::{Map, Value, json};

/// An operation of the API document.
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) document: Value,
}

impl Operation {
    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        let document = serde_json::to_value(router::document()).expect("JSON");
        let mut all = Vec::new();
        for (path, operations) in document["paths"].as_object().expect("paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                all.push(Self {
                    method: Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method"),
                    path: path.clone(),
                    document: operation.clone(),
                });
            }
        }
        all
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it asks who one is.
    pub(crate) fn is_guarded(&self) -> bool {
        self.document.get("security").is_some()
    }

    /// Whether it is for administrators of the platform.
    pub(crate) fn is_of_platform(&self) -> bool {
        self.path.starts_with("/api/v1/admin/")
    }

    /// The permission that it needs in the organization of its path.
    pub(crate) fn permission(&self) -> Option<&str> {
        self.document["x-permission"].as_str()
    }

    /// The names in its path, each with the part before it, such as `members/{user_id}`.
    pub(crate) fn parameters(&self) -> Vec<String> {
        let parts: Vec<&str> = self.path.split('/').collect();
        let named = parts.windows(2).filter(|it| it[1].starts_with('{'));
        named.map(|it| it.join("/")).collect()
    }

    /// Whether its path is inside an organization.
    pub(crate) fn is_in_an_organization(&self) -> bool {
        self.path.contains("{organization_id}") && !self.is_of_platform()
    }

    /// A body with all its fields, each filled by its name; `None` when it takes none.
    pub(crate) fn body(&self, fill: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
        let schema = self
            .document
            .pointer("/requestBody/content/application~1json/schema")?;
        let document = serde_json::to_value(router::document()).expect("JSON");
        Some(filled(&document, schema, "", fill, 0))
    }
}

/// A value that fits a schema.
fn filled(
    document: &Value,
    schema: &Value,
    name: &str,
    fill: &dyn Fn(&str) -> Option<Value>,
    depth: usize,
) -> Value {
    if let Some(value) = fill(name) {
        return value;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(&reference[1..]).expect("it leads somewhere");
        return filled(document, target, name, fill, depth + 1);
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[several].as_array() {
            let choice = choices.iter().find(|it| it["type"] != "null");
            return filled(document, choice.unwrap_or(&Value::Null), name, fill, depth + 1);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|it| *it != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") if depth < 8 => {
            let empty = Map::new();
            let properties = schema["properties"].as_object().unwrap_or(&empty);
            let members = properties
                .iter()
                .map(|(name, it)| (name.clone(), filled(document, it, name, fill, depth + 1)));
            Value::Object(members.collect())
        }
        Some("array") => json!([filled(document, &schema["items"], name, fill, depth + 1)]),
        Some("boolean") => json!(false),
        Some("integer" | "number") => json!(1),
        Some("string") => json!("something"),
        _ => json!({}),
    }
}
