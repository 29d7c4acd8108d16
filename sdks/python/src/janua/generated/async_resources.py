"""The calls of the API, for tasks. Written by scripts/generate; not to be changed by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from janua.absent import ABSENT, Absent
from janua.resource import AsyncResource

from . import models, operations


class AsyncAdmin(AsyncResource):
    """Calls about admin."""

    async def cache_clear(self) -> models.InvalidatedCopies:
        """Drops every copy. Rate limits go on counting."""
        return await self._call(operations.ADMIN_CACHE_CLEAR)

    async def cache_invalidate(self, *, pattern: str) -> models.InvalidatedCopies:
        """Drops the copies whose names match, such as `user:*`, `org:*` or `settings:*`. Rate limits go on counting."""
        return await self._call(operations.ADMIN_CACHE_INVALIDATE, body={"pattern": pattern})

    async def cache_status(self) -> models.CacheBody:
        """How the cache of the instance that answers is doing."""
        return await self._call(operations.ADMIN_CACHE_STATUS)

    async def change_settings(self, *, log_level: str | None | Absent = ABSENT) -> models.SettingsBody:
        """Changes settings that act at run time, on all instances within seconds."""
        return await self._call(operations.ADMIN_CHANGE_SETTINGS, body={"log_level": log_level})

    async def create_user(self, *, email: str, email_verified: bool | None | Absent = ABSENT, first_name: str | None | Absent = ABSENT, is_admin: bool | Absent = ABSENT, last_name: str | None | Absent = ABSENT, locale: str | None | Absent = ABSENT, password: str | None | Absent = ABSENT, username: str | None | Absent = ABSENT) -> models.AccountBody:
        """Makes an account, with a password or by mailing a link to choose one."""
        return await self._call(operations.ADMIN_CREATE_USER, body={"email": email, "email_verified": email_verified, "first_name": first_name, "is_admin": is_admin, "last_name": last_name, "locale": locale, "password": password, "username": username})

    async def delete_organization(self, organization_id: str) -> None:
        """Deletes an organization. For `ORGANIZATION_DELETION_GRACE_DAYS` it can be restored."""
        return await self._call(operations.ADMIN_DELETE_ORGANIZATION, path={"organization_id": organization_id})

    async def delete_user(self, user_id: str) -> None:
        """Deletes an account with everything that belongs to it."""
        return await self._call(operations.ADMIN_DELETE_USER, path={"user_id": user_id})

    async def examine_installation(self) -> models.DoctorReport:
        """Examines the instance that answers, and everything it needs: database, schema, Redis, mail, SMS, identity providers, memory. It takes as long as the slowest of them."""
        return await self._call(operations.ADMIN_EXAMINE_INSTALLATION)

    async def explain_person(self, *, email: str | None = None) -> models.PersonExplained:
        """Tells whether somebody can sign in now, and if not, everything that stands in the way."""
        return await self._call(operations.ADMIN_EXPLAIN_PERSON, query={"email": email})

    async def explain_request(self, request_id: str) -> models.RequestExplained:
        """Tells what a request did, what the person was told and what was true, by the id that its answer carried."""
        return await self._call(operations.ADMIN_EXPLAIN_REQUEST, path={"request_id": request_id})

    async def export_user(self, user_id: str) -> str:
        """All that is kept of somebody, as a file."""
        return await self._call(operations.ADMIN_EXPORT_USER, path={"user_id": user_id})

    async def get_organization(self, organization_id: str) -> models.OrganizationAccountBody:
        """One organization."""
        return await self._call(operations.ADMIN_GET_ORGANIZATION, path={"organization_id": organization_id})

    async def get_settings(self) -> models.SettingsBody:
        """The settings that act at run time. All others are read from the environment when the server starts."""
        return await self._call(operations.ADMIN_GET_SETTINGS)

    async def get_user(self, user_id: str) -> models.AccountBody:
        """One account."""
        return await self._call(operations.ADMIN_GET_USER, path={"user_id": user_id})

    async def impersonate_user(self, user_id: str, *, reason: str) -> models.ImpersonationBody:
        """Lets an administrator act for somebody for some minutes."""
        return await self._call(operations.ADMIN_IMPERSONATE_USER, path={"user_id": user_id}, body={"reason": reason})

    async def list_keys(self) -> models.SigningKeyList:
        """The signing keys with their states: the one that signs, the next, and those that still verify."""
        return await self._call(operations.ADMIN_LIST_KEYS)

    async def list_organizations(self, *, search: str | None = None, page: int | None = None, per_page: int | None = None) -> models.OrganizationAccountList:
        """All organizations, deleted ones among them, the newest first."""
        return await self._call(operations.ADMIN_LIST_ORGANIZATIONS, query={"search": search, "page": page, "per_page": per_page})

    def iterate_organizations(self, *, search: str | None = None, per_page: int | None = None) -> AsyncIterator[models.OrganizationAccountBody]:
        """The same as `list_organizations`, entry by entry through all pages."""
        return self._each(operations.ADMIN_LIST_ORGANIZATIONS, "organizations", query={"search": search, "per_page": per_page})

    async def list_outbox(self, *, state: str | None = None, page: int | None = None, per_page: int | None = None) -> models.MailList:
        """Mails of the last 30 days, the newest first."""
        return await self._call(operations.ADMIN_LIST_OUTBOX, query={"state": state, "page": page, "per_page": per_page})

    def iterate_outbox(self, *, state: str | None = None, per_page: int | None = None) -> AsyncIterator[models.MailBody]:
        """The same as `list_outbox`, entry by entry through all pages."""
        return self._each(operations.ADMIN_LIST_OUTBOX, "mails", query={"state": state, "per_page": per_page})

    async def list_passkeys(self, user_id: str) -> models.PasskeyList:
        """Somebody's passkeys, the oldest first."""
        return await self._call(operations.ADMIN_LIST_PASSKEYS, path={"user_id": user_id})

    async def list_sessions(self, user_id: str, *, page: int | None = None, per_page: int | None = None) -> models.SessionList:
        """Somebody's live sessions, the last used first."""
        return await self._call(operations.ADMIN_LIST_SESSIONS, path={"user_id": user_id}, query={"page": page, "per_page": per_page})

    def iterate_sessions(self, user_id: str, *, per_page: int | None = None) -> AsyncIterator[models.SessionBody]:
        """The same as `list_sessions`, entry by entry through all pages."""
        return self._each(operations.ADMIN_LIST_SESSIONS, "sessions", path={"user_id": user_id}, query={"per_page": per_page})

    async def list_users(self, *, email: str | None = None, search: str | None = None, status: str | None = None, page: int | None = None, per_page: int | None = None) -> models.AccountList:
        """Accounts, the newest first."""
        return await self._call(operations.ADMIN_LIST_USERS, query={"email": email, "search": search, "status": status, "page": page, "per_page": per_page})

    def iterate_users(self, *, email: str | None = None, search: str | None = None, status: str | None = None, per_page: int | None = None) -> AsyncIterator[models.AccountBody]:
        """The same as `list_users`, entry by entry through all pages."""
        return self._each(operations.ADMIN_LIST_USERS, "users", query={"email": email, "search": search, "status": status, "per_page": per_page})

    async def reactivate_organization(self, organization_id: str) -> models.OrganizationAccountBody:
        """Lets people act in a suspended organization again."""
        return await self._call(operations.ADMIN_REACTIVATE_ORGANIZATION, path={"organization_id": organization_id})

    async def reactivate_user(self, user_id: str) -> models.AccountBody:
        """Lets a suspended account sign in again. Its old sessions stay ended."""
        return await self._call(operations.ADMIN_REACTIVATE_USER, path={"user_id": user_id})

    async def remove_passkey(self, user_id: str, passkey_id: str) -> None:
        """Removes somebody's passkey, also the last way in. All their sessions end, and a mail tells of it."""
        return await self._call(operations.ADMIN_REMOVE_PASSKEY, path={"user_id": user_id, "passkey_id": passkey_id})

    async def reset_mfa(self, user_id: str) -> None:
        """Takes every second factor and passkey from an account whose owner has lost them. A mail tells them, and all their sessions end."""
        return await self._call(operations.ADMIN_RESET_MFA, path={"user_id": user_id})

    async def reset_password(self, user_id: str) -> models.Accepted:
        """Mails a link for a new password. The old password goes on working until the link is used."""
        return await self._call(operations.ADMIN_RESET_PASSWORD, path={"user_id": user_id})

    async def restore_organization(self, organization_id: str) -> models.OrganizationAccountBody:
        """Restores a deleted organization."""
        return await self._call(operations.ADMIN_RESTORE_ORGANIZATION, path={"organization_id": organization_id})

    async def retry_mail(self, outbox_id: str) -> models.MailBody:
        """Has a mail tried again at once; one that was given up starts anew."""
        return await self._call(operations.ADMIN_RETRY_MAIL, path={"outbox_id": outbox_id})

    async def revoke_sessions(self, user_id: str) -> None:
        """Ends all of somebody's sessions: their tokens die in the next request."""
        return await self._call(operations.ADMIN_REVOKE_SESSIONS, path={"user_id": user_id})

    async def rotate_keys(self, *, algorithm: str | None | Absent = ABSENT, now: bool | Absent = ABSENT) -> models.RotatedKey:
        """Orders another signing key. It is published now and signs once every client can know it."""
        return await self._call(operations.ADMIN_ROTATE_KEYS, body={"algorithm": algorithm, "now": now})

    async def set_maintenance(self, *, enabled: bool, message: str | None | Absent = ABSENT) -> models.MaintenanceBody:
        """Begins or ends maintenance, on all instances within seconds."""
        return await self._call(operations.ADMIN_SET_MAINTENANCE, body={"enabled": enabled, "message": message})

    async def statistics(self) -> models.Statistics:
        """The platform in a few figures."""
        return await self._call(operations.ADMIN_STATISTICS)

    async def suspend_organization(self, organization_id: str) -> models.OrganizationAccountBody:
        """Keeps everybody from acting in an organization, from the next request on."""
        return await self._call(operations.ADMIN_SUSPEND_ORGANIZATION, path={"organization_id": organization_id})

    async def suspend_user(self, user_id: str) -> models.AccountBody:
        """Suspends an account: its sessions end at once, and nobody signs in to it."""
        return await self._call(operations.ADMIN_SUSPEND_USER, path={"user_id": user_id})

    async def unlock_user(self, user_id: str) -> models.AccountBody:
        """Lifts every lock that failed sign-ins have put on an account."""
        return await self._call(operations.ADMIN_UNLOCK_USER, path={"user_id": user_id})

    async def update_user(self, user_id: str, *, email_verified: bool | None | Absent = ABSENT, first_name: str | None | Absent = ABSENT, is_admin: bool | None | Absent = ABSENT, last_name: str | None | Absent = ABSENT, locale: str | None | Absent = ABSENT, username: str | None | Absent = ABSENT) -> models.AccountBody:
        """Changes an account. A right that is taken away is gone in the next request."""
        return await self._call(operations.ADMIN_UPDATE_USER, path={"user_id": user_id}, body={"email_verified": email_verified, "first_name": first_name, "is_admin": is_admin, "last_name": last_name, "locale": locale, "username": username})


