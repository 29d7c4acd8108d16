//! The second factors that an account has.

use super::store;
use crate::error::Result;
use crate::io::db::Querier;
use crate::users::UserId;

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A code of an authenticator app.
    Totp,
    /// A code that is sent by SMS.
    Sms,
    /// A passkey, where another factor is turned on; alone it is a way in of its own.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

impl Factor {
    /// All there are, the usual one first.
    pub const ALL: [Self; 4] = [Self::Totp, Self::Sms, Self::Passkey, Self::RecoveryCode];

    /// The factor of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Its name in `methods` and `method`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

/// What was read of somebody's second factors; nobody can make it up.
#[derive(Clone, Debug)]
pub struct Factors {
    user: UserId,
    totp: bool,
    sms: bool,
    passkeys: bool,
    recovery_codes: i64,
}

impl Factors {
    /// Reads them. Read the account first: whoever changes factors changes its epoch too, so that what is concluded from
    /// an old reading opens no session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(db: impl Querier, user: &UserId) -> Result<Self> {
        let found = store::factors(db, user).await?;
        Ok(Self {
            user: user.clone(),
            totp: found.totp > 0,
            sms: found.sms > 0,
            passkeys: found.passkeys > 0,
            recovery_codes: found.recovery_codes,
        })
    }

    /// Those of an account that is made in this moment: it has none.
    pub(crate) fn of_newcomer(user: &UserId) -> Self {
        Self {
            user: user.clone(),
            totp: false,
            sms: false,
            passkeys: false,
            recovery_codes: 0,
        }
    }

    /// Whose they are.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// Whether a second factor has to be shown. Recovery codes alone are none: they stand in for one.
    pub fn is_any(&self) -> bool {
        self.totp || self.sms
    }

    /// Whether one of them may be shown.
    pub fn has(&self, factor: Factor) -> bool {
        match factor {
            Factor::Totp => self.totp,
            Factor::Sms => self.sms,
            Factor::Passkey => self.is_any() && self.passkeys,
            Factor::RecoveryCode => self.is_any() && self.recovery_codes > 0,
        }
    }

    /// Whether there is a passkey, be it a second factor or a way in of its own.
    pub fn has_passkeys(&self) -> bool {
        self.passkeys
    }

    /// How many recovery codes are left.
    pub fn recovery_codes(&self) -> i64 {
        self.recovery_codes
    }

    /// What may be shown, the usual one first.
    pub fn all(&self) -> Vec<Factor> {
        Factor::ALL.into_iter().filter(|it| self.has(*it)).collect()
    }

    /// Their names.
    pub fn names(&self) -> Vec<&'static str> {
        self.all().into_iter().map(Factor::name).collect()
    }
}
