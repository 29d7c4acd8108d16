//! Ids: UUIDv7 in text form (RFC 9562 §5.7), each kind a type of its own.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// The id of a sign-in at the identity provider of an organization.
    SsoLoginId
}

id! {
    /// The id of a passkey; not the credential id that an authenticator chose.
    PasskeyId
}

id! {
    /// The id of a trusted device; not its cookie.
    TrustedDeviceId
}

id! {
    /// The id of an organization; stands in tokens as `org`.
    OrganizationId
}

id! {
    /// The id of an API key; not the key itself.
    ApiKeyId
}

id! {
    /// The id of a role that an organization has made up.
    RoleId
}

id! {
    /// The id of an invitation; not the secret that was mailed.
    InvitationId
}

id! {
    /// The id of a domain that an organization claims.
    DomainId
}

id! {
    /// The id of a connection to an identity provider.
    SsoConnectionId
}

id! {
    /// The id of a webhook.
    WebhookId
}

/// Makes up ids of requests. Nothing is secret about them, so they do without the system's randomness.
#[derive(Debug, Default)]
pub struct RequestNames {
    key: RandomState,
    count: AtomicU64,
}

impl RequestNames {
    /// The next id, such as `req_5f0c…`.
    pub fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.key.hash_one(count).to_be_bytes());
        bytes[8..].copy_from_slice(&self.key.hash_one(!count).to_be_bytes()[..4]);
        let mut name = [0; 28];
        name[..4].copy_from_slice(b"req_");
        // The place has the length of the text.
        let _ = hex::encode_to_slice(bytes, &mut name[4..]);
        String::from_utf8_lossy(&name).into_owned()
    }
}