class AsyncApiKeys(AsyncResource):
    """Calls about api keys."""

    async def create(self, *, name: str, scopes: Sequence[str], expires_in_days: int | None | Absent = ABSENT, rate_limit_per_minute: int | None | Absent = ABSENT) -> models.ApiKeyMade:
        """Makes a key that acts for its owner, within its scopes. Needs a sign-in within the last ten minutes."""
        return await self._call(operations.API_KEYS_CREATE, body={"expires_in_days": expires_in_days, "name": name, "rate_limit_per_minute": rate_limit_per_minute, "scopes": scopes})

    async def create_for_organization(self, organization_id: str, *, name: str, scopes: Sequence[str], expires_in_days: int | None | Absent = ABSENT, rate_limit_per_minute: int | None | Absent = ABSENT) -> models.ApiKeyMade:
        """Makes a key that acts for the organization, whoever comes and goes. Needs a sign-in within the last ten minutes."""
        return await self._call(operations.API_KEYS_CREATE_FOR_ORGANIZATION, path={"organization_id": organization_id}, body={"expires_in_days": expires_in_days, "name": name, "rate_limit_per_minute": rate_limit_per_minute, "scopes": scopes})

    async def get(self, api_key_id: str) -> models.ApiKeyBody:
        """One of one's own keys."""
        return await self._call(operations.API_KEYS_GET, path={"api_key_id": api_key_id})

    async def get_of_organization(self, organization_id: str, api_key_id: str) -> models.ApiKeyBody:
        """One of the organization's keys."""
        return await self._call(operations.API_KEYS_GET_OF_ORGANIZATION, path={"organization_id": organization_id, "api_key_id": api_key_id})

    async def list(self) -> models.ApiKeyList:
        """One's own keys that are not revoked, the newest first."""
        return await self._call(operations.API_KEYS_LIST)

    async def list_of_organization(self, organization_id: str) -> models.ApiKeyList:
        """The organization's keys that are not revoked, the newest first."""
        return await self._call(operations.API_KEYS_LIST_OF_ORGANIZATION, path={"organization_id": organization_id})

    async def rename(self, api_key_id: str, *, name: str) -> models.ApiKeyBody:
        """Gives a key another name."""
        return await self._call(operations.API_KEYS_RENAME, path={"api_key_id": api_key_id}, body={"name": name})

    async def rename_of_organization(self, organization_id: str, api_key_id: str, *, name: str) -> models.ApiKeyBody:
        """Gives a key another name."""
        return await self._call(operations.API_KEYS_RENAME_OF_ORGANIZATION, path={"organization_id": organization_id, "api_key_id": api_key_id}, body={"name": name})

    async def revoke(self, api_key_id: str) -> None:
        """Ends a key, from the next request on."""
        return await self._call(operations.API_KEYS_REVOKE, path={"api_key_id": api_key_id})

    async def revoke_of_organization(self, organization_id: str, api_key_id: str) -> None:
        """Ends a key, from the next request on."""
        return await self._call(operations.API_KEYS_REVOKE_OF_ORGANIZATION, path={"organization_id": organization_id, "api_key_id": api_key_id})

    async def rotate(self, api_key_id: str, *, overlap_hours: int | None | Absent = ABSENT) -> models.ApiKeyMade:
        """Replaces a key. The earlier one works on for the overlap. Needs a sign-in within the last ten minutes."""
        return await self._call(operations.API_KEYS_ROTATE, path={"api_key_id": api_key_id}, body={"overlap_hours": overlap_hours})

    async def rotate_of_organization(self, organization_id: str, api_key_id: str, *, overlap_hours: int | None | Absent = ABSENT) -> models.ApiKeyMade:
        """Replaces a key. The earlier one works on for the overlap. Needs a sign-in within the last ten minutes."""
        return await self._call(operations.API_KEYS_ROTATE_OF_ORGANIZATION, path={"organization_id": organization_id, "api_key_id": api_key_id}, body={"overlap_hours": overlap_hours})


