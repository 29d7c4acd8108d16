//! The names of all facts, `area.action`.

macro_rules! names {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// What can be recorded.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Name { $( #[doc = $doc] $variant, )* }

        impl Name {
            /// Every name with what it means, for the reference page.
            pub const ALL: &'static [(&'static str, &'static str)] = &[$(($name, $doc),)*];

            /// The name as it is stored.
            pub const fn text(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
        }
    };
}

names! {
    UserRegistered "user.registered" "An account was made.";
    UserUpdated "user.updated" "A profile was changed.";
    UserDeleted "user.deleted" "An account was deleted.";
    UserExported "user.exported" "What is kept of somebody was handed out: to them, to an administrator, or to an operator.";
    UserUnlocked "user.unlocked" "A lock was lifted before its time.";
    UserSuspended "user.suspended" "An account was suspended: its sessions were ended.";
    UserReactivated "user.reactivated" "A suspended account may sign in again.";
    UserPromoted "user.promoted" "Somebody was made an administrator of the platform.";
    UserDemoted "user.demoted" "Somebody is no longer an administrator of the platform.";
    AccountClaimed "account.claimed" "Whoever reads the mails of an address that was never verified took the account over: what was set before, by whomever, was removed.";
    EmailVerified "email.verified" "The owner of an address opened its verification link.";
    SignedIn "session.started" "Somebody signed in.";
    SignInFailed "sign_in.failed" "Somebody tried to sign in and was refused.";
    AccountLocked "sign_in.locked" "Failed sign-ins locked an account for unknown devices.";
    Reauthenticated "session.reauthenticated" "Somebody who was signed in proved once more who they are.";
    MfaEnabled "mfa.enabled" "A second factor was turned on: all other sessions were ended.";
    MfaDisabled "mfa.disabled" "A second factor was turned off: all other sessions were ended.";
    MfaReset "mfa.reset" "An administrator or an operator took every second factor from an account.";
    MfaCodeShown "mfa.code_shown" "An operator looked at the current code of somebody's authenticator app.";
    DeviceTrusted "mfa.device_trusted" "Somebody need not show their second factor in this browser for a while.";
    DeviceDistrusted "mfa.device_distrusted" "Somebody removed browsers that they had trusted.";
    RecoveryCodeUsed "mfa.recovery_code_used" "Somebody used one of their recovery codes.";
    RecoveryCodesRenewed "mfa.recovery_codes_renewed" "Somebody got new recovery codes; the old ones count no more.";
    SmsFailed "sms.failed" "A code could not be sent by SMS; the provider's code is told.";
    SmsBraked "sms.braked" "Too few codes sent to a country or a block of numbers were answered: nothing is sent there for a day.";
    SessionRevoked "session.revoked" "A session was ended.";
    ImpersonationStarted "impersonation.started" "An administrator acts for somebody from now on, for some minutes; the reason is told.";
    ImpersonationEnded "impersonation.ended" "An administrator acts for somebody no more.";
    ImpersonationRefused "impersonation.refused" "An administrator wanted to act for somebody for whom nobody may.";
    OrganizationSwitched "session.organization_switched" "A session acts in another organization from now on, or in none.";
    TokenReused "token.reused" "A refresh token was used twice: its session was ended.";
    PasswordChanged "password.changed" "A password was changed by its owner.";
    PasswordReset "password.reset" "A password was set by a link that was mailed.";
    PasswordSet "password.set" "An operator set somebody's password.";
    PasswordResetSent "password.reset_sent" "An administrator or an operator had a link for a new password mailed.";
    PasswordRehashed "password.rehashed" "A foreign or outdated hash was replaced at sign-in.";
    PasskeyAdded "passkey.added" "A passkey was added to an account.";
    PasskeyRenamed "passkey.renamed" "A passkey was given another name by its owner.";
    PasskeyRemoved "passkey.removed" "A passkey was removed: by its owner, an administrator or an operator.";
    PasskeySuspicious "security.suspicious" "A passkey counted backwards, as a copy of it would: it was refused and flagged.";
    PasskeyCounterIgnored "passkey.counter_ignored" "A passkey counted backwards and was let in, as `WEBAUTHN_STRICT_COUNTER=false` demands.";
    ApiKeyCreated "api_key.created" "An API key was made.";
    ApiKeyRenamed "api_key.renamed" "An API key was given another name.";
    ApiKeyRotated "api_key.rotated" "An API key was replaced; the earlier one works on for the overlap.";
    ApiKeyRevoked "api_key.revoked" "An API key was ended.";
    OrganizationCreated "organization.created" "An organization was made.";
    OrganizationUpdated "organization.updated" "Name, slug, logo, settings or metadata of an organization were changed.";
    OrganizationDeleted "organization.deleted" "An organization was deleted; it can be restored for a while.";
    OrganizationRestored "organization.restored" "A deleted organization was restored.";
    OrganizationPurged "organization.purged" "A deleted organization is gone for good, with everything that belonged to it.";
    OrganizationSuspended "organization.suspended" "The platform suspended an organization: its members cannot act in it.";
    OrganizationReactivated "organization.reactivated" "A suspended organization may be used again.";
    OwnershipTransferred "organization.ownership_transferred" "An owner made somebody else the owner.";
    InvitationSent "organization.invitation_sent" "Somebody was invited to an organization by mail.";
    InvitationResent "organization.invitation_resent" "An invitation was mailed once more; earlier links work no more.";
    InvitationRevoked "organization.invitation_revoked" "An invitation was taken back.";
    InvitationAccepted "organization.invitation_accepted" "Somebody accepted an invitation.";
    DomainAdded "organization.domain_added" "An organization claimed a domain; it is to be proven.";
    DomainVerified "organization.domain_verified" "An organization proved by a record in the DNS that a domain is its own.";
    DomainRemoved "organization.domain_removed" "An organization gave a domain up.";
    DomainLapsed "organization.domain_lapsed" "The record of a verified domain was gone for days: the organization has to prove it anew.";
    MemberAdded "member.added" "Somebody was made a member of an organization.";
    MemberRemoved "member.removed" "Somebody was removed from an organization, or left it.";
    MemberRoleChanged "member.role_changed" "A member of an organization was given another role.";
    RoleCreated "role.created" "An organization made a role.";
    RoleUpdated "role.updated" "An organization changed what a role of its own allows.";
    RoleDeleted "role.deleted" "An organization deleted a role.";
    WebhookCreated "webhook.created" "An address was added to which events are sent.";
    WebhookUpdated "webhook.updated" "Address, events or state of a webhook were changed.";
    WebhookDeleted "webhook.deleted" "A webhook was deleted.";
    WebhookSecretRotated "webhook.secret_rotated" "A webhook got another secret; the old one signs along for a while.";
    WebhookDisabled "webhook.disabled" "A webhook failed for days and was turned off.";
    MailRetried "mail.retried" "An administrator had a mail tried again.";
    CacheInvalidated "cache.invalidated" "An administrator dropped cached copies.";
    MaintenanceBegun "maintenance.begun" "Only administrators are served from now on.";
    MaintenanceEnded "maintenance.ended" "Everybody is served again.";
    LogLevelChanged "log_level.changed" "An administrator changed what is logged.";
    SocialLinked "social.linked" "An account at another provider opens the account from now on.";
    SocialUnlinked "social.unlinked" "An account at another provider opens the account no more.";
    SsoConnectionCreated "sso.connection_created" "A connection to an identity provider was added to an organization.";
    SsoConnectionUpdated "sso.connection_updated" "A connection to an identity provider was changed, enabled or disabled.";
    SsoConnectionDeleted "sso.connection_deleted" "A connection to an identity provider was deleted.";
    SsoSetupOffered "sso.setup_offered" "Somebody made a link with which whoever runs the identity provider fills in a connection.";
    SsoSetupBegun "sso.setup_begun" "A browser began to fill in a connection with such a link.";
    SsoSetupWithdrawn "sso.setup_withdrawn" "Such a link, and whatever was begun with it, opens nothing any more.";
    SsoLogoutRequested "sso.logout_requested" "An identity provider has signed somebody out: the sessions that began there have ended.";
    SsoLinked "sso.linked" "An account at the identity provider of an organization opens the account from now on.";
    SsoUnlinked "sso.unlinked" "An account at the identity provider of an organization opens the account no more.";
    AuditExported "audit.exported" "Somebody took a copy of the audit log, or of the part that they may see.";
    AuditPruned "audit.pruned" "The oldest part of the audit log was removed, as its retention says; the checkpoint vouches for what it was.";
    AuditErased "audit.erased" "An operator erased address and browser from all that somebody did.";
    KeyRotationOrdered "key.rotation_ordered" "An administrator ordered another signing key.";
    KeyGenerated "key.generated" "A signing key was made.";
    KeyActivated "key.activated" "A signing key began to sign.";
    KeyRetired "key.retired" "A signing key stopped signing; it verifies until its last token has expired.";
    KeyRemoved "key.removed" "A signing key that nobody needs any more was deleted.";
}
