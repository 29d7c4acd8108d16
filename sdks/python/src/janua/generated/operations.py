"""Every operation of the API. Written by scripts/generate; not to be changed by hand."""

from typing import Any

from janua.operation import Operation, Redirect

from . import models

ADMIN_CACHE_CLEAR = Operation[models.InvalidatedCopies](
    method="POST",
    path="/api/v1/admin/cache/clear",
    answer=models.InvalidatedCopies,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_CACHE_INVALIDATE = Operation[models.InvalidatedCopies](
    method="POST",
    path="/api/v1/admin/cache/invalidate",
    answer=models.InvalidatedCopies,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_CACHE_STATUS = Operation[models.CacheBody](
    method="GET",
    path="/api/v1/admin/cache",
    answer=models.CacheBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_CHANGE_SETTINGS = Operation[models.SettingsBody](
    method="PATCH",
    path="/api/v1/admin/settings",
    answer=models.SettingsBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_CREATE_USER = Operation[models.AccountBody](
    method="POST",
    path="/api/v1/admin/users",
    answer=models.AccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_DELETE_ORGANIZATION = Operation[None](
    method="DELETE",
    path="/api/v1/admin/organizations/{organization_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_DELETE_USER = Operation[None](
    method="DELETE",
    path="/api/v1/admin/users/{user_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_EXAMINE_INSTALLATION = Operation[models.DoctorReport](
    method="GET",
    path="/api/v1/admin/doctor",
    answer=models.DoctorReport,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_EXPLAIN_PERSON = Operation[models.PersonExplained](
    method="GET",
    path="/api/v1/admin/explain",
    answer=models.PersonExplained,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_EXPLAIN_REQUEST = Operation[models.RequestExplained](
    method="GET",
    path="/api/v1/admin/explain/{request_id}",
    answer=models.RequestExplained,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_EXPORT_USER = Operation[str](
    method="GET",
    path="/api/v1/admin/users/{user_id}/export",
    answer=str,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_GET_ORGANIZATION = Operation[models.OrganizationAccountBody](
    method="GET",
    path="/api/v1/admin/organizations/{organization_id}",
    answer=models.OrganizationAccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_GET_SETTINGS = Operation[models.SettingsBody](
    method="GET",
    path="/api/v1/admin/settings",
    answer=models.SettingsBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_GET_USER = Operation[models.AccountBody](
    method="GET",
    path="/api/v1/admin/users/{user_id}",
    answer=models.AccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_IMPERSONATE_USER = Operation[models.ImpersonationBody](
    method="POST",
    path="/api/v1/admin/users/{user_id}/impersonate",
    answer=models.ImpersonationBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_LIST_KEYS = Operation[models.SigningKeyList](
    method="GET",
    path="/api/v1/admin/keys",
    answer=models.SigningKeyList,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_LIST_ORGANIZATIONS = Operation[models.OrganizationAccountList](
    method="GET",
    path="/api/v1/admin/organizations",
    answer=models.OrganizationAccountList,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_LIST_OUTBOX = Operation[models.MailList](
    method="GET",
    path="/api/v1/admin/outbox",
    answer=models.MailList,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_LIST_PASSKEYS = Operation[models.PasskeyList](
    method="GET",
    path="/api/v1/admin/users/{user_id}/passkeys",
    answer=models.PasskeyList,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_LIST_SESSIONS = Operation[models.SessionList](
    method="GET",
    path="/api/v1/admin/users/{user_id}/sessions",
    answer=models.SessionList,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_LIST_USERS = Operation[models.AccountList](
    method="GET",
    path="/api/v1/admin/users",
    answer=models.AccountList,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_REACTIVATE_ORGANIZATION = Operation[models.OrganizationAccountBody](
    method="POST",
    path="/api/v1/admin/organizations/{organization_id}/reactivate",
    answer=models.OrganizationAccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_REACTIVATE_USER = Operation[models.AccountBody](
    method="POST",
    path="/api/v1/admin/users/{user_id}/reactivate",
    answer=models.AccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_REMOVE_PASSKEY = Operation[None](
    method="DELETE",
    path="/api/v1/admin/users/{user_id}/passkeys/{passkey_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_RESET_MFA = Operation[None](
    method="DELETE",
    path="/api/v1/admin/users/{user_id}/mfa",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_RESET_PASSWORD = Operation[models.Accepted](
    method="POST",
    path="/api/v1/admin/users/{user_id}/reset-password",
    answer=models.Accepted,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_RESTORE_ORGANIZATION = Operation[models.OrganizationAccountBody](
    method="POST",
    path="/api/v1/admin/organizations/{organization_id}/restore",
    answer=models.OrganizationAccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_RETRY_MAIL = Operation[models.MailBody](
    method="POST",
    path="/api/v1/admin/outbox/{outbox_id}/retry",
    answer=models.MailBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_REVOKE_SESSIONS = Operation[None](
    method="DELETE",
    path="/api/v1/admin/users/{user_id}/sessions",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_ROTATE_KEYS = Operation[models.RotatedKey](
    method="POST",
    path="/api/v1/admin/keys/rotate",
    answer=models.RotatedKey,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_SET_MAINTENANCE = Operation[models.MaintenanceBody](
    method="POST",
    path="/api/v1/admin/maintenance",
    answer=models.MaintenanceBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_STATISTICS = Operation[models.Statistics](
    method="GET",
    path="/api/v1/admin/stats",
    answer=models.Statistics,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_SUSPEND_ORGANIZATION = Operation[models.OrganizationAccountBody](
    method="POST",
    path="/api/v1/admin/organizations/{organization_id}/suspend",
    answer=models.OrganizationAccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_SUSPEND_USER = Operation[models.AccountBody](
    method="POST",
    path="/api/v1/admin/users/{user_id}/suspend",
    answer=models.AccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_UNLOCK_USER = Operation[models.AccountBody](
    method="POST",
    path="/api/v1/admin/users/{user_id}/unlock",
    answer=models.AccountBody,
    secured=True,
    form=False,
    keeps="",
)
ADMIN_UPDATE_USER = Operation[models.AccountBody](
    method="PATCH",
    path="/api/v1/admin/users/{user_id}",
    answer=models.AccountBody,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_CREATE = Operation[models.ApiKeyMade](
    method="POST",
    path="/api/v1/api-keys",
    answer=models.ApiKeyMade,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_CREATE_FOR_ORGANIZATION = Operation[models.ApiKeyMade](
    method="POST",
    path="/api/v1/organizations/{organization_id}/api-keys",
    answer=models.ApiKeyMade,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_GET = Operation[models.ApiKeyBody](
    method="GET",
    path="/api/v1/api-keys/{api_key_id}",
    answer=models.ApiKeyBody,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_GET_OF_ORGANIZATION = Operation[models.ApiKeyBody](
    method="GET",
    path="/api/v1/organizations/{organization_id}/api-keys/{api_key_id}",
    answer=models.ApiKeyBody,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_LIST = Operation[models.ApiKeyList](
    method="GET",
    path="/api/v1/api-keys",
    answer=models.ApiKeyList,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_LIST_OF_ORGANIZATION = Operation[models.ApiKeyList](
    method="GET",
    path="/api/v1/organizations/{organization_id}/api-keys",
    answer=models.ApiKeyList,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_RENAME = Operation[models.ApiKeyBody](
    method="PATCH",
    path="/api/v1/api-keys/{api_key_id}",
    answer=models.ApiKeyBody,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_RENAME_OF_ORGANIZATION = Operation[models.ApiKeyBody](
    method="PATCH",
    path="/api/v1/organizations/{organization_id}/api-keys/{api_key_id}",
    answer=models.ApiKeyBody,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_REVOKE = Operation[None](
    method="DELETE",
    path="/api/v1/api-keys/{api_key_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_REVOKE_OF_ORGANIZATION = Operation[None](
    method="DELETE",
    path="/api/v1/organizations/{organization_id}/api-keys/{api_key_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_ROTATE = Operation[models.ApiKeyMade](
    method="POST",
    path="/api/v1/api-keys/{api_key_id}/rotate",
    answer=models.ApiKeyMade,
    secured=True,
    form=False,
    keeps="",
)
API_KEYS_ROTATE_OF_ORGANIZATION = Operation[models.ApiKeyMade](
    method="POST",
    path="/api/v1/organizations/{organization_id}/api-keys/{api_key_id}/rotate",
    answer=models.ApiKeyMade,
    secured=True,
    form=False,
    keeps="",
)
AUDIT_EXPORT = Operation[str](
    method="GET",
    path="/api/v1/audit-logs/export",
    answer=str,
    secured=True,
    form=False,
    keeps="",
)
AUDIT_EXPORT_OF_ORGANIZATION = Operation[str](
    method="GET",
    path="/api/v1/organizations/{organization_id}/audit-logs/export",
    answer=str,
    secured=True,
    form=False,
    keeps="",
)
AUDIT_LIST = Operation[models.AuditLog](
    method="GET",
    path="/api/v1/audit-logs",
    answer=models.AuditLog,
    secured=True,
    form=False,
    keeps="",
)
AUDIT_LIST_OF_ORGANIZATION = Operation[models.AuditLog](
    method="GET",
    path="/api/v1/organizations/{organization_id}/audit-logs",
    answer=models.AuditLog,
    secured=True,
    form=False,
    keeps="",
)
AUTH_ACT_IN = Operation[models.ActingBody](
    method="POST",
    path="/api/v1/auth/session/organization",
    answer=models.ActingBody,
    secured=True,
    form=False,
    keeps="access_token",
)
AUTH_CHANGE_PASSWORD = Operation[None](
    method="POST",
    path="/api/v1/auth/password/change",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
AUTH_FORGOT_PASSWORD = Operation[models.Accepted](
    method="POST",
    path="/api/v1/auth/password/forgot",
    answer=models.Accepted,
    secured=False,
    form=False,
    keeps="",
)
AUTH_REAUTHENTICATE = Operation[None](
    method="POST",
    path="/api/v1/auth/reauthenticate",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
AUTH_REFRESH = Operation[models.TokensBody](
    method="POST",
    path="/api/v1/auth/refresh",
    answer=models.TokensBody,
    secured=False,
    form=False,
    keeps="",
)
AUTH_RESEND_VERIFICATION = Operation[models.Accepted](
    method="POST",
    path="/api/v1/auth/email/resend",
    answer=models.Accepted,
    secured=False,
    form=False,
    keeps="",
)
AUTH_RESET_PASSWORD = Operation[None](
    method="POST",
    path="/api/v1/auth/password/reset",
    answer=None,
    secured=False,
    form=False,
    keeps="",
)
AUTH_SEND_MAGIC_LINK = Operation[models.MagicLinkResponse](
    method="POST",
    path="/api/v1/auth/magic-link",
    answer=models.MagicLinkResponse,
    secured=False,
    form=False,
    keeps="",
)
AUTH_SESSION = Operation[models.CurrentSession](
    method="GET",
    path="/api/v1/auth/session",
    answer=models.CurrentSession,
    secured=True,
    form=False,
    keeps="",
)
AUTH_SIGN_IN = Operation[models.LoginResponse](
    method="POST",
    path="/api/v1/auth/login",
    answer=models.LoginResponse,
    secured=False,
    form=False,
    keeps="tokens",
)
AUTH_SIGN_OUT = Operation[models.LogoutAnswer](
    method="POST",
    path="/api/v1/auth/logout",
    answer=models.LogoutAnswer,
    secured=True,
    form=False,
    keeps="",
)
AUTH_SIGN_UP = Operation[models.RegisterResponse](
    method="POST",
    path="/api/v1/auth/register",
    answer=models.RegisterResponse,
    secured=False,
    form=False,
    keeps="tokens",
)
AUTH_VERIFY_EMAIL = Operation[models.VerifyResponse](
    method="POST",
    path="/api/v1/auth/email/verify",
    answer=models.VerifyResponse,
    secured=False,
    form=False,
    keeps="",
)
AUTH_VERIFY_MAGIC_LINK = Operation[models.MagicLinkLoginResponse](
    method="POST",
    path="/api/v1/auth/magic-link/verify",
    answer=models.MagicLinkLoginResponse,
    secured=False,
    form=False,
    keeps="tokens",
)
DEVELOPMENT_MAILS = Operation[models.CaughtList](
    method="GET",
    path="/dev/mail/messages",
    answer=models.CaughtList,
    secured=False,
    form=False,
    keeps="",
)
HEALTH_CIRCUIT_BREAKER = Operation[models.CircuitBreaker](
    method="GET",
    path="/api/v1/health/circuit-breaker",
    answer=models.CircuitBreaker,
    secured=False,
    form=False,
    keeps="",
)
HEALTH_DETAILED = Operation[models.Detailed](
    method="GET",
    path="/health/detailed",
    answer=models.Detailed,
    secured=False,
    form=False,
    keeps="",
)
HEALTH_HEALTH = Operation[models.Health](
    method="GET",
    path="/health",
    answer=models.Health,
    secured=False,
    form=False,
    keeps="",
)
HEALTH_LIVE = Operation[Any](
    method="GET",
    path="/live",
    answer=Any,
    secured=False,
    form=False,
    keeps="",
)
HEALTH_METRICS = Operation[str](
    method="GET",
    path="/metrics",
    answer=str,
    secured=False,
    form=False,
    keeps="",
)
HEALTH_READY = Operation[Any](
    method="GET",
    path="/ready",
    answer=Any,
    secured=False,
    form=False,
    keeps="",
)
KEYS_JWKS = Operation[Any](
    method="GET",
    path="/.well-known/jwks.json",
    answer=Any,
    secured=False,
    form=False,
    keeps="",
)
MFA_CHALLENGE = Operation[models.ChallengeResponse](
    method="POST",
    path="/api/v1/mfa/challenge",
    answer=models.ChallengeResponse,
    secured=False,
    form=False,
    keeps="",
)
MFA_DISABLE_SMS = Operation[None](
    method="POST",
    path="/api/v1/mfa/sms/disable",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
MFA_DISABLE_TOTP = Operation[None](
    method="POST",
    path="/api/v1/mfa/totp/disable",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
MFA_ENABLE_SMS = Operation[models.CodeSent](
    method="POST",
    path="/api/v1/mfa/sms/enable",
    answer=models.CodeSent,
    secured=True,
    form=False,
    keeps="",
)
MFA_ENABLE_TOTP = Operation[models.TotpEnrolment](
    method="POST",
    path="/api/v1/mfa/totp/enable",
    answer=models.TotpEnrolment,
    secured=True,
    form=False,
    keeps="",
)
MFA_ENROL_SMS = Operation[models.CodeSent](
    method="POST",
    path="/api/v1/mfa/enrol/sms",
    answer=models.CodeSent,
    secured=False,
    form=False,
    keeps="",
)
MFA_ENROL_TOTP = Operation[models.TotpEnrolment](
    method="POST",
    path="/api/v1/mfa/enrol/totp",
    answer=models.TotpEnrolment,
    secured=False,
    form=False,
    keeps="",
)
MFA_LIST_TRUSTED_DEVICES = Operation[models.TrustedDeviceList](
    method="GET",
    path="/api/v1/mfa/trusted-devices",
    answer=models.TrustedDeviceList,
    secured=True,
    form=False,
    keeps="",
)
MFA_REGENERATE_RECOVERY_CODES = Operation[models.RecoveryCodes](
    method="POST",
    path="/api/v1/mfa/recovery-codes/regenerate",
    answer=models.RecoveryCodes,
    secured=True,
    form=False,
    keeps="",
)
MFA_REMOVE_TRUSTED_DEVICE = Operation[None](
    method="DELETE",
    path="/api/v1/mfa/trusted-devices/{trusted_device_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
MFA_REMOVE_TRUSTED_DEVICES = Operation[None](
    method="DELETE",
    path="/api/v1/mfa/trusted-devices",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
MFA_SEND_SMS = Operation[models.CodeSent](
    method="POST",
    path="/api/v1/mfa/sms/challenge",
    answer=models.CodeSent,
    secured=True,
    form=False,
    keeps="",
)
MFA_STATUS = Operation[models.MfaStatus](
    method="GET",
    path="/api/v1/mfa/status",
    answer=models.MfaStatus,
    secured=True,
    form=False,
    keeps="",
)
MFA_VERIFY_CHALLENGE = Operation[models.LoginResponse](
    method="POST",
    path="/api/v1/mfa/challenge/verify",
    answer=models.LoginResponse,
    secured=False,
    form=False,
    keeps="tokens",
)
MFA_VERIFY_ENROLMENT = Operation[models.EnrolledResponse](
    method="POST",
    path="/api/v1/mfa/enrol/totp/verify",
    answer=models.EnrolledResponse,
    secured=False,
    form=False,
    keeps="tokens",
)
MFA_VERIFY_SMS = Operation[models.RecoveryCodes](
    method="POST",
    path="/api/v1/mfa/sms/verify",
    answer=models.RecoveryCodes,
    secured=True,
    form=False,
    keeps="",
)
MFA_VERIFY_SMS_ENROLMENT = Operation[models.EnrolledResponse](
    method="POST",
    path="/api/v1/mfa/enrol/sms/verify",
    answer=models.EnrolledResponse,
    secured=False,
    form=False,
    keeps="tokens",
)
MFA_VERIFY_TOTP = Operation[models.RecoveryCodes](
    method="POST",
    path="/api/v1/mfa/totp/verify",
    answer=models.RecoveryCodes,
    secured=True,
    form=False,
    keeps="",
)
OAUTH_ACCOUNTS = Operation[models.OauthAccounts](
    method="GET",
    path="/api/v1/auth/oauth/accounts",
    answer=models.OauthAccounts,
    secured=True,
    form=False,
    keeps="",
)
OAUTH_AUTHORIZE = Operation[str](
    method="GET",
    path="/api/v1/auth/oauth/{provider}/authorize",
    answer=Redirect,
    secured=False,
    form=False,
    keeps="",
)
OAUTH_CALLBACK = Operation[str](
    method="GET",
    path="/api/v1/auth/oauth/{provider}/callback",
    answer=Redirect,
    secured=False,
    form=False,
    keeps="",
)
OAUTH_CALLBACK_BY_FORM = Operation[str](
    method="POST",
    path="/api/v1/auth/oauth/{provider}/callback",
    answer=Redirect,
    secured=False,
    form=True,
    keeps="",
)
OAUTH_LINK = Operation[models.OauthDeparture](
    method="POST",
    path="/api/v1/auth/oauth/{provider}/link",
    answer=models.OauthDeparture,
    secured=True,
    form=False,
    keeps="",
)
OAUTH_PROVIDERS = Operation[models.OauthProviders](
    method="GET",
    path="/api/v1/auth/oauth/providers",
    answer=models.OauthProviders,
    secured=False,
    form=False,
    keeps="",
)
OAUTH_UNLINK = Operation[None](
    method="DELETE",
    path="/api/v1/auth/oauth/{provider}/link",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_ACCEPT_INVITATION = Operation[models.AcceptedInvitation](
    method="POST",
    path="/api/v1/invitations/accept",
    answer=models.AcceptedInvitation,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_CLAIM_DOMAIN = Operation[models.DomainBody](
    method="POST",
    path="/api/v1/organizations/{organization_id}/domains",
    answer=models.DomainBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_CREATE = Operation[models.OrganizationBody](
    method="POST",
    path="/api/v1/organizations",
    answer=models.OrganizationBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_CREATE_INVITATION = Operation[models.InvitationBody](
    method="POST",
    path="/api/v1/organizations/{organization_id}/invitations",
    answer=models.InvitationBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_CREATE_INVITATIONS = Operation[models.InviteManyResponse](
    method="POST",
    path="/api/v1/organizations/{organization_id}/invitations/bulk",
    answer=models.InviteManyResponse,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_DELETE = Operation[None](
    method="DELETE",
    path="/api/v1/organizations/{organization_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_GET = Operation[models.OrganizationBody](
    method="GET",
    path="/api/v1/organizations/{organization_id}",
    answer=models.OrganizationBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_GET_INVITATION = Operation[models.InvitationBody](
    method="GET",
    path="/api/v1/organizations/{organization_id}/invitations/{invitation_id}",
    answer=models.InvitationBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_GET_MEMBER = Operation[models.MemberBody](
    method="GET",
    path="/api/v1/organizations/{organization_id}/members/{user_id}",
    answer=models.MemberBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_LEAVE = Operation[None](
    method="POST",
    path="/api/v1/organizations/{organization_id}/leave",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_LIST = Operation[models.OrganizationList](
    method="GET",
    path="/api/v1/organizations",
    answer=models.OrganizationList,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_LIST_DOMAINS = Operation[models.DomainList](
    method="GET",
    path="/api/v1/organizations/{organization_id}/domains",
    answer=models.DomainList,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_LIST_INVITATIONS = Operation[models.InvitationList](
    method="GET",
    path="/api/v1/organizations/{organization_id}/invitations",
    answer=models.InvitationList,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_LIST_MEMBERS = Operation[models.MemberList](
    method="GET",
    path="/api/v1/organizations/{organization_id}/members",
    answer=models.MemberList,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_PREVIEW_INVITATION = Operation[models.InvitationPreview](
    method="POST",
    path="/api/v1/invitations/preview",
    answer=models.InvitationPreview,
    secured=False,
    form=False,
    keeps="",
)
ORGANIZATIONS_REMOVE_DOMAIN = Operation[None](
    method="DELETE",
    path="/api/v1/organizations/{organization_id}/domains/{domain_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_REMOVE_MEMBER = Operation[None](
    method="DELETE",
    path="/api/v1/organizations/{organization_id}/members/{user_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_RESEND_INVITATION = Operation[models.InvitationBody](
    method="POST",
    path="/api/v1/organizations/{organization_id}/invitations/{invitation_id}/resend",
    answer=models.InvitationBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_RESTORE = Operation[models.OrganizationBody](
    method="POST",
    path="/api/v1/organizations/{organization_id}/restore",
    answer=models.OrganizationBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_REVOKE_INVITATION = Operation[None](
    method="DELETE",
    path="/api/v1/organizations/{organization_id}/invitations/{invitation_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_SET_MEMBER_ROLE = Operation[models.MemberBody](
    method="PATCH",
    path="/api/v1/organizations/{organization_id}/members/{user_id}",
    answer=models.MemberBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_TRANSFER_OWNERSHIP = Operation[models.MemberBody](
    method="POST",
    path="/api/v1/organizations/{organization_id}/transfer-ownership",
    answer=models.MemberBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_UPDATE = Operation[models.OrganizationBody](
    method="PATCH",
    path="/api/v1/organizations/{organization_id}",
    answer=models.OrganizationBody,
    secured=True,
    form=False,
    keeps="",
)
ORGANIZATIONS_VERIFY_DOMAIN = Operation[models.DomainBody](
    method="POST",
    path="/api/v1/organizations/{organization_id}/domains/{domain_id}/verify",
    answer=models.DomainBody,
    secured=True,
    form=False,
    keeps="",
)
PASSKEYS_AUTHENTICATE_OPTIONS = Operation[models.QuestionBody](
    method="POST",
    path="/api/v1/passkeys/authenticate/options",
    answer=models.QuestionBody,
    secured=False,
    form=False,
    keeps="",
)
PASSKEYS_AUTHENTICATE_VERIFY = Operation[models.LoginResponse](
    method="POST",
    path="/api/v1/passkeys/authenticate/verify",
    answer=models.LoginResponse,
    secured=False,
    form=False,
    keeps="tokens",
)
PASSKEYS_LIST = Operation[models.PasskeyList](
    method="GET",
    path="/api/v1/passkeys",
    answer=models.PasskeyList,
    secured=True,
    form=False,
    keeps="",
)
PASSKEYS_REGISTER_OPTIONS = Operation[models.QuestionBody](
    method="POST",
    path="/api/v1/passkeys/register/options",
    answer=models.QuestionBody,
    secured=True,
    form=False,
    keeps="",
)
PASSKEYS_REGISTER_VERIFY = Operation[models.PasskeyBody](
    method="POST",
    path="/api/v1/passkeys/register/verify",
    answer=models.PasskeyBody,
    secured=True,
    form=False,
    keeps="",
)
PASSKEYS_RELATED_ORIGINS = Operation[Any](
    method="GET",
    path="/.well-known/webauthn",
    answer=Any,
    secured=False,
    form=False,
    keeps="",
)
PASSKEYS_REMOVE = Operation[None](
    method="DELETE",
    path="/api/v1/passkeys/{passkey_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
PASSKEYS_RENAME = Operation[models.PasskeyBody](
    method="PATCH",
    path="/api/v1/passkeys/{passkey_id}",
    answer=models.PasskeyBody,
    secured=True,
    form=False,
    keeps="",
)
PASSKEYS_WELL_KNOWN_ENDPOINTS = Operation[Any](
    method="GET",
    path="/.well-known/passkey-endpoints",
    answer=Any,
    secured=False,
    form=False,
    keeps="",
)
ROLES_CHECK = Operation[models.CheckResponse](
    method="POST",
    path="/api/v1/rbac/check",
    answer=models.CheckResponse,
    secured=True,
    form=False,
    keeps="",
)
ROLES_CREATE = Operation[models.RoleBody](
    method="POST",
    path="/api/v1/organizations/{organization_id}/roles",
    answer=models.RoleBody,
    secured=True,
    form=False,
    keeps="",
)
ROLES_DELETE = Operation[None](
    method="DELETE",
    path="/api/v1/organizations/{organization_id}/roles/{role_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
ROLES_GET = Operation[models.RoleBody](
    method="GET",
    path="/api/v1/organizations/{organization_id}/roles/{role_id}",
    answer=models.RoleBody,
    secured=True,
    form=False,
    keeps="",
)
ROLES_LIST = Operation[models.RoleList](
    method="GET",
    path="/api/v1/organizations/{organization_id}/roles",
    answer=models.RoleList,
    secured=True,
    form=False,
    keeps="",
)
ROLES_PERMISSIONS = Operation[models.PermissionList](
    method="GET",
    path="/api/v1/rbac/permissions",
    answer=models.PermissionList,
    secured=True,
    form=False,
    keeps="",
)
ROLES_UPDATE = Operation[models.RoleBody](
    method="PATCH",
    path="/api/v1/organizations/{organization_id}/roles/{role_id}",
    answer=models.RoleBody,
    secured=True,
    form=False,
    keeps="",
)
SESSIONS_CURRENT = Operation[models.SessionBody](
    method="GET",
    path="/api/v1/sessions/current",
    answer=models.SessionBody,
    secured=True,
    form=False,
    keeps="",
)
SESSIONS_LIST = Operation[models.SessionList](
    method="GET",
    path="/api/v1/sessions",
    answer=models.SessionList,
    secured=True,
    form=False,
    keeps="",
)
SESSIONS_REVOKE = Operation[None](
    method="DELETE",
    path="/api/v1/sessions/{session_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
SESSIONS_REVOKE_OTHERS = Operation[None](
    method="DELETE",
    path="/api/v1/sessions",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
SSO_CALLBACK = Operation[str](
    method="GET",
    path="/api/v1/sso/callback",
    answer=Redirect,
    secured=False,
    form=False,
    keeps="",
)
SSO_CALLBACK_BY_FORM = Operation[str](
    method="POST",
    path="/api/v1/sso/callback",
    answer=Redirect,
    secured=False,
    form=True,
    keeps="",
)
SSO_CONNECTIONS = Operation[models.SsoConnectionList](
    method="GET",
    path="/api/v1/sso/connections",
    answer=models.SsoConnectionList,
    secured=True,
    form=False,
    keeps="",
)
SSO_CREATE = Operation[models.SsoConnectionBody](
    method="POST",
    path="/api/v1/sso/connections",
    answer=models.SsoConnectionBody,
    secured=True,
    form=False,
    keeps="",
)
SSO_CREATE_SETUP_LINK = Operation[models.SsoSetupLink](
    method="POST",
    path="/api/v1/sso/connections/{connection_id}/setup-link",
    answer=models.SsoSetupLink,
    secured=True,
    form=False,
    keeps="",
)
SSO_DELETE = Operation[None](
    method="DELETE",
    path="/api/v1/sso/connections/{connection_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
SSO_DOMAIN = Operation[models.SsoDomain](
    method="GET",
    path="/api/v1/sso/domains/{domain}",
    answer=models.SsoDomain,
    secured=False,
    form=False,
    keeps="",
)
SSO_GET = Operation[models.SsoConnectionBody](
    method="GET",
    path="/api/v1/sso/connections/{connection_id}",
    answer=models.SsoConnectionBody,
    secured=True,
    form=False,
    keeps="",
)
SSO_INITIATE = Operation[models.SsoDeparture](
    method="POST",
    path="/api/v1/sso/initiate",
    answer=models.SsoDeparture,
    secured=False,
    form=False,
    keeps="",
)
SSO_KEYS = Operation[Any](
    method="GET",
    path="/api/v1/sso/connections/{connection_id}/jwks",
    answer=Any,
    secured=False,
    form=False,
    keeps="",
)
SSO_LINK = Operation[models.SsoDeparture](
    method="POST",
    path="/api/v1/users/me/sso/connections/{connection_id}/link",
    answer=models.SsoDeparture,
    secured=True,
    form=False,
    keeps="",
)
SSO_LINKS = Operation[models.SsoLinks](
    method="GET",
    path="/api/v1/users/me/sso/connections",
    answer=models.SsoLinks,
    secured=True,
    form=False,
    keeps="",
)
SSO_METADATA = Operation[str](
    method="GET",
    path="/api/v1/sso/connections/{connection_id}/metadata",
    answer=str,
    secured=False,
    form=False,
    keeps="",
)
SSO_ROTATE_KEY = Operation[models.SsoConnectionBody](
    method="POST",
    path="/api/v1/sso/connections/{connection_id}/rotate-key",
    answer=models.SsoConnectionBody,
    secured=True,
    form=False,
    keeps="",
)
SSO_SLO = Operation[str](
    method="GET",
    path="/api/v1/sso/saml/slo",
    answer=Redirect,
    secured=False,
    form=False,
    keeps="",
)
SSO_SLO_BY_FORM = Operation[str](
    method="POST",
    path="/api/v1/sso/saml/slo",
    answer=Redirect,
    secured=False,
    form=True,
    keeps="",
)
SSO_TEST = Operation[models.SsoTestReport](
    method="POST",
    path="/api/v1/sso/connections/{connection_id}/test",
    answer=models.SsoTestReport,
    secured=True,
    form=False,
    keeps="",
)
SSO_UNLINK = Operation[None](
    method="DELETE",
    path="/api/v1/users/me/sso/connections/{connection_id}/link",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
SSO_UPDATE = Operation[models.SsoConnectionBody](
    method="PATCH",
    path="/api/v1/sso/connections/{connection_id}",
    answer=models.SsoConnectionBody,
    secured=True,
    form=False,
    keeps="",
)
SSO_WITHDRAW_SETUP_LINK = Operation[None](
    method="DELETE",
    path="/api/v1/sso/connections/{connection_id}/setup-link",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
USERS_DELETE_ME = Operation[None](
    method="DELETE",
    path="/api/v1/users/me",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
USERS_EXPORT_ME = Operation[str](
    method="GET",
    path="/api/v1/users/me/export",
    answer=str,
    secured=True,
    form=False,
    keeps="",
)
USERS_GET = Operation[models.PersonBody](
    method="GET",
    path="/api/v1/users/{user_id}",
    answer=models.PersonBody,
    secured=True,
    form=False,
    keeps="",
)
USERS_LIST = Operation[models.PersonList](
    method="GET",
    path="/api/v1/users",
    answer=models.PersonList,
    secured=True,
    form=False,
    keeps="",
)
USERS_ME = Operation[models.OwnProfile](
    method="GET",
    path="/api/v1/users/me",
    answer=models.OwnProfile,
    secured=True,
    form=False,
    keeps="",
)
USERS_UPDATE_ME = Operation[models.Profile](
    method="PATCH",
    path="/api/v1/users/me",
    answer=models.Profile,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_CREATE = Operation[models.WebhookWithSecret](
    method="POST",
    path="/api/v1/webhooks",
    answer=models.WebhookWithSecret,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_DELETE = Operation[None](
    method="DELETE",
    path="/api/v1/webhooks/{webhook_id}",
    answer=None,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_DELIVERIES = Operation[models.DeliveryList](
    method="GET",
    path="/api/v1/webhooks/{webhook_id}/deliveries",
    answer=models.DeliveryList,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_EVENT_TYPES = Operation[models.EventTypes](
    method="GET",
    path="/api/v1/webhooks/events/types",
    answer=models.EventTypes,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_GET = Operation[models.WebhookBody](
    method="GET",
    path="/api/v1/webhooks/{webhook_id}",
    answer=models.WebhookBody,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_LIST = Operation[models.WebhookList](
    method="GET",
    path="/api/v1/webhooks",
    answer=models.WebhookList,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_RETRY_DELIVERY = Operation[models.DeliveryBody](
    method="POST",
    path="/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry",
    answer=models.DeliveryBody,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_ROTATE_SECRET = Operation[models.WebhookWithSecret](
    method="POST",
    path="/api/v1/webhooks/{webhook_id}/rotate-secret",
    answer=models.WebhookWithSecret,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_TEST = Operation[models.TestBody](
    method="POST",
    path="/api/v1/webhooks/{webhook_id}/test",
    answer=models.TestBody,
    secured=True,
    form=False,
    keeps="",
)
WEBHOOKS_UPDATE = Operation[models.WebhookBody](
    method="PATCH",
    path="/api/v1/webhooks/{webhook_id}",
    answer=models.WebhookBody,
    secured=True,
    form=False,
    keeps="",
)

ALL: tuple[Operation[Any], ...] = (
    ADMIN_CACHE_CLEAR,
    ADMIN_CACHE_INVALIDATE,
    ADMIN_CACHE_STATUS,
    ADMIN_CHANGE_SETTINGS,
    ADMIN_CREATE_USER,
    ADMIN_DELETE_ORGANIZATION,
    ADMIN_DELETE_USER,
    ADMIN_EXAMINE_INSTALLATION,
    ADMIN_EXPLAIN_PERSON,
    ADMIN_EXPLAIN_REQUEST,
    ADMIN_EXPORT_USER,
    ADMIN_GET_ORGANIZATION,
    ADMIN_GET_SETTINGS,
    ADMIN_GET_USER,
    ADMIN_IMPERSONATE_USER,
    ADMIN_LIST_KEYS,
    ADMIN_LIST_ORGANIZATIONS,
    ADMIN_LIST_OUTBOX,
    ADMIN_LIST_PASSKEYS,
    ADMIN_LIST_SESSIONS,
    ADMIN_LIST_USERS,
    ADMIN_REACTIVATE_ORGANIZATION,
    ADMIN_REACTIVATE_USER,
    ADMIN_REMOVE_PASSKEY,
    ADMIN_RESET_MFA,
    ADMIN_RESET_PASSWORD,
    ADMIN_RESTORE_ORGANIZATION,
    ADMIN_RETRY_MAIL,
    ADMIN_REVOKE_SESSIONS,
    ADMIN_ROTATE_KEYS,
    ADMIN_SET_MAINTENANCE,
    ADMIN_STATISTICS,
    ADMIN_SUSPEND_ORGANIZATION,
    ADMIN_SUSPEND_USER,
    ADMIN_UNLOCK_USER,
    ADMIN_UPDATE_USER,
    API_KEYS_CREATE,
    API_KEYS_CREATE_FOR_ORGANIZATION,
    API_KEYS_GET,
    API_KEYS_GET_OF_ORGANIZATION,
    API_KEYS_LIST,
    API_KEYS_LIST_OF_ORGANIZATION,
    API_KEYS_RENAME,
    API_KEYS_RENAME_OF_ORGANIZATION,
    API_KEYS_REVOKE,
    API_KEYS_REVOKE_OF_ORGANIZATION,
    API_KEYS_ROTATE,
    API_KEYS_ROTATE_OF_ORGANIZATION,
    AUDIT_EXPORT,
    AUDIT_EXPORT_OF_ORGANIZATION,
    AUDIT_LIST,
    AUDIT_LIST_OF_ORGANIZATION,
    AUTH_ACT_IN,
    AUTH_CHANGE_PASSWORD,
    AUTH_FORGOT_PASSWORD,
    AUTH_REAUTHENTICATE,
    AUTH_REFRESH,
    AUTH_RESEND_VERIFICATION,
    AUTH_RESET_PASSWORD,
    AUTH_SEND_MAGIC_LINK,
    AUTH_SESSION,
    AUTH_SIGN_IN,
    AUTH_SIGN_OUT,
    AUTH_SIGN_UP,
    AUTH_VERIFY_EMAIL,
    AUTH_VERIFY_MAGIC_LINK,
    DEVELOPMENT_MAILS,
    HEALTH_CIRCUIT_BREAKER,
    HEALTH_DETAILED,
    HEALTH_HEALTH,
    HEALTH_LIVE,
    HEALTH_METRICS,
    HEALTH_READY,
    KEYS_JWKS,
    MFA_CHALLENGE,
    MFA_DISABLE_SMS,
    MFA_DISABLE_TOTP,
    MFA_ENABLE_SMS,
    MFA_ENABLE_TOTP,
    MFA_ENROL_SMS,
    MFA_ENROL_TOTP,
    MFA_LIST_TRUSTED_DEVICES,
    MFA_REGENERATE_RECOVERY_CODES,
    MFA_REMOVE_TRUSTED_DEVICE,
    MFA_REMOVE_TRUSTED_DEVICES,
    MFA_SEND_SMS,
    MFA_STATUS,
    MFA_VERIFY_CHALLENGE,
    MFA_VERIFY_ENROLMENT,
    MFA_VERIFY_SMS,
    MFA_VERIFY_SMS_ENROLMENT,
    MFA_VERIFY_TOTP,
    OAUTH_ACCOUNTS,
    OAUTH_AUTHORIZE,
    OAUTH_CALLBACK,
    OAUTH_CALLBACK_BY_FORM,
    OAUTH_LINK,
    OAUTH_PROVIDERS,
    OAUTH_UNLINK,
    ORGANIZATIONS_ACCEPT_INVITATION,
    ORGANIZATIONS_CLAIM_DOMAIN,
    ORGANIZATIONS_CREATE,
    ORGANIZATIONS_CREATE_INVITATION,
    ORGANIZATIONS_CREATE_INVITATIONS,
    ORGANIZATIONS_DELETE,
    ORGANIZATIONS_GET,
    ORGANIZATIONS_GET_INVITATION,
    ORGANIZATIONS_GET_MEMBER,
    ORGANIZATIONS_LEAVE,
    ORGANIZATIONS_LIST,
    ORGANIZATIONS_LIST_DOMAINS,
    ORGANIZATIONS_LIST_INVITATIONS,
    ORGANIZATIONS_LIST_MEMBERS,
    ORGANIZATIONS_PREVIEW_INVITATION,
    ORGANIZATIONS_REMOVE_DOMAIN,
    ORGANIZATIONS_REMOVE_MEMBER,
    ORGANIZATIONS_RESEND_INVITATION,
    ORGANIZATIONS_RESTORE,
    ORGANIZATIONS_REVOKE_INVITATION,
    ORGANIZATIONS_SET_MEMBER_ROLE,
    ORGANIZATIONS_TRANSFER_OWNERSHIP,
    ORGANIZATIONS_UPDATE,
    ORGANIZATIONS_VERIFY_DOMAIN,
    PASSKEYS_AUTHENTICATE_OPTIONS,
    PASSKEYS_AUTHENTICATE_VERIFY,
    PASSKEYS_LIST,
    PASSKEYS_REGISTER_OPTIONS,
    PASSKEYS_REGISTER_VERIFY,
    PASSKEYS_RELATED_ORIGINS,
    PASSKEYS_REMOVE,
    PASSKEYS_RENAME,
    PASSKEYS_WELL_KNOWN_ENDPOINTS,
    ROLES_CHECK,
    ROLES_CREATE,
    ROLES_DELETE,
    ROLES_GET,
    ROLES_LIST,
    ROLES_PERMISSIONS,
    ROLES_UPDATE,
    SESSIONS_CURRENT,
    SESSIONS_LIST,
    SESSIONS_REVOKE,
    SESSIONS_REVOKE_OTHERS,
    SSO_CALLBACK,
    SSO_CALLBACK_BY_FORM,
    SSO_CONNECTIONS,
    SSO_CREATE,
    SSO_CREATE_SETUP_LINK,
    SSO_DELETE,
    SSO_DOMAIN,
    SSO_GET,
    SSO_INITIATE,
    SSO_KEYS,
    SSO_LINK,
    SSO_LINKS,
    SSO_METADATA,
    SSO_ROTATE_KEY,
    SSO_SLO,
    SSO_SLO_BY_FORM,
    SSO_TEST,
    SSO_UNLINK,
    SSO_UPDATE,
    SSO_WITHDRAW_SETUP_LINK,
    USERS_DELETE_ME,
    USERS_EXPORT_ME,
    USERS_GET,
    USERS_LIST,
    USERS_ME,
    USERS_UPDATE_ME,
    WEBHOOKS_CREATE,
    WEBHOOKS_DELETE,
    WEBHOOKS_DELIVERIES,
    WEBHOOKS_EVENT_TYPES,
    WEBHOOKS_GET,
    WEBHOOKS_LIST,
    WEBHOOKS_RETRY_DELIVERY,
    WEBHOOKS_ROTATE_SECRET,
    WEBHOOKS_TEST,
    WEBHOOKS_UPDATE,
)