class AsyncAudit(AsyncResource):
    """Calls about audit."""

    async def export(self, *, action: str | None = None, actor_id: str | None = None, target_id: str | None = None, organization_id: str | None = None, outcome: str | None = None, request_id: str | None = None, since: str | None = None, until: str | None = None, format: str | None = None) -> str:
        """The same from the oldest to the newest, streamed: one JSON object a line, or comma-separated values."""
        return await self._call(operations.AUDIT_EXPORT, query={"action": action, "actor_id": actor_id, "target_id": target_id, "organization_id": organization_id, "outcome": outcome, "request_id": request_id, "since": since, "until": until, "format": format})

    async def export_of_organization(self, organization_id: str, *, action: str | None = None, actor_id: str | None = None, target_id: str | None = None, outcome: str | None = None, request_id: str | None = None, since: str | None = None, until: str | None = None, format: str | None = None) -> str:
        """The same from the oldest to the newest, streamed: one JSON object a line, or comma-separated values."""
        return await self._call(operations.AUDIT_EXPORT_OF_ORGANIZATION, path={"organization_id": organization_id}, query={"action": action, "actor_id": actor_id, "target_id": target_id, "outcome": outcome, "request_id": request_id, "since": since, "until": until, "format": format})

    async def list(self, *, action: str | None = None, actor_id: str | None = None, target_id: str | None = None, organization_id: str | None = None, outcome: str | None = None, request_id: str | None = None, since: str | None = None, until: str | None = None, limit: int | None = None, cursor: str | None = None) -> models.AuditLog:
        """What happened, the newest first: in all organizations in which one has `audit:read`, and everywhere for administrators of the platform."""
        return await self._call(operations.AUDIT_LIST, query={"action": action, "actor_id": actor_id, "target_id": target_id, "organization_id": organization_id, "outcome": outcome, "request_id": request_id, "since": since, "until": until, "limit": limit, "cursor": cursor})

    def iterate(self, *, action: str | None = None, actor_id: str | None = None, target_id: str | None = None, organization_id: str | None = None, outcome: str | None = None, request_id: str | None = None, since: str | None = None, until: str | None = None, limit: int | None = None) -> AsyncIterator[models.AuditEntry]:
        """The same as `list`, entry by entry through all pages."""
        return self._each(operations.AUDIT_LIST, "entries", query={"action": action, "actor_id": actor_id, "target_id": target_id, "organization_id": organization_id, "outcome": outcome, "request_id": request_id, "since": since, "until": until, "limit": limit})

    async def list_of_organization(self, organization_id: str, *, action: str | None = None, actor_id: str | None = None, target_id: str | None = None, outcome: str | None = None, request_id: str | None = None, since: str | None = None, until: str | None = None, limit: int | None = None, cursor: str | None = None) -> models.AuditLog:
        """What happened in the organization, the newest first."""
        return await self._call(operations.AUDIT_LIST_OF_ORGANIZATION, path={"organization_id": organization_id}, query={"action": action, "actor_id": actor_id, "target_id": target_id, "outcome": outcome, "request_id": request_id, "since": since, "until": until, "limit": limit, "cursor": cursor})

    def iterate_of_organization(self, organization_id: str, *, action: str | None = None, actor_id: str | None = None, target_id: str | None = None, outcome: str | None = None, request_id: str | None = None, since: str | None = None, until: str | None = None, limit: int | None = None) -> AsyncIterator[models.AuditEntry]:
        """The same as `list_of_organization`, entry by entry through all pages."""
        return self._each(operations.AUDIT_LIST_OF_ORGANIZATION, "entries", path={"organization_id": organization_id}, query={"action": action, "actor_id": actor_id, "target_id": target_id, "outcome": outcome, "request_id": request_id, "since": since, "until": until, "limit": limit})


class AsyncAuth(AsyncResource):
    """Calls about auth."""

    async def act_in(self, *, organization_id: str | None | Absent = ABSENT) -> models.ActingBody:
        """Lets this session act in an organization, or in none, without another sign-in."""
        return await self._call(operations.AUTH_ACT_IN, body={"organization_id": organization_id})

    async def change_password(self, *, current_password: str, new_password: str) -> None:
        """Changes the password. The caller's other sessions end."""
        return await self._call(operations.AUTH_CHANGE_PASSWORD, body={"current_password": current_password, "new_password": new_password})

    async def forgot_password(self, *, email: str) -> models.Accepted:
        """Mails a link that allows a new password, if the address belongs to somebody."""
        return await self._call(operations.AUTH_FORGOT_PASSWORD, body={"email": email})

    async def reauthenticate(self, *, code: str | None | Absent = ABSENT, method: str | None | Absent = ABSENT, passkey: models.PasskeyAnswer | None | Absent = ABSENT, password: str | None | Absent = ABSENT) -> None:
        """Proves once more who one is: changes that could cost somebody their account ask for it, ten minutes after a sign-in."""
        return await self._call(operations.AUTH_REAUTHENTICATE, body={"code": code, "method": method, "passkey": passkey, "password": password})

    async def refresh(self) -> models.TokensBody:
        """Exchanges a refresh token for new tokens."""
        return await self._refresh()

    async def resend_verification(self, *, email: str) -> models.Accepted:
        """Mails the verification link again, if somebody with this address waits for it."""
        return await self._call(operations.AUTH_RESEND_VERIFICATION, body={"email": email})

    async def reset_password(self, *, new_password: str, token: str) -> None:
        """Sets a new password by a mailed link. All sessions end, all locks are lifted."""
        return await self._call(operations.AUTH_RESET_PASSWORD, body={"new_password": new_password, "token": token})

    async def send_magic_link(self, *, email: str, redirect_to: str | None | Absent = ABSENT) -> models.MagicLinkResponse:
        """Mails a link and a code to sign in with, if the address belongs to somebody. What was mailed before is void."""
        return await self._call(operations.AUTH_SEND_MAGIC_LINK, body={"email": email, "redirect_to": redirect_to})

    async def session(self) -> models.CurrentSession:
        """Tells who is signed in, and by which session."""
        return await self._call(operations.AUTH_SESSION)

    async def sign_in(self, *, password: str, email: str | None | Absent = ABSENT, username: str | None | Absent = ABSENT) -> models.LoginResponse:
        """Signs a person in with an address or a username, and a password."""
        return await self._call(operations.AUTH_SIGN_IN, body={"email": email, "password": password, "username": username})

    async def sign_out(self) -> None:
        """Ends the session of the caller, or of the refresh token in the body."""
        return await self._sign_out()

    async def sign_up(self, *, email: str, password: str, first_name: str | None | Absent = ABSENT, invitation_token: str | None | Absent = ABSENT, last_name: str | None | Absent = ABSENT, locale: str | None | Absent = ABSENT, username: str | None | Absent = ABSENT) -> models.RegisterResponse:
        """Makes an account and mails a link that verifies its address."""
        return await self._call(operations.AUTH_SIGN_UP, body={"email": email, "first_name": first_name, "invitation_token": invitation_token, "last_name": last_name, "locale": locale, "password": password, "username": username})

    async def verify_email(self, *, token: str) -> models.VerifyResponse:
        """Verifies an address with the secret of the link that was mailed there."""
        return await self._call(operations.AUTH_VERIFY_EMAIL, body={"token": token})

    async def verify_magic_link(self, *, code: str | None | Absent = ABSENT, flow_token: str | None | Absent = ABSENT, other_browser: bool | Absent = ABSENT, token: str | None | Absent = ABSENT) -> models.MagicLinkLoginResponse:
        """Signs in with a link or a code that was mailed."""
        return await self._call(operations.AUTH_VERIFY_MAGIC_LINK, body={"code": code, "flow_token": flow_token, "other_browser": other_browser, "token": token})


