//! What a provider says of a person, and which of it goes where.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::SsoConnectionId;
use super::logins::There;
use super::saml::Carried;
use crate::config::AttributeLists;
use crate::users::{Email, PersonName};

/// The most values of all attributes together that are looked at.
const MOST: usize = 2000;

/// The longest value that is looked at, in bytes.
const LONGEST: usize = 2000;

/// The longest subject.
const LONGEST_SUBJECT: usize = 512;

/// What a provider says of a person: names with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(BTreeMap<String, Vec<String>>);

impl Attributes {
    /// Adds a value.
    pub fn add(&mut self, name: &str, value: &str) {
        let count: usize = self.0.values().map(Vec::len).sum();
        let value = value.trim();
        if count < MOST && !value.is_empty() && value.len() <= LONGEST && name.len() <= LONGEST {
            let values = self.0.entry(name.to_owned()).or_default();
            if !values.iter().any(|it| it == value) {
                values.push(value.to_owned());
            }
        }
    }

    /// Claims as attributes; what is nested is named with dots, as in `realm_access.roles`.
    pub fn of_claims(claims: &Map<String, Value>) -> Self {
        let mut all = Self::default();
        for (name, value) in claims {
            all.add_claim(name, value, 0);
        }
        all
    }

    fn add_claim(&mut self, name: &str, value: &Value, depth: usize) {
        match value {
            Value::String(text) => self.add(name, text),
            Value::Number(number) => self.add(name, &number.to_string()),
            Value::Bool(yes) => self.add(name, if *yes { "true" } else { "false" }),
            Value::Array(values) => {
                for value in values.iter().filter(|it| !it.is_array() && !it.is_object()) {
                    self.add_claim(name, value, depth);
                }
            }
            Value::Object(members) if depth < 3 => {
                for (inner, value) in members {
                    self.add_claim(&format!("{name}.{inner}"), value, depth + 1);
                }
            }
            Value::Object(_) | Value::Null => {}
        }
    }

    /// The values under a name.
    pub fn values(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// All names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The first value that can be read, name by name.
    fn first<T>(&self, names: &[String], read: impl Fn(&str) -> Option<T>) -> Option<(String, T)> {
        names.iter().find_map(|name| {
            let found = self.values(name).iter().find_map(|it| read(it));
            found.map(|it| (name.clone(), it))
        })
    }
}

/// What is known of a person after mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    /// The address.
    pub email: Option<Email>,
    /// The given name.
    pub first_name: Option<PersonName>,
    /// The family name.
    pub last_name: Option<PersonName>,
    /// The groups.
    pub groups: Vec<String>,
    /// Which attribute went where: the field, then the name.
    pub sources: Vec<(&'static str, String)>,
}

impl Mapped {
    /// Maps by lists of names; the first that holds a value wins.
    pub fn of(attributes: &Attributes, lists: &AttributeLists) -> Self {
        let mut mapped = Self::default();
        let name = |it: &str| PersonName::parse(it).ok().flatten();
        if let Some((from, email)) = attributes.first(&lists.email, |it| Email::parse(it).ok()) {
            mapped.email = Some(email);
            mapped.sources.push(("email", from));
        }
        if let Some((from, first)) = attributes.first(&lists.first_name, name) {
            mapped.first_name = Some(first);
            mapped.sources.push(("first_name", from));
        }
        if let Some((from, last)) = attributes.first(&lists.last_name, name) {
            mapped.last_name = Some(last);
            mapped.sources.push(("last_name", from));
        }
        if let Some(from) = lists.groups.iter().find(|it| !attributes.values(it).is_empty()) {
            mapped.groups = attributes.values(from).to_vec();
            mapped.sources.push(("groups", from.clone()));
        }
        mapped
    }

    /// The fields for which nothing was found.
    pub fn missing(&self) -> Vec<&'static str> {
        let all = ["email", "first_name", "last_name", "groups"];
        let is_found = |field: &str| self.sources.iter().any(|(it, _)| *it == field);
        all.into_iter().filter(|it| !is_found(it)).collect()
    }
}

/// Somebody as the identity provider of a connection has just described them to us.
#[derive(Clone, Debug)]
pub struct Identified {
    connection: SsoConnectionId,
    subject: String,
    attributes: Attributes,
    mapped: Mapped,
    denies_email: bool,
    carried: Option<Carried>,
    there: Option<There>,
}

impl Identified {
    /// Takes what was verified; `None` for a person without an id.
    pub(super) fn new(
        connection: &SsoConnectionId,
        subject: &str,
        attributes: Attributes,
        lists: &AttributeLists,
    ) -> Option<Self> {
        let is_fit = !subject.is_empty() && subject.len() <= LONGEST_SUBJECT && !subject.contains('\0');
        is_fit.then(|| Self {
            connection: connection.clone(),
            subject: subject.to_owned(),
            mapped: Mapped::of(&attributes, lists),
            denies_email: attributes.values("email_verified") == ["false"],
            attributes,
            carried: None,
            there: None,
        })
    }

    /// The same, as an assertion told it that counts once.
    pub(super) fn by(self, assertion: Carried) -> Self {
        Self {
            carried: Some(assertion),
            ..self
        }
    }

    /// The same, with what the provider knows the sign-in by.
    pub(super) fn known_by(self, there: There) -> Self {
        Self {
            there: Some(there),
            ..self
        }
    }

