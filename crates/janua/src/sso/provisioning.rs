//! What becomes of somebody who signs in: their role, and what changes when they come back.

use super::{Connection, Identified};

/// The role that the groups of somebody give them; `None` when no rule speaks of them.
pub fn role_of_groups<'a>(connection: &'a Connection, who: &Identified) -> Option<&'a str> {
    let rules = connection.settings.group_roles.iter();
    let mut fitting = rules.filter(|it| who.mapped().groups.contains(&it.group));
    fitting.next().map(|it| it.role.as_str())
}

/// The role of a newcomer.
pub fn role_of_newcomer<'a>(connection: &'a Connection, who: &Identified) -> &'a str {
    role_of_groups(connection, who).unwrap_or(&connection.settings.default_role)
}