class AsyncDevelopment(AsyncResource):
    """Calls about development."""

    async def mails(self, *, to: str | None = None) -> models.CaughtList:
        """The caught mails and text messages, newest first."""
        return await self._call(operations.DEVELOPMENT_MAILS, query={"to": to})


class AsyncHealth(AsyncResource):
    """Calls about health."""

    async def circuit_breaker(self) -> models.CircuitBreaker:
        """Tells how the circuit breaker in front of Redis stands."""
        return await self._call(operations.HEALTH_CIRCUIT_BREAKER)

    async def detailed(self) -> models.Detailed:
        """Tells the same with figures: latencies, pool, circuit breaker, queues, the server's time."""
        return await self._call(operations.HEALTH_DETAILED)

    async def health(self) -> models.Health:
        """Tells how the server and its dependencies are doing."""
        return await self._call(operations.HEALTH_HEALTH)

    async def live(self) -> Any:
        """Tells Kubernetes that the process runs."""
        return await self._call(operations.HEALTH_LIVE)

    async def metrics(self) -> str:
        """Tells Prometheus how the server does."""
        return await self._call(operations.HEALTH_METRICS)

    async def ready(self) -> Any:
        """Tells a load balancer whether to send requests here."""
        return await self._call(operations.HEALTH_READY)


class AsyncKeys(AsyncResource):
    """Calls about keys."""

    async def jwks(self) -> Any:
        """The public keys that verify access tokens (RFC 7517 §5)."""
        return await self._call(operations.KEYS_JWKS)


class AsyncMfa(AsyncResource):
    """Calls about mfa."""

    async def challenge(self, *, method: str, mfa_token: str) -> models.ChallengeResponse:
        """Chooses a second factor. For `sms` a code is sent, and again whenever this is called; for a passkey the answer holds what to ask it."""
        return await self._call(operations.MFA_CHALLENGE, body={"method": method, "mfa_token": mfa_token})

    async def disable_sms(self) -> None:
        """Turns codes by SMS off. Needs a recent sign-in with both factors; all other sessions end."""
        return await self._call(operations.MFA_DISABLE_SMS)

    async def disable_totp(self) -> None:
        """Turns the authenticator app off. Needs a recent sign-in with both factors; all other sessions end."""
        return await self._call(operations.MFA_DISABLE_TOTP)

    async def enable_sms(self, *, phone_number: str, password: str | None | Absent = ABSENT) -> models.CodeSent:
        """Sends a code to a telephone. The number counts after `/mfa/sms/verify`."""
        return await self._call(operations.MFA_ENABLE_SMS, body={"password": password, "phone_number": phone_number})

    async def enable_totp(self, *, password: str | None | Absent = ABSENT) -> models.TotpEnrolment:
        """Makes a secret for an authenticator app. It counts after `/mfa/totp/verify`."""
        return await self._call(operations.MFA_ENABLE_TOTP, body={"password": password})

    async def enrol_sms(self, *, mfa_token: str, phone_number: str) -> models.CodeSent:
        """Sends a code to a telephone during a sign-in that has to set up a second factor. The number counts after `/mfa/enrol/sms/verify`."""
        return await self._call(operations.MFA_ENROL_SMS, body={"mfa_token": mfa_token, "phone_number": phone_number})

    async def enrol_totp(self, *, mfa_token: str) -> models.TotpEnrolment:
        """Makes a secret for an authenticator app during a sign-in that has to set one up. It counts after `/mfa/enrol/totp/verify`. A sign-in that owes a factor which the account has is refused here."""
        return await self._call(operations.MFA_ENROL_TOTP, body={"mfa_token": mfa_token})

    async def list_trusted_devices(self) -> models.TrustedDeviceList:
        """Browsers in which one need not show the second factor."""
        return await self._call(operations.MFA_LIST_TRUSTED_DEVICES)

    async def regenerate_recovery_codes(self) -> models.RecoveryCodes:
        """Gives ten new recovery codes; the old ones count no more. Needs a recent sign-in with both factors."""
        return await self._call(operations.MFA_REGENERATE_RECOVERY_CODES)

    async def remove_trusted_device(self, trusted_device_id: str) -> None:
        """Asks for the second factor in a browser again."""
        return await self._call(operations.MFA_REMOVE_TRUSTED_DEVICE, path={"trusted_device_id": trusted_device_id})

    async def remove_trusted_devices(self) -> None:
        """Asks for the second factor in every browser again."""
        return await self._call(operations.MFA_REMOVE_TRUSTED_DEVICES)

    async def send_sms(self) -> models.CodeSent:
        """Sends a code to one's own telephone, for `/auth/reauthenticate` with the method `sms`."""
        return await self._call(operations.MFA_SEND_SMS)

    async def status(self) -> models.MfaStatus:
        """What one's account is protected with."""
        return await self._call(operations.MFA_STATUS)

    async def verify_challenge(self, *, mfa_token: str, code: str | None | Absent = ABSENT, method: str | None | Absent = ABSENT, passkey: models.PasskeyAnswer | None | Absent = ABSENT, remember_device: bool | Absent = ABSENT) -> models.LoginResponse:
        """Completes a sign-in with a code. Five codes may be tried, and nine in an hour for an account."""
        return await self._call(operations.MFA_VERIFY_CHALLENGE, body={"code": code, "method": method, "mfa_token": mfa_token, "passkey": passkey, "remember_device": remember_device})

    async def verify_enrolment(self, *, code: str, mfa_token: str) -> models.EnrolledResponse:
        """Turns the app on with a first code of it, and completes the sign-in."""
        return await self._call(operations.MFA_VERIFY_ENROLMENT, body={"code": code, "mfa_token": mfa_token})

    async def verify_sms(self, *, code: str) -> models.RecoveryCodes:
        """Turns codes by SMS on, with the one that was sent. All other sessions end."""
        return await self._call(operations.MFA_VERIFY_SMS, body={"code": code})

    async def verify_sms_enrolment(self, *, code: str, mfa_token: str) -> models.EnrolledResponse:
        """Turns the telephone on with the code that was sent to it, and completes the sign-in."""
        return await self._call(operations.MFA_VERIFY_SMS_ENROLMENT, body={"code": code, "mfa_token": mfa_token})

    async def verify_totp(self, *, code: str) -> models.RecoveryCodes:
        """Turns the authenticator app on, with a first code of it. All other sessions end."""
        return await self._call(operations.MFA_VERIFY_TOTP, body={"code": code})


class AsyncOauth(AsyncResource):
    """Calls about oauth."""

    async def accounts(self) -> models.OauthAccounts:
        """The accounts at other providers that open one's own."""
        return await self._call(operations.OAUTH_ACCOUNTS)

    async def authorize(self, provider: str, *, redirect_to: str | None = None) -> str:
        """Sends a browser to a provider to sign in there; it comes back to the callback."""
        return await self._call(operations.OAUTH_AUTHORIZE, path={"provider": provider}, query={"redirect_to": redirect_to})

    async def callback(self, provider: str, *, state: str | None = None, code: str | None = None, error: str | None = None, iss: str | None = None, given_name: str | None = None, family_name: str | None = None) -> str:
        """Takes a browser back from a provider: signs in, or links, and goes on to where the person wanted to go. What goes wrong is told on a page."""
        return await self._call(operations.OAUTH_CALLBACK, path={"provider": provider}, query={"state": state, "code": code, "error": error, "iss": iss, "given_name": given_name, "family_name": family_name})

    async def callback_by_form(self, provider: str, *, code: str | None | Absent = ABSENT, error: str | None | Absent = ABSENT, family_name: str | None | Absent = ABSENT, given_name: str | None | Absent = ABSENT, iss: str | None | Absent = ABSENT, state: str | Absent = ABSENT) -> str:
        """The same for providers that send a form. Browsers leave our cookies out of a form that another site sends, so it comes again as a question, which has them."""
        return await self._call(operations.OAUTH_CALLBACK_BY_FORM, path={"provider": provider}, body={"code": code, "error": error, "family_name": family_name, "given_name": given_name, "iss": iss, "state": state})

    async def link(self, provider: str, *, redirect_to: str | None | Absent = ABSENT) -> models.OauthDeparture:
        """Begins to link an account of a provider to one's own. Needs a recent sign-in."""
        return await self._call(operations.OAUTH_LINK, path={"provider": provider}, body={"redirect_to": redirect_to})

    async def providers(self) -> models.OauthProviders:
        """The providers that are set up here, for the buttons of an app."""
        return await self._call(operations.OAUTH_PROVIDERS)

    async def unlink(self, provider: str) -> None:
        """Lets an account of a provider open one's own no more; all other sessions end. Never the last way in. Needs a recent sign-in."""
        return await self._call(operations.OAUTH_UNLINK, path={"provider": provider})


