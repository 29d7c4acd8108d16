//! Why sessions end.

/// Why a session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Its owner signed out.
    SignedOut,
    /// Its owner signed out at their identity provider.
    SignedOutElsewhere,
    /// Its owner ended it from another one.
    RevokedByOwner,
    /// The password was changed.
    PasswordChanged,
    /// The password was reset.
    PasswordReset,
    /// A passkey was removed, as one does when a device is lost.
    PasskeyRemoved,
    /// An account at another provider was unlinked.
    SocialUnlinked,
    /// An account at the identity provider of an organization was unlinked.
    SsoUnlinked,
    /// A refresh token was used twice.
    TokenReused,
    /// An operator set another password.
    PasswordSet,
    /// What its owner may do was changed.
    RightsChanged,
    /// Its owner was suspended.
    Suspended,
    /// An administrator ended it.
    RevokedByAdmin,
    /// An operator ended it from the command line.
    RevokedByOperator,
    /// A second factor was turned on or off.
    SecondFactorChanged,
    /// Whoever reads the mails of the address has taken the account over.
    AccountClaimed,
    /// Its time was over.
    Expired,
    /// Whoever acted in it may not any more, or has signed out.
    ImpersonatorLeft,
}

impl Because {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::SignedOutElsewhere => "signed_out_at_provider",
            Self::RevokedByOwner => "revoked_by_owner",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::PasskeyRemoved => "passkey_removed",
            Self::SocialUnlinked => "social_unlinked",
            Self::SsoUnlinked => "sso_unlinked",
            Self::TokenReused => "token_reused",
            Self::PasswordSet => "password_set",
            Self::RightsChanged => "rights_changed",
            Self::Suspended => "suspended",
            Self::RevokedByAdmin => "revoked_by_admin",
            Self::RevokedByOperator => "revoked_by_operator",
            Self::SecondFactorChanged => "second_factor_changed",
            Self::AccountClaimed => "account_claimed",
            Self::Expired => "expired",
            Self::ImpersonatorLeft => "impersonator_left",
        }
    }
}
