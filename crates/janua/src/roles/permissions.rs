//! Permissions, `resource:action`: the list of ours, patterns with wildcards, and what a set of them covers.
//!
//! Applications may use permissions of their own, such as `invoices:approve`. Those that begin with a resource of ours
//! must be in the list, so that a misspelt one is not granted to nobody.

use crate::error::{Code, Invalid};

/// A permission as a type, so that a handler can ask for it.
pub trait Permission: Send + Sync + 'static {
    /// `resource:action`.
    const NAME: &'static str;
    /// Whether every member may, whatever their role.
    const FOR_ALL: bool = false;
}

/// No permission of the list: what follows from belonging to an organization, such as leaving it.
#[derive(Clone, Copy, Debug)]
pub enum Belonging {}
impl Permission for Belonging {
    const NAME: &'static str = "member";
    const FOR_ALL: bool = true;
}

macro_rules! permissions {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        $(
            #[doc = $doc]
            #[derive(Clone, Copy, Debug)]
            pub enum $variant {}
            impl Permission for $variant { const NAME: &'static str = $name; }
        )*

        /// Every permission of ours with what it allows.
        pub const PERMISSIONS: &[(&str, &str)] = &[$(($name, $doc),)*];
    };
}

permissions! {
    OrganizationRead "organization:read" "See the organization.";
    OrganizationUpdate "organization:update" "Change its name, slug, logo, settings and metadata.";
    OrganizationDelete "organization:delete" "Delete the organization.";
    OrganizationRestore "organization:restore" "Restore the organization after it was deleted.";
    OrganizationTransfer "organization:transfer" "Make somebody else the owner.";
    DomainsManage "domains:manage" "Claim, prove and remove domains of the organization.";
    SsoManage "sso:manage" "Connect the organization to an identity provider: see, change, try and remove connections.";
    MembersRead "members:read" "See who belongs to the organization.";
    MembersInvite "members:invite" "Invite people, see invitations and take them back.";
    MembersUpdate "members:update" "Give members other roles.";
    MembersRemove "members:remove" "Remove members.";
    ApiKeysRead "api_keys:read" "See the organization's API keys, but not the keys themselves.";
    ApiKeysCreate "api_keys:create" "Make API keys of the organization, and replace them.";
    ApiKeysUpdate "api_keys:update" "Give API keys of the organization other names.";
    ApiKeysRevoke "api_keys:revoke" "End API keys of the organization.";
    AuditRead "audit:read" "See and export what happened in the organization.";
    RolesRead "roles:read" "See the roles and what they allow.";
    RolesCreate "roles:create" "Make roles.";
    RolesUpdate "roles:update" "Change roles.";
    RolesDelete "roles:delete" "Delete roles.";
    WebhooksRead "webhooks:read" "See webhooks and what became of their deliveries.";
    WebhooksCreate "webhooks:create" "Add webhooks.";
    WebhooksUpdate "webhooks:update" "Change webhooks, try them out, replace their secrets, send events again.";
    WebhooksDelete "webhooks:delete" "Delete webhooks.";
}

/// A permission, or a pattern of several: `resource:action`, `resource:*` or `*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern(String);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// `INVALID_PERMISSION` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = |reason: String| Err(Invalid::new(Code::InvalidPermission, reason));
        if text == "*" {
            return Ok(Self(text.to_owned()));
        }
        let parts = text.split_once(':').filter(|(resource, action)| {
            text.len() <= 100 && is_word(resource) && (*action == "*" || is_word(action))
        });
        let Some((resource, action)) = parts else {
            return refuse(
                "write a permission as resource:action, in small letters, digits, - and _; * stands for all"
                    .to_owned(),
            );
        };
        let of_ours = |it: &&(&str, &str)| it.0.split_once(':').is_some_and(|it| it.0 == resource);
        let is_ours = PERMISSIONS.iter().any(|it| of_ours(&it));
        if is_ours && action != "*" && !PERMISSIONS.iter().any(|it| it.0 == text) {
            return refuse(format!(
                "there is no permission {text}; GET /api/v1/rbac/permissions lists them"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_lowercase())
        && text
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "_-".contains(it))
}

/// What somebody may do: a set of patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(Vec<String>);

impl Grants {
    /// Reads a set as it is stored, separated by spaces.
    pub fn of_text(text: &str) -> Self {
        Self(
            text.split(' ')
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// A set of patterns, in order and each once.
    pub fn of(mut patterns: Vec<Pattern>) -> Self {
        patterns.sort();
        patterns.dedup();
        Self(patterns.into_iter().map(|it| it.0).collect())
    }

    /// The patterns.
    pub fn patterns(&self) -> &[String] {
        &self.0
    }

    /// As it is stored.
    pub fn text(&self) -> String {
        self.0.join(" ")
    }

    /// Whether the set allows all that a pattern stands for, now and in later versions.
    pub fn allows(&self, wanted: &str) -> bool {
        let resource = wanted.split_once(':').map(|it| it.0);
        self.0.iter().any(|held| {
            held == "*" || held == wanted || held.strip_suffix(":*").is_some_and(|it| Some(it) == resource)
        })
    }

    /// What this set and another one both allow.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let of_both = |a: &Self, b: &Self| a.0.iter().filter(|it| b.allows(it)).cloned().collect::<Vec<_>>();
        let mut both = of_both(self, other);
        both.extend(of_both(other, self));
        both.sort();
        both.dedup();
        Self(both)
    }

    /// Whether this set allows all that another one does.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|it| self.allows(it))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grants(text: &str) -> Grants {
        Grants::of_text(text)
    }

    #[test]
    fn a_wildcard_stands_for_its_own_resource_only() {
        assert!(grants("*").allows("organization:delete") && grants("*").allows("*"));
        assert!(grants("members:*").allows("members:read") && grants("members:*").allows("members:*"));
        for (held, wanted) in [
            ("members:*", "memberships:read"),
            ("members:*", "roles:read"),
            ("members:*", "*"),
            ("members:read", "members:*"),
            ("members:read members:update members:remove", "members:*"),
            ("members:read", "members:rea"),
            ("", "members:read"),
        ] {
            assert!(!grants(held).allows(wanted), "{held} allows {wanted}");
        }
    }

    #[test]
    fn misspelt_permissions_of_ours_are_refused_and_those_of_applications_are_not() {
        for text in [
            "*",
            "members:*",
            "members:read",
            "invoices:approve",
            "in-voices_2:*",
        ] {
            assert_eq!(Pattern::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "**",
            "members",
            "members:",
            ":read",
            "members:raed",
            "*:read",
            "members:*x",
            "Members:read",
            "members:read ",
            "members: read",
            "a:b:c",
            "members:r*",
            "2:x",
            &format!("a:{}", "b".repeat(100)),
        ] {
            assert!(Pattern::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn who_covers_a_set_is_allowed_whatever_it_allows(
            held in proptest::collection::vec("(\\*|[ab]:(\\*|[xy]))", 0..4),
            other in proptest::collection::vec("(\\*|[ab]:(\\*|[xy]))", 0..4),
            wanted in "[ab]:[xy]",
        ) {
            let (held, other) = (Grants(held), Grants(other));
            if held.covers(&other) && other.allows(&wanted) {
                prop_assert!(held.allows(&wanted));
            }
            prop_assert_eq!(held.and(&other).allows(&wanted), held.allows(&wanted) && other.allows(&wanted));
        }
    }
}