class AsyncOrganizations(AsyncResource):
    """Calls about organizations."""

    async def accept_invitation(self, *, token: str) -> models.AcceptedInvitation:
        """Accepts an invitation, signed in with the address that it was mailed to."""
        return await self._call(operations.ORGANIZATIONS_ACCEPT_INVITATION, body={"token": token})

    async def claim_domain(self, organization_id: str, *, domain: str) -> models.DomainBody:
        """Claims a domain; the answer names the TXT record that proves it. One that another organization has proven: 409 `DOMAIN_TAKEN`."""
        return await self._call(operations.ORGANIZATIONS_CLAIM_DOMAIN, path={"organization_id": organization_id}, body={"domain": domain})

    async def create(self, *, name: str, logo_url: str | None | Absent = ABSENT, metadata: Mapping[str, Any] | None | Absent = ABSENT, settings: Mapping[str, Any] | None | Absent = ABSENT, slug: str | None | Absent = ABSENT) -> models.OrganizationBody:
        """Makes an organization; one becomes its owner."""
        return await self._call(operations.ORGANIZATIONS_CREATE, body={"logo_url": logo_url, "metadata": metadata, "name": name, "settings": settings, "slug": slug})

    async def create_invitation(self, organization_id: str, *, email: str, expires_in_days: int | None | Absent = ABSENT, message: str | None | Absent = ABSENT, role: str | None | Absent = ABSENT) -> models.InvitationBody:
        """Invites somebody by mail. Only whoever reads that address can accept."""
        return await self._call(operations.ORGANIZATIONS_CREATE_INVITATION, path={"organization_id": organization_id}, body={"email": email, "expires_in_days": expires_in_days, "message": message, "role": role})

    async def create_invitations(self, organization_id: str, *, emails: Sequence[str], expires_in_days: int | None | Absent = ABSENT, message: str | None | Absent = ABSENT, role: str | None | Absent = ABSENT) -> models.InviteManyResponse:
        """Invites many, each for themselves: what is refused for one address keeps no other from being invited."""
        return await self._call(operations.ORGANIZATIONS_CREATE_INVITATIONS, path={"organization_id": organization_id}, body={"emails": emails, "expires_in_days": expires_in_days, "message": message, "role": role})

    async def delete(self, organization_id: str) -> None:
        """Deletes an organization. For `ORGANIZATION_DELETION_GRACE_DAYS` its owners and admins can restore it."""
        return await self._call(operations.ORGANIZATIONS_DELETE, path={"organization_id": organization_id})

    async def get(self, organization_id: str) -> models.OrganizationBody:
        """One organization."""
        return await self._call(operations.ORGANIZATIONS_GET, path={"organization_id": organization_id})

    async def get_invitation(self, organization_id: str, invitation_id: str) -> models.InvitationBody:
        """One invitation."""
        return await self._call(operations.ORGANIZATIONS_GET_INVITATION, path={"organization_id": organization_id, "invitation_id": invitation_id})

    async def get_member(self, organization_id: str, user_id: str) -> models.MemberBody:
        """One member."""
        return await self._call(operations.ORGANIZATIONS_GET_MEMBER, path={"organization_id": organization_id, "user_id": user_id})

    async def leave(self, organization_id: str) -> None:
        """Leaves an organization. The last owner cannot: 409 `LAST_OWNER`."""
        return await self._call(operations.ORGANIZATIONS_LEAVE, path={"organization_id": organization_id})

    async def list(self, *, page: int | None = None, per_page: int | None = None) -> models.OrganizationList:
        """The organizations that one belongs to. Those that were deleted are shown to owners and admins, who can restore them."""
        return await self._call(operations.ORGANIZATIONS_LIST, query={"page": page, "per_page": per_page})

    def iterate(self, *, per_page: int | None = None) -> AsyncIterator[models.BelongingBody]:
        """The same as `list`, entry by entry through all pages."""
        return self._each(operations.ORGANIZATIONS_LIST, "organizations", query={"per_page": per_page})

    async def list_domains(self, organization_id: str) -> models.DomainList:
        """The domains of the organization by name."""
        return await self._call(operations.ORGANIZATIONS_LIST_DOMAINS, path={"organization_id": organization_id})

    async def list_invitations(self, organization_id: str, *, state: str | None = None, page: int | None = None, per_page: int | None = None) -> models.InvitationList:
        """The invitations, newest first."""
        return await self._call(operations.ORGANIZATIONS_LIST_INVITATIONS, path={"organization_id": organization_id}, query={"state": state, "page": page, "per_page": per_page})

    def iterate_invitations(self, organization_id: str, *, state: str | None = None, per_page: int | None = None) -> AsyncIterator[models.InvitationBody]:
        """The same as `list_invitations`, entry by entry through all pages."""
        return self._each(operations.ORGANIZATIONS_LIST_INVITATIONS, "invitations", path={"organization_id": organization_id}, query={"state": state, "per_page": per_page})

    async def list_members(self, organization_id: str, *, page: int | None = None, per_page: int | None = None) -> models.MemberList:
        """The members, in the order in which they came."""
        return await self._call(operations.ORGANIZATIONS_LIST_MEMBERS, path={"organization_id": organization_id}, query={"page": page, "per_page": per_page})

    def iterate_members(self, organization_id: str, *, per_page: int | None = None) -> AsyncIterator[models.MemberBody]:
        """The same as `list_members`, entry by entry through all pages."""
        return self._each(operations.ORGANIZATIONS_LIST_MEMBERS, "members", path={"organization_id": organization_id}, query={"per_page": per_page})

    async def preview_invitation(self, *, token: str) -> models.InvitationPreview:
        """Tells what an invitation is; nothing is used up."""
        return await self._call(operations.ORGANIZATIONS_PREVIEW_INVITATION, body={"token": token})

    async def remove_domain(self, organization_id: str, domain_id: str) -> None:
        """Gives a domain up, verified or not. Claimed anew it needs another record."""
        return await self._call(operations.ORGANIZATIONS_REMOVE_DOMAIN, path={"organization_id": organization_id, "domain_id": domain_id})

    async def remove_member(self, organization_id: str, user_id: str) -> None:
        """Removes a member. Their next request in this organization is refused."""
        return await self._call(operations.ORGANIZATIONS_REMOVE_MEMBER, path={"organization_id": organization_id, "user_id": user_id})

    async def resend_invitation(self, organization_id: str, invitation_id: str) -> models.InvitationBody:
        """Sends an invitation once more, also one that has expired. What was mailed before works no more."""
        return await self._call(operations.ORGANIZATIONS_RESEND_INVITATION, path={"organization_id": organization_id, "invitation_id": invitation_id})

    async def restore(self, organization_id: str) -> models.OrganizationBody:
        """Restores a deleted organization."""
        return await self._call(operations.ORGANIZATIONS_RESTORE, path={"organization_id": organization_id})

    async def revoke_invitation(self, organization_id: str, invitation_id: str) -> None:
        """Takes an invitation back."""
        return await self._call(operations.ORGANIZATIONS_REVOKE_INVITATION, path={"organization_id": organization_id, "invitation_id": invitation_id})

    async def set_member_role(self, organization_id: str, user_id: str, *, role: str) -> models.MemberBody:
        """Gives a member another role. It counts from the next request on."""
        return await self._call(operations.ORGANIZATIONS_SET_MEMBER_ROLE, path={"organization_id": organization_id, "user_id": user_id}, body={"role": role})

    async def transfer_ownership(self, organization_id: str, *, user_id: str) -> models.MemberBody:
        """Makes a member the owner; one becomes an admin. Needs a recent proof of who one is."""
        return await self._call(operations.ORGANIZATIONS_TRANSFER_OWNERSHIP, path={"organization_id": organization_id}, body={"user_id": user_id})

    async def update(self, organization_id: str, *, logo_url: str | None | Absent = ABSENT, metadata: Mapping[str, Any] | None | Absent = ABSENT, name: str | None | Absent = ABSENT, settings: Mapping[str, Any] | None | Absent = ABSENT, slug: str | None | Absent = ABSENT) -> models.OrganizationBody:
        """Changes an organization."""
        return await self._call(operations.ORGANIZATIONS_UPDATE, path={"organization_id": organization_id}, body={"logo_url": logo_url, "metadata": metadata, "name": name, "settings": settings, "slug": slug})

    async def verify_domain(self, organization_id: str, domain_id: str) -> models.DomainBody:
        """Looks for the record of a domain. 422 `DOMAIN_RECORD_MISSING` or `DOMAIN_RECORD_WRONG` tell what was found instead."""
        return await self._call(operations.ORGANIZATIONS_VERIFY_DOMAIN, path={"organization_id": organization_id, "domain_id": domain_id})


