//! Ids: UUIDv7 in text form (RFC 9562 §5.7), each kind a type of its own.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// An id that was just made.
            pub fn new(id: uuid::Uuid) -> Self { Self(id.to_string()) }
            /// An id as it stands in a token or a path; `None` when it has not the form of one.
            pub fn parse(text: &str) -> Option<Self> {
                let id = uuid::Uuid::try_parse(text).ok()?;
                (id.to_string() == text).then(|| Self(text.to_owned()))
            }
            /// The text of it.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
        impl From<&$name> for $crate::io::db::Value {
            fn from(id: &$name) -> Self { Self::Text(Some(id.0.clone())) }
        }
    };
}
id! {
    /// The id of a user.
    UserId
}

id! {
    /// The id of a session; stands in tokens as `sid`.
    SessionId
}

id! {
    /// The id of a passkey; not the credential id that an authenticator chose.
    PasskeyId
}
