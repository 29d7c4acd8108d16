//! Every error code there is, one line each: the single place that decides status, class and words.
//!
//! `docs/reference/errors.md` is generated from this table; a code that is not here cannot be sent.

/// The class of an error, the guide's matrix: it stands in `error` and suggests the HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The request could not be understood.
    BadRequest,
    /// The caller did not prove who they are.
    Authentication,
    /// A token was presented and refused.
    Token,
    /// The caller is known and may not.
    Authorization,
    /// Nothing stands under this path or id.
    NotFound,
    /// The request contradicts what is already there.
    Conflict,
    /// A value is not acceptable.
    Validation,
    /// Too many requests.
    RateLimit,
    /// A bug or an unexpected failure of ours.
    Internal,
    /// A provider that Janua depends on failed.
    ExternalService,
    /// Janua cannot serve this now, but will again.
    Unavailable,
    /// The account exists, the password was right, the address is not verified: its own class, as the guide prints it.
    EmailNotVerified,
    /// Too many failed attempts for this account: its own class, as the guide prints it.
    AccountLocked,
    /// The identity provider of an organization said what we cannot accept: its own class, as the guide prints it.
    Sso,
}

impl Class {
    /// The text that stands in `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::Authentication => "AUTHENTICATION_ERROR",
            Self::Token => "TOKEN_ERROR",
            Self::Authorization => "AUTHORIZATION_ERROR",
            Self::NotFound => "NOT_FOUND_ERROR",
            Self::Conflict => "CONFLICT_ERROR",
            Self::Validation => "VALIDATION_ERROR",
            Self::RateLimit => "RATE_LIMIT_ERROR",
            Self::Internal => "INTERNAL_ERROR",
            Self::ExternalService => "EXTERNAL_SERVICE_ERROR",
            Self::Unavailable => "SERVICE_UNAVAILABLE",
            Self::EmailNotVerified => "EMAIL_NOT_VERIFIED",
            Self::AccountLocked => "ACCOUNT_LOCKED",
            Self::Sso => "SSO_AUTHENTICATION_ERROR",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $class:ident $status:literal $help:literal $message:literal $advice:literal;)*) => {
        /// The most specific reason of a refusal: what a client switches on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $( #[doc = $message] $variant, )* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The text that stands in `code`.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
            /// The class that stands in `error`.
            pub const fn class(self) -> Class { match self { $(Self::$variant => Class::$class,)* } }
            /// The HTTP status.
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status,)* } }
            /// What happened, for a person; a rule may say it more precisely.
            pub const fn message(self) -> &'static str { match self { $(Self::$variant => $message,)* } }
            /// What the person can do about it.
            pub const fn advice(self) -> &'static str { match self { $(Self::$variant => $advice,)* } }
            /// The doctor's code, sent as `details.help`.
            pub const fn help(self) -> &'static str { match self { $(Self::$variant => $help,)* } }
        }
    };
}