class AsyncPasskeys(AsyncResource):
    """Calls about passkeys."""

    async def authenticate_options(self, *, conditional: bool | Absent = ABSENT, email: str | None | Absent = ABSENT) -> models.QuestionBody:
        """Asks for a passkey to sign in with. The answer does not tell whether an address has an account."""
        return await self._call(operations.PASSKEYS_AUTHENTICATE_OPTIONS, body={"conditional": conditional, "email": email})

    async def authenticate_verify(self, *, challenge_id: str, credential: Mapping[str, Any]) -> models.LoginResponse:
        """Signs in whoever holds the passkey that answered. With PIN, finger or face it counts as two factors."""
        return await self._call(operations.PASSKEYS_AUTHENTICATE_VERIFY, body={"challenge_id": challenge_id, "credential": credential})

    async def list(self) -> models.PasskeyList:
        """One's own passkeys, the oldest first."""
        return await self._call(operations.PASSKEYS_LIST)

    async def register_options(self) -> models.QuestionBody:
        """Asks for a new passkey. Needs a sign-in within the last ten minutes."""
        return await self._call(operations.PASSKEYS_REGISTER_OPTIONS)

    async def register_verify(self, *, challenge_id: str, credential: Mapping[str, Any], name: str | None | Absent = ABSENT) -> models.PasskeyBody:
        """Adds the passkey that answered the question. A mail tells of it; sessions go on."""
        return await self._call(operations.PASSKEYS_REGISTER_VERIFY, body={"challenge_id": challenge_id, "credential": credential, "name": name})

    async def related_origins(self) -> Any:
        """Origins that share passkeys (WebAuthn level 3, §5.11)."""
        return await self._call(operations.PASSKEYS_RELATED_ORIGINS)

    async def remove(self, passkey_id: str) -> None:
        """Removes one of one's own passkeys, unless it is the last way in. Other sessions end, and a mail tells of it."""
        return await self._call(operations.PASSKEYS_REMOVE, path={"passkey_id": passkey_id})

    async def rename(self, passkey_id: str, *, name: str) -> models.PasskeyBody:
        """Gives one of one's own passkeys another name."""
        return await self._call(operations.PASSKEYS_RENAME, path={"passkey_id": passkey_id}, body={"name": name})

    async def well_known_endpoints(self) -> Any:
        """Where people add and manage passkeys, for password managers (W3C, A Well-Known URL for Relying Party Passkey Endpoints)."""
        return await self._call(operations.PASSKEYS_WELL_KNOWN_ENDPOINTS)


class AsyncRoles(AsyncResource):
    """Calls about roles."""

    async def check(self, *, checks: Sequence[models.Question] | None | Absent = ABSENT, organization_id: str | None | Absent = ABSENT, permission: str | None | Absent = ABSENT) -> models.CheckResponse:
        """Whether one may do something in an organization, with the reason for a no."""
        return await self._call(operations.ROLES_CHECK, body={"checks": checks, "organization_id": organization_id, "permission": permission})

    async def create(self, organization_id: str, *, name: str, permissions: Sequence[str], description: str | Absent = ABSENT) -> models.RoleBody:
        """Makes a role. Nobody can put into it what they do not hold: 403 `ROLE_TOO_HIGH`."""
        return await self._call(operations.ROLES_CREATE, path={"organization_id": organization_id}, body={"description": description, "name": name, "permissions": permissions})

    async def delete(self, organization_id: str, role_id: str) -> None:
        """Deletes a role of the organization's own that nobody has: else 409 `ROLE_IN_USE`."""
        return await self._call(operations.ROLES_DELETE, path={"organization_id": organization_id, "role_id": role_id})

    async def get(self, organization_id: str, role_id: str) -> models.RoleBody:
        """One of the organization's own roles."""
        return await self._call(operations.ROLES_GET, path={"organization_id": organization_id, "role_id": role_id})

    async def list(self, organization_id: str) -> models.RoleList:
        """The roles that members can have: the system's, from the highest to the lowest, then the organization's own."""
        return await self._call(operations.ROLES_LIST, path={"organization_id": organization_id})

    async def permissions(self) -> models.PermissionList:
        """The permissions that Janua itself asks for."""
        return await self._call(operations.ROLES_PERMISSIONS)

    async def update(self, organization_id: str, role_id: str, *, description: str | None | Absent = ABSENT, name: str | None | Absent = ABSENT, permissions: Sequence[str] | None | Absent = ABSENT) -> models.RoleBody:
        """Changes a role of the organization's own. It counts for all who have it from the next request on."""
        return await self._call(operations.ROLES_UPDATE, path={"organization_id": organization_id, "role_id": role_id}, body={"description": description, "name": name, "permissions": permissions})


class AsyncSessions(AsyncResource):
    """Calls about sessions."""

    async def current(self) -> models.SessionBody:
        """The session of this request."""
        return await self._call(operations.SESSIONS_CURRENT)

    async def list(self, *, page: int | None = None, per_page: int | None = None) -> models.SessionList:
        """The caller's live sessions, the last used first."""
        return await self._call(operations.SESSIONS_LIST, query={"page": page, "per_page": per_page})

    def iterate(self, *, per_page: int | None = None) -> AsyncIterator[models.SessionBody]:
        """The same as `list`, entry by entry through all pages."""
        return self._each(operations.SESSIONS_LIST, "sessions", query={"per_page": per_page})

    async def revoke(self, session_id: str) -> None:
        """Ends one of the caller's sessions."""
        return await self._call(operations.SESSIONS_REVOKE, path={"session_id": session_id})

    async def revoke_others(self) -> None:
        """Ends all of the caller's sessions but this one."""
        return await self._call(operations.SESSIONS_REVOKE_OTHERS)