    /// What the provider knows the sign-in by.
    pub(super) fn there(&self) -> Option<&There> {
        self.there.as_ref()
    }

    /// The assertion that told of it.
    pub(super) fn carried(&self) -> Option<&Carried> {
        self.carried.as_ref()
    }

    /// The connection.
    pub fn connection(&self) -> &SsoConnectionId {
        &self.connection
    }

    /// The provider's own id for the person.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What was said.
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// Where it went.
    pub fn mapped(&self) -> &Mapped {
        &self.mapped
    }

    /// The address, unless the provider itself says that nobody has verified it.
    pub fn email(&self) -> Option<&Email> {
        self.mapped.email.as_ref().filter(|_| !self.denies_email)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::config::{Config, Env};

    fn usual() -> AttributeLists {
        let env = Env::of([("JWT_SECRET_KEY", "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA")]);
        Config::read(&env).expect("the settings are right").sso.attributes
    }

    fn attributes(claims: &Value) -> Attributes {
        Attributes::of_claims(claims.as_object().expect("an object"))
    }

    /// The claims that these products send when they are set up as their guides say.
    #[test]
    fn what_the_usual_products_say_is_understood() {
        let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
        let table = [
            (
                "Entra ID, SAML",
                json!({format!("{claims}/emailaddress"): "ada@acme.com", format!("{claims}/givenname"): "Ada",
                    format!("{claims}/surname"): "Lovelace", format!("{claims}/name"): "ada@acme.onmicrosoft.com",
                    "http://schemas.microsoft.com/identity/claims/tenantid": "t",
                    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups": ["staff"]}),
            ),
            (
                "Entra ID, OpenID Connect",
                json!({"sub": "s", "email": "ada@acme.com", "given_name": "Ada", "family_name": "Lovelace",
                    "groups": ["staff"], "tid": "t", "oid": "o"}),
            ),
            (
                "Okta",
                json!({"email": "ada@acme.com", "firstName": "Ada", "lastName": "Lovelace", "groups": ["staff"]}),
            ),
            (
                "Google Workspace",
                json!({"NameID": "ada@acme.com", "first_name": "Ada", "last_name": "Lovelace", "groups": ["staff"]}),
            ),
            (
                "ADFS",
                json!({format!("{claims}/emailaddress"): "ada@acme.com", format!("{claims}/givenname"): "Ada",
                    format!("{claims}/surname"): "Lovelace", "http://schemas.xmlsoap.org/claims/Group": ["staff"]}),
            ),
            (
                "Keycloak, SAML",
                json!({"urn:oid:1.2.840.113549.1.9.1": "ada@acme.com", "urn:oid:2.5.4.42": "Ada",
                    "urn:oid:2.5.4.4": "Lovelace", "Role": ["staff"], "NameID": "ada"}),
            ),
            (
                "Keycloak, OpenID Connect",
                json!({"email": "ada@acme.com", "given_name": "Ada", "family_name": "Lovelace", "groups": ["staff"],
                    "realm_access": {"roles": ["x"]}}),
            ),
        ];
        for (product, claims) in table {
            let mapped = Mapped::of(&attributes(&claims), &usual());
            let name = |it: &Option<PersonName>| it.as_ref().map(|it| it.as_str().to_owned());
            assert_eq!(
                mapped.email.as_ref().map(Email::as_str),
                Some("ada@acme.com"),
                "{product}"
            );
            assert_eq!(name(&mapped.first_name).as_deref(), Some("Ada"), "{product}");
            assert_eq!(name(&mapped.last_name).as_deref(), Some("Lovelace"), "{product}");
            assert_eq!(mapped.groups, ["staff"], "{product}");
            assert_eq!(mapped.missing(), Vec::<&str>::new(), "{product}");
        }
    }

    #[test]
    fn the_first_name_with_a_value_that_can_be_used_wins() {
        let said =
            attributes(&json!({"email": ["", "no address", "two@acme.com"], "mail": "three@acme.com"}));
        let mapped = Mapped::of(&said, &usual());
        assert_eq!(mapped.email.as_ref().map(Email::as_str), Some("two@acme.com"));
        assert_eq!(mapped.sources, [("email", "email".to_owned())]);
        assert_eq!(mapped.missing(), ["first_name", "last_name", "groups"]);
        let own = AttributeLists {
            email: vec!["upn".to_owned(), "mail".to_owned()],
            ..AttributeLists::default()
        };
        let mapped = Mapped::of(&said, &own.or(&usual()));
        assert_eq!(mapped.email.as_ref().map(Email::as_str), Some("three@acme.com"));
        let nested =
            attributes(&json!({"a": {"b": {"c": ["d"]}}, "n": null, "list": [["x"], {"y": 1}, 2, true]}));
        assert_eq!(nested.values("a.b.c"), ["d"]);
        assert_eq!(nested.values("list"), ["2", "true"]);
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_mapped_or_left_out(
            pairs in proptest::collection::vec(("(email|firstName|groups|x)", ".{0,40}"), 0..20)
        ) {
            let mut said = Attributes::default();
            for (name, value) in &pairs {
                said.add(name, value);
            }
            let mapped = Mapped::of(&said, &usual());
            prop_assert_eq!(mapped.sources.len() + mapped.missing().len(), 4);
        }
    }
}