codes! {
    BadRequest "BAD_REQUEST" BadRequest 400 "JD-SDK-001" "The request could not be understood" "Compare the request with /openapi.json.";
    MalformedJson "MALFORMED_JSON" BadRequest 400 "JD-SDK-001" "The body is not valid JSON" "Send one JSON object, encoded as UTF-8.";
    DuplicateKey "DUPLICATE_KEY" BadRequest 400 "JD-SDK-001" "The body names a key twice" "Send each key once.";
    NestingTooDeep "NESTING_TOO_DEEP" BadRequest 400 "JD-SDK-001" "The body is nested too deeply" "Send at most 32 levels of nesting.";
    MissingField "MISSING_FIELD" BadRequest 400 "JD-SDK-001" "A required field is missing" "Send the field named in details.field.";
    MethodNotAllowed "METHOD_NOT_ALLOWED" BadRequest 405 "JD-SDK-002" "This path does not answer that method" "Use a method listed in the Allow header.";
    PayloadTooLarge "PAYLOAD_TOO_LARGE" BadRequest 413 "JD-SDK-003" "The body is too large" "Send at most 1 MiB.";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" BadRequest 415 "JD-SDK-004" "The body is not of an accepted type" "Send Content-Type: application/json without a content encoding.";
    UriTooLong "URI_TOO_LONG" BadRequest 414 "JD-SDK-003" "The address of the request is too long" "Shorten the query.";

    InvalidCredentials "INVALID_CREDENTIALS" Authentication 401 "JD-AUTH-001" "Invalid credentials" "Check the address and the password, or reset the password.";
    EmailNotVerified "EMAIL_NOT_VERIFIED" EmailNotVerified 401 "JD-AUTH-002" "Please verify your email before logging in" "Open the link in the verification mail, or ask for a new one at /api/v1/auth/email/resend.";
    AccountLocked "ACCOUNT_LOCKED" AccountLocked 401 "JD-AUTH-003" "Account locked due to multiple failed attempts" "Wait until details.locked_until, reset the password, or ask an administrator to unlock the account.";
    AccountSuspended "ACCOUNT_SUSPENDED" Authentication 401 "JD-AUTH-004" "This account is suspended" "Ask an administrator to reactivate it.";
    MfaTokenInvalid "MFA_TOKEN_INVALID" Authentication 401 "JD-MFA-001" "This sign-in is over" "Sign in again from the start: it took too long, had too many tries, or the account was changed.";
    InvalidEmailCode "INVALID_EMAIL_CODE" Authentication 401 "JD-MAIL-007" "This code is wrong" "Type the six digits of the last mail, in the browser that asked for it; five tries are all there are.";
    OauthStateInvalid "OAUTH_STATE_INVALID" Authentication 401 "JD-SSO-001" "This answer of the provider belongs to no sign-in of this browser" "Begin again here, in this browser, and finish within ten minutes; allow its cookies.";
    OauthDenied "OAUTH_DENIED" Authentication 401 "JD-SSO-002" "The provider did not confirm who you are" "Try again, and agree at the provider; or sign in another way.";
    SsoRefused "SSO_AUTHENTICATION_ERROR" Sso 401 "JD-SSO-010" "The answer of your organization's identity provider was not accepted" "Begin the sign-in again. If it stays, give the request id to whoever looks after the connection: details say what was expected and seen, the log has the full story.";
    SsoStateInvalid "SSO_STATE_INVALID" Sso 401 "JD-SSO-011" "This answer belongs to no sign-in of this browser" "Begin again here, in this browser, and finish within ten minutes; allow its cookies. Each answer counts once.";
    SsoLoop "SSO_REDIRECT_LOOP" Sso 401 "JD-SSO-012" "You were signed in three times within a minute, and sent back to sign in each time" "The application does not see the session: SESSION_COOKIE_SAMESITE must be lax, SESSION_COOKIE_DOMAIN must cover the application, and the browser must allow its cookies.";
    SsoRequired "SSO_REQUIRED" Sso 401 "JD-SSO-013" "Your organization wants you to sign in through its identity provider" "Choose to continue with your organization on the sign-in page, or begin at /api/v1/sso/initiate.";
    InvalidMfaCode "INVALID_MFA_CODE" Authentication 401 "JD-MFA-002" "Invalid verification code" "Type the code that the app shows now; each counts once. If it stays wrong, set the clock of the phone.";
    InvalidRecoveryCode "INVALID_RECOVERY_CODE" Authentication 401 "JD-MFA-003" "Invalid recovery code" "Try another one: each counts once, and new ones void the old.";
    ApiKeyInvalid "API_KEY_INVALID" Authentication 401 "JD-KEY-001" "This is no API key of ours" "Send the key as it was shown when it was made, beginning with jnk_.";
    ApiKeyRevoked "API_KEY_REVOKED" Authentication 401 "JD-KEY-002" "This API key was revoked" "Make another one at /api/v1/api-keys.";
    ApiKeyExpired "API_KEY_EXPIRED" Authentication 401 "JD-KEY-003" "This API key has expired or was replaced" "Use the key that replaced it, or make another one at /api/v1/api-keys.";
    NotAuthenticated "NOT_AUTHENTICATED" Authentication 401 "JD-AUTH-005" "This request needs a signed-in user" "Send Authorization: Bearer with an access token.";
    SessionExpired "SESSION_EXPIRED" Authentication 401 "JD-AUTH-006" "Session expired" "Sign in again.";
    CsrfRefused "CSRF_REFUSED" Authorization 403 "JD-AUTH-007" "The request by cookie carried no valid CSRF token" "Send the value of the CSRF cookie in X-CSRF-Token, from an allowed origin.";
    MfaEnrolmentRequired "MFA_ENROLMENT_REQUIRED" Authorization 403 "JD-MFA-007" "This account has to have a second factor" "Sign in again and set one up, or turn one on in this session.";
    SsoConnectionOff "SSO_CONNECTION_DISABLED" Authorization 403 "JD-SSO-014" "This connection is not enabled" "Whoever looks after the organization's single sign-on can enable it.";
    SsoEmailUntrusted "SSO_EMAIL_UNTRUSTED" Authorization 403 "JD-SSO-015" "The organization has not proven the domain of this address" "Verify the domain for the organization at /api/v1/organizations/{id}/domains, or have the identity provider tell an address of a verified one.";
    SsoNotProvisioned "SSO_NOT_PROVISIONED" Authorization 403 "JD-SSO-016" "You do not belong to this organization yet" "Ask somebody who looks after the organization to invite you, or to turn on provisioning for the connection.";
    SsoLinkRefused "SSO_LINK_REFUSED" Authorization 403 "JD-SSO-017" "An account with this address exists, and this identity provider must not open it" "Sign in to the account another way. Accounts of platform administrators are never opened by an organization's identity provider.";
    OauthSignupDisabled "OAUTH_SIGNUP_DISABLED" Authorization 403 "JD-SSO-004" "Nobody has an account here with this address" "Ask somebody who runs this server for an account, or set OAUTH_SIGNUP=true.";
    OauthEmailUnverified "OAUTH_EMAIL_UNVERIFIED" Authorization 403 "JD-SSO-003" "The provider does not vouch for an email address of yours" "Sign up or sign in here with the address first, then link the provider to your account; or confirm the address at the provider.";
    MagicLinksDisabled "MAGIC_LINKS_DISABLED" Authorization 403 "JD-MAIL-005" "Nobody signs in by mail here" "Sign in another way, or set MAGIC_LINK_ENABLED=true.";
    SmsDisabled "SMS_DISABLED" Authorization 403 "JD-MFA-008" "There are no codes by SMS here" "Use an authenticator app, or set SMS_PROVIDER.";
    OtherBrowser "OTHER_BROWSER" Authorization 403 "JD-MAIL-006" "This link was asked for in another browser" "Go on only if you asked for it: send other_browser with it.";
    ReauthenticationRequired "REAUTHENTICATION_REQUIRED" Authorization 403 "JD-AUTH-008" "This change needs a recent sign-in" "Sign in again, or send the current password.";

    CredentialNotRecognized "CREDENTIAL_NOT_RECOGNIZED" Authentication 401 "JD-PASSKEY-001" "Credential not recognized" "Choose another passkey, or sign in another way and add this one anew.";
    PasskeyChallengeInvalid "PASSKEY_CHALLENGE_INVALID" Authentication 401 "JD-PASSKEY-002" "The passkey answered a question that was not asked here" "Ask for new options and answer them in the same session.";
    PasskeyChallengeUsed "PASSKEY_CHALLENGE_USED" Authentication 401 "JD-PASSKEY-002" "The question to the passkey was already answered" "Ask for new options: each works once.";
    PasskeyChallengeExpired "PASSKEY_CHALLENGE_EXPIRED" Authentication 401 "JD-PASSKEY-002" "The question to the passkey has expired" "Ask for new options and answer within five minutes.";
    PasskeyWrongOrigin "PASSKEY_WRONG_ORIGIN" Authentication 401 "JD-PASSKEY-003" "The passkey was used on a page of another origin" "Use the address of this site; operators list its origins in WEBAUTHN_RP_ORIGIN.";
    PasskeyCrossOrigin "PASSKEY_CROSS_ORIGIN" Authentication 401 "JD-PASSKEY-003" "The passkey was used in a frame of another site" "Open the page by itself.";
    PasskeyWrongRelyingParty "PASSKEY_WRONG_RP_ID" Authentication 401 "JD-PASSKEY-003" "The passkey belongs to another site" "Choose a passkey of this site; operators check WEBAUTHN_RP_ID.";
    PasskeyWrongType "PASSKEY_WRONG_TYPE" Authentication 401 "JD-PASSKEY-004" "The answer of the passkey is of another kind" "Call navigator.credentials.create to add a passkey, and get to sign in.";
    PasskeyNotPresent "PASSKEY_USER_NOT_PRESENT" Authentication 401 "JD-PASSKEY-005" "Nobody touched the passkey" "Touch or confirm it when the browser asks.";
    PasskeyNotVerified "PASSKEY_USER_NOT_VERIFIED" Authentication 401 "JD-PASSKEY-005" "The passkey did not ask who used it" "Use its PIN, fingerprint or face.";
    PasskeySignatureInvalid "PASSKEY_SIGNATURE_INVALID" Authentication 401 "JD-PASSKEY-006" "The signature of the passkey is wrong" "Try again; if it stays, remove the passkey and add it anew.";
    PasskeyCounterBackwards "PASSKEY_COUNTER_BACKWARDS" Authentication 401 "JD-PASSKEY-007" "This passkey may have been copied: it counted backwards" "Sign in another way, remove this passkey and add a new one.";

    TokenExpired "TOKEN_EXPIRED" Token 401 "JD-JWT-001" "Token expired" "Refresh the tokens at /api/v1/auth/refresh.";
    TokenInvalid "TOKEN_INVALID" Token 401 "JD-JWT-002" "Token invalid" "Sign in again; check that issuer, audience and algorithm belong to this server.";
    TokenRevoked "TOKEN_REVOKED" Token 401 "JD-JWT-003" "Token revoked" "Sign in again: the session has ended.";
    RefreshTokenInvalid "REFRESH_TOKEN_INVALID" Token 401 "JD-JWT-004" "Refresh token invalid" "Sign in again.";
    RefreshTokenExpired "REFRESH_TOKEN_EXPIRED" Token 401 "JD-JWT-005" "Refresh token expired" "Sign in again.";
    RefreshTokenReused "REFRESH_TOKEN_REUSED" Token 401 "JD-JWT-006" "Refresh token was used twice; the session has been ended" "Sign in again; if this was not you, change your password.";
    LinkExpired "LINK_EXPIRED" Token 401 "JD-MAIL-001" "Link expired" "Ask for a new link.";
    LinkInvalid "LINK_INVALID" Token 401 "JD-MAIL-002" "Invalid token" "Ask for a new link: this one is wrong or has been used.";

    Forbidden "FORBIDDEN" Authorization 403 "JD-AUTH-009" "You may not do this" "Ask an administrator for the permission.";
    ImpersonationForbidden "IMPERSONATION_FORBIDDEN" Authorization 403 "JD-AUTH-018" "Whoever acts for somebody else may not do this" "Have the person do it themselves, signed in: support access changes nothing that protects the account or outlasts it.";
    ImpersonationDisabled "IMPERSONATION_DISABLED" Authorization 403 "JD-AUTH-019" "Nobody acts for others here" "Set IMPERSONATION_ENABLED=true, if support is to have that right.";
    CannotImpersonate "CANNOT_IMPERSONATE" Authorization 403 "JD-AUTH-019" "Nobody may act for this account" "details.reason says why: support access is for accounts of others that may sign in and administer nothing.";
    ApiKeyNotAllowed "API_KEY_NOT_ALLOWED" Authorization 403 "JD-KEY-004" "This needs a person who is signed in" "Send the access token of a session: an API key never changes what people sign in with.";
    ApiKeyWithoutPerson "API_KEY_WITHOUT_PERSON" Authorization 403 "JD-KEY-004" "This API key belongs to an organization and to nobody in it" "Use a key of your own, or ask for /api/v1/organizations.";
    ScopeMissing "SCOPE_MISSING" Authorization 403 "JD-KEY-005" "This API key was not made for that" "Make a key with the scope named in details.scope.";
    PermissionDenied "PERMISSION_DENIED" Authorization 403 "JD-ORG-001" "Your role in this organization does not allow this" "Ask an owner or an admin of the organization for the permission in details.permission.";
    RoleTooHigh "ROLE_TOO_HIGH" Authorization 403 "JD-ORG-002" "This goes beyond what your own role allows" "Nobody can grant what they do not hold, or change somebody who may do more; ask an owner.";
    OrganizationSuspended "ORGANIZATION_SUSPENDED" Authorization 403 "JD-ORG-003" "This organization is suspended" "Ask an administrator of the platform.";
    InvitationForAnother "INVITATION_FOR_ANOTHER_ADDRESS" Authorization 403 "JD-ORG-019" "This invitation was sent to another address" "Sign in with the address that it was mailed to, or ask for one to yours.";
    InvitationUnverified "INVITATION_NEEDS_VERIFIED_ADDRESS" Authorization 403 "JD-ORG-019" "Your address is not verified" "Open the link of the verification mail, then accept the invitation.";
    InviterLeft "INVITER_LEFT" Authorization 403 "JD-ORG-020" "Whoever sent this invitation could not send it today" "Ask somebody of the organization to send it again.";
    NotFound "NOT_FOUND" NotFound 404 "JD-SDK-005" "There is nothing here" "Check the path and the id against /openapi.json.";

    OrganizationNotFound "ORGANIZATION_NOT_FOUND" NotFound 404 "JD-ORG-004" "Organization not found" "List yours at /api/v1/organizations; you see only those that you belong to.";
    MemberNotFound "MEMBER_NOT_FOUND" NotFound 404 "JD-ORG-005" "This person does not belong to the organization" "List the members of the organization.";
    RoleNotFound "ROLE_NOT_FOUND" NotFound 404 "JD-ORG-006" "Role not found" "List the roles of the organization.";
    InvitationNotFound "INVITATION_NOT_FOUND" NotFound 404 "JD-ORG-017" "Invitation not found" "List the invitations of the organization.";
    InvitationInvalid "INVITATION_INVALID" NotFound 404 "JD-ORG-018" "This invitation is not known here" "Open the link of the last mail, or ask for another invitation.";
    InvitationExpired "INVITATION_EXPIRED" NotFound 410 "JD-ORG-018" "This invitation has expired" "Ask whoever invited you to send it again.";
    InvitationRevoked "INVITATION_REVOKED" NotFound 410 "JD-ORG-018" "This invitation was taken back" "Ask somebody of the organization for another one.";
    InvitationReplaced "INVITATION_REPLACED" NotFound 410 "JD-ORG-018" "This invitation was sent once more" "Open the link of the newest mail.";
    InvitationAccepted "INVITATION_ACCEPTED" NotFound 410 "JD-ORG-018" "This invitation was accepted already" "Sign in: whoever accepted it belongs to the organization.";
    DomainNotFound "DOMAIN_NOT_FOUND" NotFound 404 "JD-ORG-022" "The organization does not claim such a domain" "List the domains of the organization.";
    ApiKeyNotFound "API_KEY_NOT_FOUND" NotFound 404 "JD-KEY-006" "API key not found" "List the keys; one that was revoked is not found any more.";
    WebhookNotFound "WEBHOOK_NOT_FOUND" NotFound 404 "JD-HOOK-001" "Webhook not found" "List yours at /api/v1/webhooks; those of an organization with ?organization_id=.";
    PasskeyNotFound "PASSKEY_NOT_FOUND" NotFound 404 "JD-PASSKEY-008" "Passkey not found" "List your passkeys at /api/v1/passkeys.";
    SsoConnectionNotFound "SSO_CONNECTION_NOT_FOUND" NotFound 404 "JD-SSO-018" "There is no such connection" "List the connections of the organization at /api/v1/sso/connections.";
    SsoNotOffered "SSO_NOT_AVAILABLE" NotFound 404 "JD-SSO-019" "No organization signs people in for this" "Check the address; or sign in another way. Organizations verify their domain and enable a connection first.";
    OauthProviderUnknown "OAUTH_PROVIDER_UNKNOWN" NotFound 404 "JD-SSO-006" "There is no such provider here" "Choose one of /api/v1/auth/oauth/providers; operators set OAUTH_…_CLIENT_ID and OAUTH_…_CLIENT_SECRET.";
    SsoNotLinked "SSO_NOT_LINKED" NotFound 404 "JD-SSO-024" "No account of this connection is linked" "Look at /api/v1/users/me/sso/connections.";
    OauthNotLinked "OAUTH_NOT_LINKED" NotFound 404 "JD-SSO-007" "No account of this provider is linked" "Look at /api/v1/auth/oauth/accounts.";

    PasskeyAlreadyRegistered "PASSKEY_ALREADY_REGISTERED" Conflict 409 "JD-PASSKEY-009" "This passkey is already registered" "Sign in with it, or choose another one.";
    TooManyPasskeys "TOO_MANY_PASSKEYS" Conflict 409 "JD-PASSKEY-009" "This account has as many passkeys as it can have" "Remove one that is no longer used.";
    SsoAlreadyLinked "SSO_ALREADY_LINKED" Conflict 409 "JD-SSO-020" "This account is linked to another person at the identity provider" "Whoever looks after the accounts removes the earlier one first: an address was given to somebody else, or the person was made anew there.";
    SsoLinkedElsewhere "SSO_LINKED_ELSEWHERE" Conflict 409 "JD-SSO-025" "What you hold at the identity provider opens another account here" "Sign in with it and unlink it there first; or sign in at the provider as yourself, and begin again.";
    SsoUnlinkRefused "SSO_UNLINK_REFUSED" Conflict 409 "JD-SSO-026" "Your organization wants you to sign in through this connection, so it stays linked" "Whoever looks after the organization's single sign-on decides what is enforced.";
    SsoSecretMissing "SSO_RELAY_STATE_SECRET_MISSING" Conflict 409 "JD-SSO-021" "The secret that signs what people carry to their identity provider is not set" "Operators set SSO_RELAY_STATE_SECRET to at least 16 random characters, the same on all instances, and start the server anew.";
    SsoIncomplete "SSO_CONNECTION_INCOMPLETE" Conflict 409 "JD-SSO-022" "The connection is not complete" "Fill in what details.missing names, then enable it.";
    TooManySsoConnections "TOO_MANY_SSO_CONNECTIONS" Conflict 409 "JD-SSO-023" "The organization has as many connections as it can have" "Delete one that is no longer used.";
    OauthAlreadyLinked "OAUTH_ALREADY_LINKED" Conflict 409 "JD-SSO-005" "This account is linked already" "Unlink it where it is linked, or unlink the other account of this provider first.";
    LastWayIn "LAST_WAY_IN" Conflict 409 "JD-PASSKEY-010" "This is the last way into the account" "Set a password or add another passkey first.";
    EmailAlreadyExists "EMAIL_ALREADY_EXISTS" Conflict 409 "JD-AUTH-010" "User already exists" "Sign in, or reset the password.";
    MfaAlreadyEnabled "MFA_ALREADY_ENABLED" Conflict 409 "JD-MFA-004" "This second factor is turned on already" "Turn it off first, then set up another one.";
    MfaNotEnabled "MFA_NOT_ENABLED" Conflict 409 "JD-MFA-005" "This second factor is not turned on" "Begin with /api/v1/mfa/totp/enable or /api/v1/mfa/sms/enable.";
    KeyPinned "KEY_PINNED" Conflict 409 "JD-JWT-007" "The signing key is pinned by the settings" "Replace the files of JWT_PRIVATE_KEY_PATH and JWT_PUBLIC_KEY_PATH, and name the old public key in JWT_ADDITIONAL_PUBLIC_KEY_PATHS until its tokens have expired.";
    LastAdmin "LAST_ADMIN" Conflict 409 "JD-AUTH-017" "This is the last administrator of the platform" "Make somebody else an administrator first.";
    MailAlreadySent "MAIL_ALREADY_SENT" Conflict 409 "JD-MAIL-004" "This mail was already sent" "Have a new one made: resend the verification, or send another password reset.";
    SlugTaken "SLUG_TAKEN" Conflict 409 "JD-ORG-007" "This slug is taken" "Choose another one.";
    LastOwner "LAST_OWNER" Conflict 409 "JD-ORG-008" "This is the last owner of the organization" "Make somebody else an owner first, or delete the organization.";
    AlreadyMember "ALREADY_MEMBER" Conflict 409 "JD-ORG-009" "This person belongs to the organization already" "Change their role instead.";
    InvitationExists "INVITATION_EXISTS" Conflict 409 "JD-ORG-021" "This address is invited already" "Send that invitation once more, or take it back first.";
    OrganizationNotDeleted "ORGANIZATION_NOT_DELETED" Conflict 409 "JD-ORG-010" "The organization was not deleted" "There is nothing to restore.";
    RoleNameTaken "ROLE_NAME_TAKEN" Conflict 409 "JD-ORG-011" "The organization has a role of this name" "Choose another one.";
    RoleInUse "ROLE_IN_USE" Conflict 409 "JD-ORG-012" "Members have this role, or people are invited to it" "Give them another role first, and take the invitations back.";
    DomainTaken "DOMAIN_TAKEN" Conflict 409 "JD-ORG-023" "Another organization has verified this domain" "A domain is verified for one organization at a time: have the other one remove it, or its DNS record; without the record it lapses after some days.";
    DomainExists "DOMAIN_EXISTS" Conflict 409 "JD-ORG-024" "The organization claims this domain already" "Set its DNS record, then verify it.";
    TooManyDomains "TOO_MANY_DOMAINS" Conflict 409 "JD-ORG-025" "The organization has as many domains as it can have" "Remove one that is no longer used.";
    TooManyApiKeys "TOO_MANY_API_KEYS" Conflict 409 "JD-KEY-007" "There are as many API keys as there can be" "Revoke one that is no longer used, or raise API_KEYS_MAX.";
    TooManyRoles "TOO_MANY_ROLES" Conflict 409 "JD-ORG-013" "The organization has as many roles as it can have" "Delete one that is no longer used.";
    TooManyWebhooks "TOO_MANY_WEBHOOKS" Conflict 409 "JD-HOOK-002" "There are as many webhooks as there can be" "Delete one that is no longer used.";
    UsernameTaken "USERNAME_TAKEN" Conflict 409 "JD-AUTH-011" "This username is taken" "Choose another one.";

    InvalidField "INVALID_FIELD" Validation 422 "JD-SDK-006" "A value is not acceptable" "Mend the field named in details.field.";
    InvalidType "INVALID_TYPE" Validation 422 "JD-SDK-006" "A value has the wrong type" "Mend the field named in details.field.";
    UnknownField "UNKNOWN_FIELD" Validation 422 "JD-SDK-006" "A field is not known here" "Leave out the field named in details.field.";
    InvalidEmail "INVALID_EMAIL" Validation 422 "JD-AUTH-012" "This is not a valid email address" "Send one plain address such as ada@example.com.";
    InvalidSlug "INVALID_SLUG" Validation 422 "JD-ORG-014" "This is not a valid slug" "Use 2 to 63 small letters, digits and dashes, beginning and ending with a letter or digit.";
    InvalidPermission "INVALID_PERMISSION" Validation 422 "JD-ORG-015" "This is not a permission" "Write resource:action, resource:* or *; GET /api/v1/rbac/permissions lists those of Janua.";
    InvalidDomain "INVALID_DOMAIN" Validation 422 "JD-ORG-026" "This is not a domain that an organization can own" "Write a full domain of your own such as acme.com.";
    DomainRecordMissing "DOMAIN_RECORD_MISSING" Validation 422 "JD-ORG-027" "The DNS has no such record yet" "Add the TXT record of details.record at your DNS provider, wait until it is published, which can take an hour, and verify again.";
    DomainRecordWrong "DOMAIN_RECORD_WRONG" Validation 422 "JD-ORG-027" "The DNS has another record in that place" "Compare details.found with details.record: the value has to be the same, and one that was claimed anew needs a new one.";
    UnknownRole "UNKNOWN_ROLE" Validation 422 "JD-ORG-016" "The organization has no such role" "Choose owner, admin, member, viewer or a role of the organization's own.";
    InvalidWebhookUrl "INVALID_WEBHOOK_URL" Validation 422 "JD-HOOK-003" "Events cannot be sent to this address" "Give an https address of the public internet, without user name and password.";
    UnknownEventType "UNKNOWN_EVENT_TYPE" Validation 422 "JD-HOOK-004" "There is no such event" "Write area.action, area.* or *; GET /api/v1/webhooks/events/types lists them.";
    InvalidUsername "INVALID_USERNAME" Validation 422 "JD-AUTH-013" "This is not a valid username" "Use 3 to 32 letters, digits, dots, dashes or underscores, starting with a letter or digit.";
    PasskeyMalformed "PASSKEY_MALFORMED" Validation 422 "JD-PASSKEY-004" "The answer of the passkey cannot be read" "Send what PublicKeyCredential.toJSON() gives, unchanged.";
    PasskeyAlgorithmRefused "PASSKEY_ALGORITHM_REFUSED" Validation 422 "JD-PASSKEY-011" "The key of this passkey is of a kind that is not accepted" "Use a passkey with ES256, ES384 or RS256.";
    PasskeyAttestationRefused "PASSKEY_ATTESTATION_REFUSED" Validation 422 "JD-PASSKEY-011" "What the passkey says of its maker is wrong" "Try again without attestation.";
    InvalidPhone "INVALID_PHONE" Validation 422 "JD-MFA-009" "This is not a telephone number that gets text messages" "Write it with + and the country code, as in +1 202 555 0123.";
    WeakPassword "WEAK_PASSWORD" Validation 422 "JD-AUTH-014" "This password is too weak" "Choose a longer one; three or four unrelated words are good.";
    WrongMfaCode "WRONG_MFA_CODE" Validation 422 "JD-MFA-002" "Invalid verification code" "Type the code that the app shows now; each counts once. If it stays wrong, set the clock of the phone.";
    MfaMethodUnavailable "MFA_METHOD_UNAVAILABLE" Validation 422 "JD-MFA-006" "This account has no such second factor" "Choose one of the methods that the sign-in named.";
    WrongPassword "WRONG_PASSWORD" Validation 422 "JD-AUTH-015" "The current password is wrong" "Type the password that you sign in with.";

    RateLimited "RATE_LIMITED" RateLimit 429 "JD-AUTH-016" "Too many requests" "Wait for the seconds in Retry-After.";
    EmailRateLimited "EMAIL_RATE_LIMITED" RateLimit 429 "JD-MAIL-003" "Too many mails to this address" "Wait for the seconds in Retry-After.";
    SmsRateLimited "SMS_RATE_LIMITED" RateLimit 429 "JD-MFA-011" "Too many text messages" "Wait for the seconds in Retry-After, or use another second factor.";
    SmsBraked "SMS_BRAKED" RateLimit 429 "JD-MFA-012" "No text messages go to such numbers for now" "Use another second factor: too many messages to them were never answered with their code.";

    Internal "INTERNAL_ERROR" Internal 500 "JD-PERF-001" "Something went wrong on our side" "Try again; give the request id to the operator if it stays.";
    ExternalService "EXTERNAL_SERVICE_ERROR" ExternalService 502 "JD-DEPLOY-001" "A service that Janua depends on failed" "Try again later.";
    SmsDeliveryFailed "SMS_DELIVERY_FAILED" ExternalService 502 "JD-MFA-010" "SMS delivery failed" "Try again in a moment, or use another second factor; operators find the provider's code in the log.";
    DnsUnavailable "DNS_UNAVAILABLE" ExternalService 502 "JD-ORG-028" "The DNS gave no answer" "Try again after the seconds in Retry-After; nothing has changed. If it stays, look at the name servers of the domain, and operators at DNS_RESOLVERS.";
    DatabaseUnavailable "DATABASE_UNAVAILABLE" Unavailable 503 "JD-DB-001" "The database cannot be reached" "Try again after the seconds in Retry-After.";
    Overloaded "OVERLOADED" Unavailable 503 "JD-PERF-002" "The server is busy" "Try again after the seconds in Retry-After.";
    RequestTimeout "REQUEST_TIMEOUT" Unavailable 503 "JD-PERF-003" "The request took too long and was given up" "Try again after the seconds in Retry-After.";
    Maintenance "MAINTENANCE" Unavailable 503 "JD-DEPLOY-003" "Janua is under maintenance" "Try again after the seconds in Retry-After; administrators can sign in.";
    Draining "DRAINING" Unavailable 503 "JD-DEPLOY-002" "The server is shutting down" "Try again; another instance will answer.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_statuses_fit_their_class() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let family = match code.class() {
                Class::BadRequest => 400..=415,
                Class::Authentication
                | Class::Token
                | Class::EmailNotVerified
                | Class::AccountLocked
                | Class::Sso => 401..=401,
                Class::Authorization => 403..=403,
                Class::NotFound => 404..=410,
                Class::Conflict => 409..=409,
                Class::Validation => 422..=422,
                Class::RateLimit => 429..=429,
                Class::Internal => 500..=500,
                Class::ExternalService => 502..=502,
                Class::Unavailable => 503..=503,
            };
            assert!(family.contains(&code.status()), "{}", code.name());
            assert!(code.help().starts_with("JD-"));
        }
    }
}