class AsyncSso(AsyncResource):
    """Calls about sso."""

    async def callback(self, *, state: str | None = None, code: str | None = None, error: str | None = None, iss: str | None = None) -> str:
        """Takes a browser back from a provider of OpenID Connect: signs in, or links, and goes on to where the person wanted to go. What goes wrong is told on a page."""
        return await self._call(operations.SSO_CALLBACK, query={"state": state, "code": code, "error": error, "iss": iss})

    async def callback_by_form(self, *, SAMLResponse: str, RelayState: str | Absent = ABSENT) -> str:
        """Takes a browser back from a provider that speaks SAML. Browsers leave our cookies out of a form that another site sends, so they are sent to come again, and bring them. Where the provider began, which a connection has to allow, there is nothing to bring."""
        return await self._call(operations.SSO_CALLBACK_BY_FORM, body={"RelayState": RelayState, "SAMLResponse": SAMLResponse})

    async def connections(self, *, organization_id: str | None = None) -> models.SsoConnectionList:
        """The connections of an organization, or of all whose single sign-on one may look after."""
        return await self._call(operations.SSO_CONNECTIONS, query={"organization_id": organization_id})

    async def create(self, *, kind: str, name: str, attribute_mapping: Mapping[str, Any] | None | Absent = ABSENT, default_role: str | None | Absent = ABSENT, enforce_sso: bool | None | Absent = ABSENT, group_roles: Sequence[models.GroupRole] | None | Absent = ABSENT, jit_provisioning: bool | None | Absent = ABSENT, oidc: models.SsoOidcRequest | None | Absent = ABSENT, organization_id: str | None | Absent = ABSENT, saml: models.SsoSamlRequest | None | Absent = ABSENT, single_logout: bool | None | Absent = ABSENT, state: str | None | Absent = ABSENT) -> models.SsoConnectionBody:
        """Adds a connection. What is missing can be filled in later; then it is enabled."""
        return await self._call(operations.SSO_CREATE, body={"attribute_mapping": attribute_mapping, "default_role": default_role, "enforce_sso": enforce_sso, "group_roles": group_roles, "jit_provisioning": jit_provisioning, "kind": kind, "name": name, "oidc": oidc, "organization_id": organization_id, "saml": saml, "single_logout": single_logout, "state": state})

    async def create_setup_link(self, connection_id: str, *, expires_in_days: int | None | Absent = ABSENT) -> models.SsoSetupLink:
        """Makes a link with which whoever runs the identity provider fills in the connection, without an account here: what to copy where, and a trial. They cannot enable it. The link before opens nothing any more."""
        return await self._call(operations.SSO_CREATE_SETUP_LINK, path={"connection_id": connection_id}, body={"expires_in_days": expires_in_days})

    async def delete(self, connection_id: str) -> None:
        """Deletes a connection, with what it links; nobody's account goes with it."""
        return await self._call(operations.SSO_DELETE, path={"connection_id": connection_id})

    async def domain(self, domain: str) -> models.SsoDomain:
        """Whether people of a domain sign in at the identity provider of an organization, for sign-in pages of one's own."""
        return await self._call(operations.SSO_DOMAIN, path={"domain": domain})

    async def get(self, connection_id: str) -> models.SsoConnectionBody:
        """A connection."""
        return await self._call(operations.SSO_GET, path={"connection_id": connection_id})

    async def initiate(self, *, connection_id: str | None | Absent = ABSENT, email: str | None | Absent = ABSENT, organization_slug: str | None | Absent = ABSENT, return_url: str | None | Absent = ABSENT) -> models.SsoDeparture:
        """Begins a sign-in at the identity provider of an organization. Browsers that ask for a page are sent there at once, with 302."""
        return await self._call(operations.SSO_INITIATE, body={"connection_id": connection_id, "email": email, "organization_slug": organization_slug, "return_url": return_url})

    async def keys(self, connection_id: str) -> Any:
        """The public half of the key with which a connection proves who we are (`private_key_jwt`), as a JSON Web Key Set. Whoever has the address may read it: providers fetch it."""
        return await self._call(operations.SSO_KEYS, path={"connection_id": connection_id})

    async def link(self, connection_id: str, *, return_url: str | None | Absent = ABSENT) -> models.SsoDeparture:
        """Begins to link an account at the identity provider of one of one's organizations to one's own. Needs a recent sign-in."""
        return await self._call(operations.SSO_LINK, path={"connection_id": connection_id}, body={"return_url": return_url})

    async def links(self) -> models.SsoLinks:
        """The accounts at identity providers of organizations that open one's own, and the connections through which one may link another."""
        return await self._call(operations.SSO_LINKS)

    async def metadata(self, connection_id: str) -> str:
        """Our metadata for the provider of a connection of SAML: our entity id, where answers go, what we sign with and what may be encrypted to. It holds no secret, and whoever has the address may read it: identity providers fetch it."""
        return await self._call(operations.SSO_METADATA, path={"connection_id": connection_id})

    async def rotate_key(self, connection_id: str, *, step: str) -> models.SsoConnectionBody:
        """Announces another key of our own for a connection of SAML, or begins to use the one that was announced. What was encrypted to the one before can be read until another is announced."""
        return await self._call(operations.SSO_ROTATE_KEY, path={"connection_id": connection_id}, body={"step": step})

    async def slo(self, *, SAMLRequest: str | None = None, SAMLResponse: str | None = None, RelayState: str | None = None, SigAlg: str | None = None, Signature: str | None = None) -> str:
        """Takes a message about signing out by SAML that came by redirect: a request of the provider, which has to be signed and ends the sessions that it names, or its answer to a request of ours."""
        return await self._call(operations.SSO_SLO, query={"SAMLRequest": SAMLRequest, "SAMLResponse": SAMLResponse, "RelayState": RelayState, "SigAlg": SigAlg, "Signature": Signature})

    async def slo_by_form(self, *, RelayState: str | None | Absent = ABSENT, SAMLRequest: str | None | Absent = ABSENT, SAMLResponse: str | None | Absent = ABSENT) -> str:
        """The same for what came in a form."""
        return await self._call(operations.SSO_SLO_BY_FORM, body={"RelayState": RelayState, "SAMLRequest": SAMLRequest, "SAMLResponse": SAMLResponse})

    async def test(self, connection_id: str) -> models.SsoTestReport:
        """Tries a connection live, enabled or not: whether the provider can be reached and what a sign-in needs is there."""
        return await self._call(operations.SSO_TEST, path={"connection_id": connection_id})

    async def unlink(self, connection_id: str) -> None:
        """Lets an account at an identity provider open one's own no more; the sessions that began there end. Never the last way in, nor what one's organization wants one to sign in through. Needs a recent sign-in."""
        return await self._call(operations.SSO_UNLINK, path={"connection_id": connection_id})

    async def update(self, connection_id: str, *, attribute_mapping: Mapping[str, Any] | None | Absent = ABSENT, default_role: str | None | Absent = ABSENT, enforce_sso: bool | None | Absent = ABSENT, group_roles: Sequence[models.GroupRole] | None | Absent = ABSENT, jit_provisioning: bool | None | Absent = ABSENT, name: str | None | Absent = ABSENT, oidc: models.SsoOidcRequest | None | Absent = ABSENT, saml: models.SsoSamlRequest | None | Absent = ABSENT, single_logout: bool | None | Absent = ABSENT, state: str | None | Absent = ABSENT) -> models.SsoConnectionBody:
        """Changes a connection, enables or disables it. To be enabled it has to be complete, and operators need to have set `SSO_RELAY_STATE_SECRET`."""
        return await self._call(operations.SSO_UPDATE, path={"connection_id": connection_id}, body={"attribute_mapping": attribute_mapping, "default_role": default_role, "enforce_sso": enforce_sso, "group_roles": group_roles, "jit_provisioning": jit_provisioning, "name": name, "oidc": oidc, "saml": saml, "single_logout": single_logout, "state": state})

    async def withdraw_setup_link(self, connection_id: str) -> None:
        """Withdraws the link of a connection; whoever has begun with it goes no further."""
        return await self._call(operations.SSO_WITHDRAW_SETUP_LINK, path={"connection_id": connection_id})


