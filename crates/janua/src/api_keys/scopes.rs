//! What an API key may be used for: scopes of the account beside permissions in organizations.

use crate::error::{Code, Invalid};
use crate::roles::{Grants, PERMISSIONS, Pattern};

/// A scope of the account as a type, so that a handler can ask for it.
pub trait AccountScope: Send + Sync + 'static {
    /// `resource:action`.
    const NAME: &'static str;
}

macro_rules! account_scopes {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        $(
            #[doc = $doc]
            #[derive(Clone, Copy, Debug)]
            pub enum $variant {}
            impl AccountScope for $variant { const NAME: &'static str = $name; }
        )*

        /// Every scope of the account with what it allows.
        pub const ACCOUNT_SCOPES: &[(&str, &str)] = &[$(($name, $doc),)*];
    };
}

account_scopes! {
    ProfileRead "profile:read" "See the owner's profile.";
    ProfileUpdate "profile:update" "Change the owner's profile.";
}

/// The most scopes that a key can have.
const MOST: usize = 50;

/// Reads the scopes of a key.
///
/// # Errors
/// `INVALID_PERMISSION` with the reason.
pub fn scopes(given: &[String]) -> Result<Grants, Invalid> {
    if given.is_empty() || given.len() > MOST {
        let reason = format!("name at least one scope and at most {MOST}");
        return Err(Invalid::new(Code::InvalidPermission, reason));
    }
    let patterns: Result<Vec<Pattern>, Invalid> = given.iter().map(|it| scope(it)).collect();
    Ok(Grants::of(patterns?))
}

/// A misspelt scope of ours would allow nothing, and nobody would know why.
fn scope(text: &str) -> Result<Pattern, Invalid> {
    let pattern = Pattern::parse(text)?;
    let resource = |it: &str| it.split_once(':').map(|it| it.0.to_owned());
    let known = |name: &&(&str, &str)| name.0 == text;
    let ours = ACCOUNT_SCOPES.iter().any(|it| resource(it.0) == resource(text));
    if ours && !text.ends_with(":*") && !ACCOUNT_SCOPES.iter().chain(PERMISSIONS).any(|it| known(&it)) {
        let reason = format!("there is no scope {text}; GET /api/v1/rbac/permissions lists them");
        return Err(Invalid::new(Code::InvalidPermission, reason));
    }
    Ok(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[&str]) -> Result<Grants, Invalid> {
        scopes(&given.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn scopes_are_those_of_the_account_and_permissions_in_organizations() {
        let grants = read(&["profile:read", "members:*", "profile:read", "invoices:pay"]).unwrap();
        assert_eq!(grants.text(), "invoices:pay members:* profile:read");
        assert!(read(&["*"]).unwrap().allows("profile:update"));
        assert!(read(&["profile:*"]).unwrap().allows("profile:update"));
    }

    #[test]
    fn misspelt_scopes_and_none_at_all_are_refused() {
        let many: Vec<String> = (0..=MOST).map(|it| format!("a:b{it}")).collect();
        assert!(scopes(&many).is_err());
        for given in [
            &[][..],
            &["profile:raed"],
            &["profile"],
            &["members:raed"],
            &["profile:read", ""],
        ] {
            assert!(read(given).is_err(), "{given:?}");
        }
    }
}
