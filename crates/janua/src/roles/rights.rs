//! The system roles, and what a membership allows.

use serde::{Deserialize, Serialize};

use super::permissions::Grants;

/// Roles that every organization has, each allowing what those below it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemRole {
    /// Everything, also what later versions add.
    Owner,
    /// Everything but deleting the organization and giving it away.
    Admin,
    /// Sees the organization, its people and roles.
    Member,
    /// Sees the organization and its people.
    Viewer,
}

impl SystemRole {
    /// From the highest to the lowest.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Viewer];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// What it is for.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Owner => "Everything, also what later versions add.",
            Self::Admin => "Everything but deleting the organization and giving it away.",
            Self::Member => "Sees the organization, its people and roles.",
            Self::Viewer => "Sees the organization and its people.",
        }
    }

    /// What it allows. A wildcard also covers what later versions add to its resource.
    pub const fn patterns(self) -> &'static [&'static str] {
        match self {
            Self::Owner => &["*"],
            Self::Admin => &[
                "organization:read",
                "organization:update",
                "domains:*",
                "sso:*",
                "organization:restore",
                "members:*",
                "api_keys:*",
                "roles:*",
                "webhooks:*",
                "audit:*",
            ],
            Self::Member => &["organization:read", "members:read", "roles:read"],
            Self::Viewer => &["organization:read", "members:read"],
        }
    }

    /// The same as a set.
    pub fn grants(self) -> Grants {
        Grants::of_text(&self.patterns().join(" "))
    }

    /// The role with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What a member may do, as the database said a moment ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Rights {
    role: String,
    custom_name: Option<String>,
    custom_permissions: Option<String>,
    suspended: bool,
    deleted: bool,
}

impl Rights {
    /// The name of the role.
    pub fn role(&self) -> &str {
        self.custom_name.as_deref().unwrap_or(&self.role)
    }

    /// What it allows. A role that is not known allows nothing.
    pub fn grants(&self) -> Grants {
        match (&self.custom_permissions, SystemRole::of(&self.role)) {
            (Some(permissions), _) => Grants::of_text(permissions),
            (None, Some(role)) => role.grants(),
            (None, None) => Grants::default(),
        }
    }

    /// The same for a key that may be used for these scopes only. It is nobody's role any more.
    #[must_use]
    pub fn within(self, scopes: &Grants) -> Self {
        Self {
            custom_name: Some(self.role().to_owned()),
            custom_permissions: Some(self.grants().and(scopes).text()),
            role: "custom".to_owned(),
            ..self
        }
    }

    /// Whether the platform has suspended the organization.
    pub fn is_suspended(&self) -> bool {
        self.suspended
    }

    /// Whether the organization was deleted and can still be restored.
    pub fn is_deleted(&self) -> bool {
        self.deleted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::PERMISSIONS;

    #[test]
    fn each_role_covers_those_below_it_and_no_more() {
        for pair in SystemRole::ALL.windows(2) {
            let [higher, lower] = pair else {
                unreachable!("windows of two")
            };
            assert!(higher.grants().covers(&lower.grants()), "{higher:?}");
            assert!(!lower.grants().covers(&higher.grants()), "{lower:?}");
        }
        let admin = SystemRole::Admin.grants();
        for (name, _) in PERMISSIONS {
            let kept = ["organization:delete", "organization:transfer"].contains(name);
            assert_eq!(admin.allows(name), !kept, "{name}");
        }
    }
}