class AsyncUsers(AsyncResource):
    """Calls about users."""

    async def delete_me(self, *, password: str | None | Absent = ABSENT) -> None:
        """Deletes one's own account with everything that belongs to it."""
        return await self._call(operations.USERS_DELETE_ME, body={"password": password})

    async def export_me(self) -> str:
        """All that is kept of oneself, as a file: no secrets, no hashes."""
        return await self._call(operations.USERS_EXPORT_ME)

    async def get(self, user_id: str) -> models.PersonBody:
        """Somebody of an organization whose members one may see; 404 for everybody else."""
        return await self._call(operations.USERS_GET, path={"user_id": user_id})

    async def list(self, *, search: str | None = None, page: int | None = None, per_page: int | None = None) -> models.PersonList:
        """The people of all organizations whose members one may see, oneself among them."""
        return await self._call(operations.USERS_LIST, query={"search": search, "page": page, "per_page": per_page})

    def iterate(self, *, search: str | None = None, per_page: int | None = None) -> AsyncIterator[models.PersonBody]:
        """The same as `list`, entry by entry through all pages."""
        return self._each(operations.USERS_LIST, "users", query={"search": search, "per_page": per_page})

    async def me(self) -> models.OwnProfile:
        """One's own profile."""
        return await self._call(operations.USERS_ME)

    async def update_me(self, *, first_name: str | None | Absent = ABSENT, last_name: str | None | Absent = ABSENT, locale: str | None | Absent = ABSENT, username: str | None | Absent = ABSENT) -> models.Profile:
        """Changes one's own profile."""
        return await self._call(operations.USERS_UPDATE_ME, body={"first_name": first_name, "last_name": last_name, "locale": locale, "username": username})


class AsyncWebhooks(AsyncResource):
    """Calls about webhooks."""

    async def create(self, *, events: Sequence[str], url: str, description: str | None | Absent = ABSENT, organization_id: str | None | Absent = ABSENT) -> models.WebhookWithSecret:
        """Adds a webhook; its secret is shown this once."""
        return await self._call(operations.WEBHOOKS_CREATE, body={"description": description, "events": events, "organization_id": organization_id, "url": url})

    async def delete(self, webhook_id: str) -> None:
        """Deletes a webhook, with all that waits for it."""
        return await self._call(operations.WEBHOOKS_DELETE, path={"webhook_id": webhook_id})

    async def deliveries(self, webhook_id: str, *, page: int | None = None, per_page: int | None = None) -> models.DeliveryList:
        """What became of the events for a webhook, the newest first."""
        return await self._call(operations.WEBHOOKS_DELIVERIES, path={"webhook_id": webhook_id}, query={"page": page, "per_page": per_page})

    def iterate_deliveries(self, webhook_id: str, *, per_page: int | None = None) -> AsyncIterator[models.DeliveryBody]:
        """The same as `deliveries`, entry by entry through all pages."""
        return self._each(operations.WEBHOOKS_DELIVERIES, "deliveries", path={"webhook_id": webhook_id}, query={"per_page": per_page})

    async def event_types(self) -> models.EventTypes:
        """The events that there are."""
        return await self._call(operations.WEBHOOKS_EVENT_TYPES)

    async def get(self, webhook_id: str) -> models.WebhookBody:
        """One webhook."""
        return await self._call(operations.WEBHOOKS_GET, path={"webhook_id": webhook_id})

    async def list(self, *, organization_id: str | None = None, page: int | None = None, per_page: int | None = None) -> models.WebhookList:
        """The webhooks of an organization, of the platform for its administrators, or of all organizations of one's own."""
        return await self._call(operations.WEBHOOKS_LIST, query={"organization_id": organization_id, "page": page, "per_page": per_page})

    def iterate(self, *, organization_id: str | None = None, per_page: int | None = None) -> AsyncIterator[models.WebhookBody]:
        """The same as `list`, entry by entry through all pages."""
        return self._each(operations.WEBHOOKS_LIST, "webhooks", query={"organization_id": organization_id, "per_page": per_page})

    async def retry_delivery(self, webhook_id: str, delivery_id: str) -> models.DeliveryBody:
        """Has an event sent again at once, also one that was taken; its tries begin anew."""
        return await self._call(operations.WEBHOOKS_RETRY_DELIVERY, path={"webhook_id": webhook_id, "delivery_id": delivery_id})

    async def rotate_secret(self, webhook_id: str, *, overlap_hours: int | None | Absent = ABSENT) -> models.WebhookWithSecret:
        """Gives a webhook another secret, shown this once. For a while deliveries carry the signatures of both."""
        return await self._call(operations.WEBHOOKS_ROTATE_SECRET, path={"webhook_id": webhook_id}, body={"overlap_hours": overlap_hours})

    async def test(self, webhook_id: str) -> models.TestBody:
        """Sends a `webhook.test` event now and tells what the receiver said, whatever that was."""
        return await self._call(operations.WEBHOOKS_TEST, path={"webhook_id": webhook_id})

    async def update(self, webhook_id: str, *, description: str | None | Absent = ABSENT, enabled: bool | None | Absent = ABSENT, events: Sequence[str] | None | Absent = ABSENT, url: str | None | Absent = ABSENT) -> models.WebhookBody:
        """Changes a webhook, or turns it off and on."""
        return await self._call(operations.WEBHOOKS_UPDATE, path={"webhook_id": webhook_id}, body={"description": description, "enabled": enabled, "events": events, "url": url})


class AsyncResources:
    """All calls, by what they are about."""

    admin: AsyncAdmin
    api_keys: AsyncApiKeys
    audit: AsyncAudit
    auth: AsyncAuth
    development: AsyncDevelopment
    health: AsyncHealth
    keys: AsyncKeys
    mfa: AsyncMfa
    oauth: AsyncOauth
    organizations: AsyncOrganizations
    passkeys: AsyncPasskeys
    roles: AsyncRoles
    sessions: AsyncSessions
    sso: AsyncSso
    users: AsyncUsers
    webhooks: AsyncWebhooks

    def _attach(self, caller: AsyncResource) -> None:
        self.admin = AsyncAdmin._beside(caller)
        self.api_keys = AsyncApiKeys._beside(caller)
        self.audit = AsyncAudit._beside(caller)
        self.auth = AsyncAuth._beside(caller)
        self.development = AsyncDevelopment._beside(caller)
        self.health = AsyncHealth._beside(caller)
        self.keys = AsyncKeys._beside(caller)
        self.mfa = AsyncMfa._beside(caller)
        self.oauth = AsyncOauth._beside(caller)
        self.organizations = AsyncOrganizations._beside(caller)
        self.passkeys = AsyncPasskeys._beside(caller)
        self.roles = AsyncRoles._beside(caller)
        self.sessions = AsyncSessions._beside(caller)
        self.sso = AsyncSso._beside(caller)
        self.users = AsyncUsers._beside(caller)
        self.webhooks = AsyncWebhooks._beside(caller)
