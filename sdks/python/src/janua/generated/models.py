"""What Janua answers, typed. Written by scripts/generate; not to be changed by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What happens with a request for a mail: the same words for every address."""

    message: str
    """For a person."""


@dataclass(frozen=True, kw_only=True)
class AcceptedInvitation:
    """Where one belongs now."""

    organization: str
    """What people call it."""

    organization_id: str
    """The organization."""

    role: str
    """The name of one's role."""


@dataclass(frozen=True, kw_only=True)
class AccountBody:
    """An account as administrators see it; no password, no hash, no token."""

    created_at: str
    """When the account was made."""

    email: str
    """Lower case."""

    email_verified: bool
    """Whether its owner opened the link that was mailed there."""

    id: str
    """Never changes."""

    is_admin: bool
    """Whether this is an administrator of the platform."""

    updated_at: str
    """When anything here changed."""

    sessions: int
    """Live sessions."""

    first_name: str | None = None
    """Given name."""

    last_name: str | None = None
    """Family name."""

    last_sign_in_at: str | None = None
    """The last sign-in."""

    locale: str | None = None
    """The language of mails."""

    username: str | None = None
    """Case-sensitive."""

    locked_until: str | None = None
    """Until when failed sign-ins lock it."""

    suspended_at: str | None = None
    """Since when it is suspended."""


@dataclass(frozen=True, kw_only=True)
class AccountFigures:
    """Accounts by state; an account may count in several."""

    administrators: int
    """Administrators of the platform."""

    locked: int
    """Locked by failed sign-ins."""

    suspended: int
    """Suspended by an administrator."""

    total: int
    """All of them."""

    verified: int
    """With a verified address."""


@dataclass(frozen=True, kw_only=True)
class AccountList:
    """A page of accounts."""

    page: int

    per_page: int

    total: int

    users: list[AccountBody]


@dataclass(frozen=True, kw_only=True)
class ActInRequest:
    """Where to act."""

    organization_id: str | None = None
    """An organization that one belongs to; absent or `null` for none."""


@dataclass(frozen=True, kw_only=True)
class ActingBody:
    """A new access token, and the organization that it speaks of."""

    access_token: str = field(repr=False)
    """JWT (RFC 9068) with the claims `org` and `roles`. The refresh token stays the same."""

    expires_in: int
    """Seconds that the access token lives."""

    token_type: str
    """Always `bearer`."""

    organization_id: str | None = None
    """The organization that the session acts in."""

    role: str | None = None
    """One's role there."""


@dataclass(frozen=True, kw_only=True)
class AddressRequest:
    """An address."""

    email: str
    """The address."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one question."""

    allowed: bool
    """Whether one may."""

    permission: str
    """What was asked."""

    reason: str
    """`GRANTED`, or why not: `NOT_A_MEMBER` (also when there is no such organization), `NO_ORGANIZATION` when none was named and the session acts in none, `ORGANIZATION_SUSPENDED`, `MISSING_PERMISSION`."""

    organization_id: str | None = None
    """Where."""

    role: str | None = None
    """One's role there."""


@dataclass(frozen=True, kw_only=True)
class ApiKeyBody:
    """A key as its owner sees it; the key itself is shown once."""

    created_at: str
    """When it was made."""

    hint: str
    """How the key begins."""

    id: str
    """The id."""

    name: str
    """What its owner calls it."""

    scopes: list[str]
    """What it may be used for."""

    created_by: str | None = None
    """Who made it."""

    expires_at: str | None = None
    """When it ends by itself."""

    last_used_at: str | None = None
    """When it was last used, some seconds late."""

    last_used_ip: str | None = None
    """From where it was last used."""

    rate_limit_per_minute: int | None = None
    """Requests that it may make in a minute, if not as many as all keys."""


@dataclass(frozen=True, kw_only=True)
class ApiKeyList:
    """Keys, the newest first."""

    api_keys: list[ApiKeyBody]


@dataclass(frozen=True, kw_only=True)
class ApiKeyMade:
    """A key that was just made, or made anew."""

    created_at: str
    """When it was made."""

    hint: str
    """How the key begins."""

    id: str
    """The id."""

    name: str
    """What its owner calls it."""

    scopes: list[str]
    """What it may be used for."""

    key: str = field(repr=False)
    """The key. It is never shown again."""

    created_by: str | None = None
    """Who made it."""

    expires_at: str | None = None
    """When it ends by itself."""

    last_used_at: str | None = None
    """When it was last used, some seconds late."""

    last_used_ip: str | None = None
    """From where it was last used."""

    rate_limit_per_minute: int | None = None
    """Requests that it may make in a minute, if not as many as all keys."""


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """An entry as it is shown."""

    action: str
    """What happened, `area.action`."""

    at: str
    """When."""

    erased: bool
    """Whether address and browser were erased with the account."""

    facts: dict[str, Any]
    """What else is known."""

    id: str
    """The row."""

    outcome: str
    """`success` or `failure`."""

    actor_id: str | None = None
    """The person who did it, or for whom a program did."""

    actor_kind: str | None = None
    """`user`, `admin`, `api_key`, `operator`, `anonymous` or `system`."""

    api_key_id: str | None = None
    """The program that did it."""

    ip: str | None = None
    """From which address."""

    organization_id: str | None = None
    """Which organization it concerns."""

    reason: str | None = None
    """Why it was refused."""

    request_id: str | None = None
    """In which request."""

    session_id: str | None = None
    """In which session."""

    target_id: str | None = None
    """To which one."""

    target_kind: str | None = None
    """What kind of thing it was done to."""

    user_agent: str | None = None
    """By which browser or program."""

    user_id: str | None = None
    """To whose account."""


@dataclass(frozen=True, kw_only=True)
class AuditLog:
    """A page of the log."""

    entries: list[AuditEntry]

    next_cursor: str | None = None
    """Where the next page begins; absent on the last one."""


@dataclass(frozen=True, kw_only=True)
class AuthenticateRequest:
    """Which passkey to ask for."""

    conditional: bool | None = None
    """Whether passkeys are to be offered in the suggestions of a form; not together with `email`."""

    email: str | None = None
    """One of this address; without it any that the device knows for this site."""


@dataclass(frozen=True, kw_only=True)
class BelongingBody:
    """An organization of one's own, and as what one belongs to it."""

    created_at: str
    """When it was made."""

    id: str
    """Never changes."""

    metadata: dict[str, Any]
    """Another one."""

    name: str
    """What people call it."""

    settings: dict[str, Any]
    """An object of the applications'."""

    slug: str
    """Unique among all organizations."""

    updated_at: str
    """When anything here changed."""

    role: str
    """The name of one's role."""

    deleted_at: str | None = None
    """When it was deleted."""

    logo_url: str | None = None
    """Where its logo is."""

    purge_at: str | None = None
    """Until when it can be restored."""

    suspended_at: str | None = None
    """Since when the platform keeps everybody from acting in it."""


@dataclass(frozen=True, kw_only=True)
class BreakerBody:
    """The breaker in front of Redis."""

    consecutive_failures: int
    """Failures since the last success."""

    opened_total: int
    """How often it has opened."""

    state: str
    """`closed`, `open` or `half-open`."""

    last_error: str | None = None
    """The text of the latest failure."""

    retry_at: str | None = None
    """When Redis is asked again, while it is open."""

    since: str | None = None
    """When it last opened or closed; absent if it never opened."""


@dataclass(frozen=True, kw_only=True)
class CacheBody:
    """How the cache of the instance that answers is doing."""

    backend: str
    """`memory`, `redis` or `off`."""

    errors: int
    """Questions to Redis that failed."""

    hits: int
    """Lookups that found a copy, in this process."""

    misses: int
    """Lookups that found none."""

    pending_invalidations: int
    """Changes that Redis has yet to hear of."""

    breaker: BreakerBody | None = None

    entries: int | None = None
    """Copies that are held, where that is known."""

    redis: RedisBody | None = None


@dataclass(frozen=True, kw_only=True)
class CallbackQuery:
    """What a provider sends back (RFC 6749 §4.1.2); it may send more than we know."""

    code: str | None = None
    """What can be exchanged once."""

    error: str | None = None
    """Why there is no code."""

    family_name: str | None = None
    """The family name."""

    given_name: str | None = None
    """What the person is called, if the answer came as a form that said it."""

    iss: str | None = None
    """Who answers (RFC 9207)."""

    state: str | None = None
    """What we sent along."""


@dataclass(frozen=True, kw_only=True)
class Caught:
    """A mail that did not leave."""

    html: str
    """HTML body."""

    id: str
    """Id of the mail."""

    links: list[str]
    """Addresses in the text body."""

    sent_at: str
    """When it was sent."""

    subject: str
    """Subject."""

    text: str
    """Text body."""

    to: str
    """Recipient."""


@dataclass(frozen=True, kw_only=True)
class CaughtList:
    """Caught mails."""

    messages: list[Caught]
    """Newest first."""

    texts: list[CaughtText] | None = None
    """Text messages, newest first; absent when there are none."""


@dataclass(frozen=True, kw_only=True)
class CaughtText:
    """A text message that did not leave."""

    id: str
    """Id of the message."""

    sent_at: str
    """When it was sent."""

    text: str
    """The words."""

    to: str
    """Recipient, in E.164."""


@dataclass(frozen=True, kw_only=True)
class ChallengeRequest:
    """Which factor is to be shown."""

    method: str
    """One of `methods`."""

    mfa_token: str = field(repr=False)
    """What the first step gave."""


@dataclass(frozen=True, kw_only=True)
class ChallengeResponse:
    """The second step can be taken."""

    method: str
    """The factor that is to be shown."""

    methods: list[str]
    """All that may be shown."""

    expires_in: int | None = None
    """Seconds that the code lives."""

    passkey: QuestionBody | None = None

    phone_number: str | None = None
    """Where a code was sent, as far as it may be shown."""


@dataclass(frozen=True, kw_only=True)
class ChangeAccountRequest:
    """What to change; absent fields stay as they are, an empty name is removed."""

    email_verified: bool | None = None
    """Whether the address counts as verified."""

    first_name: str | None = None
    """A new given name."""

    is_admin: bool | None = None
    """Whether it is to administer the platform."""

    last_name: str | None = None
    """A new family name."""

    locale: str | None = None
    """A new language."""

    username: str | None = None
    """A new username."""


@dataclass(frozen=True, kw_only=True)
class ChangeRequest:
    """A new password for somebody who knows the current one."""

    current_password: str
    """The current password."""

    new_password: str
    """The new password."""


@dataclass(frozen=True, kw_only=True)
class ChangeSettingsRequest:
    """What is to be changed; what is absent stays."""

    log_level: str | None = None
    """What is to be logged, in the words of `LOG_LEVEL`: a level, or levels by target. `null` goes back to `LOG_LEVEL`."""


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """One question, or several."""

    checks: list[Question] | None = None
    """Several questions at once, at most 100, in place of `permission` and `organization_id`."""

    organization_id: str | None = None
    """Where; by default the organization that the session acts in."""

    permission: str | None = None
    """The permission; may be a pattern such as `invoices:*`."""


@dataclass(frozen=True, kw_only=True)
class CheckResponse1:
    """One answer, or as many as there were questions, in their order."""

    results: list[Answer]


@dataclass(frozen=True, kw_only=True)
class CircuitBreaker:
    """The circuit breaker in front of Redis."""

    backend: str
    """`memory`, `redis` or `off`: without Redis the breaker is always closed."""

    consecutive_failures: int
    """Failures since the last success."""

    opened_total: int
    """How often it has opened."""

    state: str
    """`closed`, `open` or `half-open`."""


@dataclass(frozen=True, kw_only=True)
class ClaimDomainRequest:
    """A domain to claim."""

    domain: str
    """The domain, as in an address after the `@`."""


@dataclass(frozen=True, kw_only=True)
class CodeSent:
    """A code is on its way."""

    expires_in: int
    """Seconds that it lives."""

    phone_number: str
    """Where it was sent, as far as it may be shown."""


@dataclass(frozen=True, kw_only=True)
class CreateAccountRequest:
    """A new account."""

    email: str
    """The address."""

    email_verified: bool | None = None
    """Whether the address counts as verified; by default when a password is given. Otherwise a mail is sent that verifies it."""

    first_name: str | None = None
    """Given name."""

    is_admin: bool | None = None
    """Whether it is to administer the platform."""

    last_name: str | None = None
    """Family name."""

    locale: str | None = None
    """The language of mails."""

    password: str | None = None
    """The password; without one a mail with a link to choose it is sent."""

    username: str | None = None
    """The username."""


@dataclass(frozen=True, kw_only=True)
class CreateApiKeyRequest:
    """What a key is to be."""

    name: str
    """What to call it."""

    scopes: list[str]
    """What it may be used for: `profile:read`, a permission in organizations such as `members:read`, `resource:*` or `*`."""

    expires_in_days: int | None = None
    """When it ends by itself, in days from now; without it the key does not end by itself."""

    rate_limit_per_minute: int | None = None
    """Requests that it may make in a minute; without it `RATE_LIMIT_API_KEY` counts."""


@dataclass(frozen=True, kw_only=True)
class CreateOrganizationRequest:
    """A new organization."""

    name: str
    """What people call it."""

    logo_url: str | None = None
    """An https address."""

    metadata: dict[str, Any] | None = None
    """Another one."""

    settings: dict[str, Any] | None = None
    """An object of at most 16 KiB."""

    slug: str | None = None
    """Unique among all organizations; made from the name when absent."""


@dataclass(frozen=True, kw_only=True)
class CreateRoleRequest:
    """A new role."""

    name: str
    """Small letters, digits, `-` and `_`; unique within the organization."""

    permissions: list[str]
    """`resource:action`, `resource:*` or `*`: of Janua's, or of one's own applications."""

    description: str | None = None
    """What it is for, in at most 500 characters."""


@dataclass(frozen=True, kw_only=True)
class CreateSsoConnectionRequest:
    """A new connection."""

    kind: str
    """`oidc` or `saml`."""

    name: str
    """What people read."""

    attribute_mapping: dict[str, Any] | None = None
    """Names of attributes that come before the usual ones, for `email`, `first_name`, `last_name` and `groups`; empty lists leave the usual names."""

    default_role: str | None = None
    """The role of newcomers, `member` unless it says otherwise."""

    enforce_sso: bool | None = None
    """Whether people of the organization's verified domains must sign in here."""

    group_roles: list[GroupRole] | None = None
    """Roles by group; the first group that somebody has wins."""

    jit_provisioning: bool | None = None
    """Whether newcomers get an account and a membership; they do unless it says otherwise."""

    oidc: SsoOidcRequest | None = None

    organization_id: str | None = None
    """Whose it is; an organization's own API key need not name it."""

    saml: SsoSamlRequest | None = None

    single_logout: bool | None = None
    """Whether who signs out here goes on to sign out at the provider: with SAML unless it says otherwise; with OpenID Connect only where it says so, for the provider has to know the address `/auth/sign-in` of this server."""

    state: str | None = None
    """`draft` unless it says otherwise."""


@dataclass(frozen=True, kw_only=True)
class CreateSsoSetupLinkRequest:
    """How long a link is to count."""

    expires_in_days: int | None = None
    """In days, from 1 to 30; a week unless it says otherwise."""


@dataclass(frozen=True, kw_only=True)
class CreateWebhookRequest:
    """A new webhook."""

    events: list[str]
    """What it is told of: `area.action`, `area.*` or `*`."""

    url: str
    """An https address of the public internet."""

    description: str | None = None
    """What it is for."""

    organization_id: str | None = None
    """Whose it is; without it the platform's, for its administrators. One of an organization is told only of what concerns the organization."""


@dataclass(frozen=True, kw_only=True)
class CurrentSession:
    """The session of the caller."""

    csrf_token: str = field(repr=False)
    """To be sent as `X-CSRF-Token` with unsafe requests by cookie."""

    session: SessionBody
    """By which session."""

    user: Profile
    """Who is signed in."""


@dataclass(frozen=True, kw_only=True)
class DeleteRequest:
    """Proof for a change that cannot be undone."""

    password: str | None = None
    """The current password; not needed within ten minutes of signing in."""


@dataclass(frozen=True, kw_only=True)
class DeliveryBody:
    """An event on its way to a webhook, with what the last try met."""

    attempts: int
    """How often it was tried."""

    body: str
    """What is sent."""

    created_at: str
    """When it happened."""

    event_id: str
    """The id of the event, the same in every try."""

    event_type: str
    """What happened."""

    id: str
    """The id."""

    state: str
    """`queued`, `delivered` or `failed`."""

    attempted_at: str | None = None
    """When it was tried last."""

    due_at: str | None = None
    """When it is tried next, if it is queued."""

    duration_ms: int | None = None
    """How long the last try took, in milliseconds."""

    failure: str | None = None
    """Why the last try failed."""

    response: str | None = None
    """The beginning of the last answer, at most 1 KiB."""

    settled_at: str | None = None
    """When it was taken, or given up."""

    status: int | None = None
    """The status of the last answer."""


@dataclass(frozen=True, kw_only=True)
class DeliveryList:
    """A page of deliveries."""

    deliveries: list[DeliveryBody]

    page: int

    per_page: int

    total: int


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """The state of each dependency."""

    database: State

    email: State

    redis: State

    sms: State | None = None


@dataclass(frozen=True, kw_only=True)
class Detailed:
    """The same with figures; no addresses, no error texts."""

    dependencies: Dependencies

    status: State

    version: str

    base_url: str
    """The address that the server takes itself to have: it stands in links and tokens."""

    cache: dict[str, Any]

    latency_ms: Latencies

    pool: PoolFigures

    queues: Queues

    server_time: str


@dataclass(frozen=True, kw_only=True)
class DoctorReport:
    """What the doctor has found, the worst first."""

    findings: list[Finding]
    """Empty when all is well."""


@dataclass(frozen=True, kw_only=True)
class DomainBody:
    """A domain of an organization."""

    created_at: str
    """When it was claimed."""

    domain: str
    """In ASCII and small letters."""

    id: str
    """Never changes."""

    record: DomainRecord
    """The record that proves it. It stays in place: it is looked for again."""

    state: str
    """`pending` or `verified`."""

    failure: str | None = None
    """What the last check met: `DOMAIN_RECORD_MISSING`, `DOMAIN_RECORD_WRONG` or `DNS_UNAVAILABLE`; `null` when the record was there."""

    last_checked_at: str | None = None
    """When the DNS was asked last."""

    missing_since: str | None = None
    """Since when the record of a verified domain is not there; it lapses `DOMAIN_LAPSE_DAYS` after that."""

    verified_at: str | None = None
    """When it was proven."""


@dataclass(frozen=True, kw_only=True)
class DomainList:
    """All domains of an organization."""

    domains: list[DomainBody]


@dataclass(frozen=True, kw_only=True)
class DomainRecord:
    """The record that proves a domain."""

    name: str
    """Where it is to stand."""

    type: str
    """`TXT`."""

    value: str
    """What is to stand in it."""


@dataclass(frozen=True, kw_only=True)
class EnableSmsRequest:
    """Whose telephone it is."""

    phone_number: str
    """With country code, or as it is written in `SMS_DEFAULT_REGION`."""

    password: str | None = None
    """The current password."""


@dataclass(frozen=True, kw_only=True)
class EnableTotpRequest:
    """Proof for turning it on."""

    password: str | None = None
    """The current password."""


@dataclass(frozen=True, kw_only=True)
class EnrolRequest:
    """Which sign-in it is."""

    mfa_token: str = field(repr=False)
    """What the first step gave together with `enrolment_required`."""


@dataclass(frozen=True, kw_only=True)
class EnrolSmsRequest:
    """Which sign-in it is, and whose number."""

    mfa_token: str = field(repr=False)
    """What the first step gave together with `enrolment_required`."""

    phone_number: str
    """With country code, or as it is written in `SMS_DEFAULT_REGION`."""


@dataclass(frozen=True, kw_only=True)
class EnrolVerifyRequest:
    """A first code of the app."""

    code: str
    """Six digits."""

    mfa_token: str = field(repr=False)
    """What the first step gave together with `enrolment_required`."""


@dataclass(frozen=True, kw_only=True)
class EnrolledResponse:
    """Somebody has set up a second factor and is signed in."""

    mfa_required: bool
    """Whether a second factor is still owed."""

    recovery_codes: list[str] = field(repr=False)
    """Ten codes for the day on which the phone is gone. They are shown once."""

    enrolment_required: bool | None = None
    """Whether a second factor has to be set up first, with `mfa_token` at `/mfa/enrol/…`; `methods` says which it may be."""

    methods: list[str] | None = None
    """What the second factor may be."""

    mfa_token: str | None = field(default=None, repr=False)
    """Names the sign-in, for `/mfa/challenge/verify`; for ten minutes."""

    tokens: TokensBody | None = None

    user: Profile | None = None


@dataclass(frozen=True, kw_only=True)
class ErrorBody:
    """The body of every failure."""

    code: str
    """The most specific reason: what a client switches on."""

    details: dict[str, Any]
    """What the client may know beyond the message: `field`, `reason`, `errors`, `retry_after`, `locked_until`, `advice`, `help`."""

    error: str
    """The class of the error."""

    message: str
    """What happened, for a person."""

    request_id: str
    """Finds the request in the logs."""

    status_code: int
    """The HTTP status."""

    timestamp: str
    """When it happened."""


@dataclass(frozen=True, kw_only=True)
class EventType:
    """An event."""

    description: str
    """What it tells."""

    name: str
    """`area.action`"""


@dataclass(frozen=True, kw_only=True)
class EventTypes:
    """Everything that a webhook can be told of."""

    types: list[EventType]


@dataclass(frozen=True, kw_only=True)
class FactorFigures:
    """Accounts by what they are protected with; an account may count in several."""

    any: int
    """With any of them."""

    passkeys: int
    """With a passkey."""

    sms: int
    """With codes by SMS."""

    totp: int
    """With an authenticator app."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is wrong, or worth knowing."""

    area: Area
    """The chapter it belongs to."""

    cause: str
    """What was found here."""

    code: str
    """Stands for the trouble, in errors and in the documentation too."""

    fixable: bool
    """Whether `janua doctor --fix` can mend it."""

    remedy: str
    """What mends it."""

    severity: Severity
    """How much it matters."""

    symptom: str
    """What somebody notices."""


@dataclass(frozen=True, kw_only=True)
class GroupRole:
    """A role for the people of a group."""

    group: str
    """The group, as the provider names it."""

    role: str
    """The role."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One thing that happened."""

    action: str
    """As in the audit log; `request.refused` for how the request was answered."""

    at: str
    """When."""

    inputs: dict[str, Any]
    """What the rule went by, without secrets and without what somebody sent."""

    outcome: str
    """`success` or `failure`."""

    asked: str | None = None
    """What was asked, where it was refused."""

    help: str | None = None
    """The trouble, for the doctor."""

    ip: str | None = None
    """From which address."""

    reason: str | None = None
    """The name of what was true."""

    remedy: str | None = None
    """What to do about it, where it was refused."""

    session_id: str | None = None
    """In which session."""

    status: int | None = None
    """The status of the answer, where it was refused."""

    told: str | None = None
    """The code that the person was told, where it was refused."""

    truth: str | None = None
    """What was true, where it was refused."""

    user_agent: str | None = None
    """By which browser or program."""

    user_id: str | None = None
    """Whose account it concerns."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """The whole in three words."""

    dependencies: Dependencies

    status: State

    version: str


@dataclass(frozen=True, kw_only=True)
class ImpersonationBody:
    """Support access that was granted."""

    access_token: str = field(repr=False)
    """JWT (RFC 9068) of the person, with the claim `act` (RFC 8693). There is no refresh token: it ends with its time."""

    expires_in: int
    """Seconds that it lives."""

    session_id: str
    """Its session."""

    token_type: str
    """Always `bearer`."""

    user: Profile
    """For whom."""

    impersonator: ImpersonatorBody | None = None


@dataclass(frozen=True, kw_only=True)
class ImpersonationRequest:
    """Why support access is needed."""

    reason: str
    """One line, at most 500 characters. It stands in the log, and the person reads it."""


@dataclass(frozen=True, kw_only=True)
class ImpersonatorBody:
    """The administrator who acts for somebody, for the banner that says so."""

    ends_at: str
    """When it ends in any case."""

    id: str
    """Their id; stands in access tokens as `act.sub` (RFC 8693)."""

    reason: str
    """Why they act."""

    started_at: str
    """Since when."""


@dataclass(frozen=True, kw_only=True)
class InvalidateCacheRequest:
    """Which copies are to be dropped."""

    pattern: str
    """Names of copies, with `*` for any text."""


@dataclass(frozen=True, kw_only=True)
class InvalidatedCopies:
    """How many copies were dropped."""

    invalidated: int
    """How many."""


@dataclass(frozen=True, kw_only=True)
class InvitationBody:
    """An invitation as those see it who may invite."""

    created_at: str
    """When it was made."""

    email: str
    """Who is invited."""

    expires_at: str
    """Until when it can be accepted."""

    id: str
    """Never changes."""

    role: str
    """The name of the role."""

    sent_at: str
    """When it was mailed last."""

    state: str
    """`pending`, `accepted`, `revoked` or `expired`."""

    accepted_by: str | None = None
    """Who accepted it."""

    invited_by: str | None = None
    """Who invited, and must still be able to when it is accepted; nobody when it was the platform or a key of the organization."""

    message: str | None = None
    """What the inviter wrote."""

    settled_at: str | None = None
    """When it was accepted or revoked."""


@dataclass(frozen=True, kw_only=True)
class InvitationList:
    """A page of invitations."""

    invitations: list[InvitationBody]

    page: int

    per_page: int

    total: int


@dataclass(frozen=True, kw_only=True)
class InvitationPreview:
    """What an invitation says to whoever holds it."""

    email: str
    """Who is invited: only with this address it can be accepted."""

    expires_at: str
    """Until when it can be accepted."""

    has_account: bool
    """Whether the address has an account: sign in, or register with `invitation_token`."""

    organization: str
    """What people call that."""

    organization_id: str
    """To where."""

    role: str
    """The name of the role."""

    invited_by: str | None = None
    """The address of who invited."""

    message: str | None = None
    """What they wrote."""


@dataclass(frozen=True, kw_only=True)
class InviteManyRequest:
    """The same for many addresses at once."""

    emails: list[str]
    """Up to 100 addresses."""

    expires_in_days: int | None = None
    """1 to 30; `INVITATION_LIFETIME_DAYS` when absent."""

    message: str | None = None
    """At most 500 characters for the mail, without links."""

    role: str | None = None
    """`owner`, `admin`, `member`, `viewer`, or a role of the organization's own; `member` when absent."""


@dataclass(frozen=True, kw_only=True)
class InviteManyResponse:
    """What came of all addresses, in their order."""

    invited: int
    """How many were invited."""

    refused: int
    """How many were not."""

    results: list[InviteResult]


@dataclass(frozen=True, kw_only=True)
class InviteRequest:
    """Whom to invite, and to what."""

    email: str
    """The address; only whoever reads it can accept."""

    expires_in_days: int | None = None
    """1 to 30; `INVITATION_LIFETIME_DAYS` when absent."""

    message: str | None = None
    """At most 500 characters for the mail, without links."""

    role: str | None = None
    """`owner`, `admin`, `member`, `viewer`, or a role of the organization's own; `member` when absent."""


@dataclass(frozen=True, kw_only=True)
class InviteResult:
    """What came of one address."""

    email: str
    """As it was sent."""

    code: str | None = None
    """The code of the refusal."""

    invitation: InvitationBody | None = None

    message: str | None = None
    """What the refusal says."""


@dataclass(frozen=True, kw_only=True)
class Latencies:
    """How long each dependency took to answer; absent when it did not."""

    database: float | None = None

    email: float | None = None

    redis: float | None = None


@dataclass(frozen=True, kw_only=True)
class LinkOauthRequest:
    """Where to go afterwards."""

    redirect_to: str | None = None
    """A path of ours, or an address of an origin in `CORS_ORIGINS`."""


@dataclass(frozen=True, kw_only=True)
class LinkSsoRequest:
    """Where to go afterwards."""

    return_url: str | None = None
    """A path of ours, or an address of an origin in `CORS_ORIGINS`."""


@dataclass(frozen=True, kw_only=True)
class LoginRequest:
    """Who signs in. One of `email` and `username` is needed."""

    password: str
    """The password."""

    email: str | None = None
    """The address; case does not matter."""

    username: str | None = None
    """The username; case matters."""


@dataclass(frozen=True, kw_only=True)
class LoginResponse:
    """Somebody is signed in, or owes a second factor."""

    mfa_required: bool
    """Whether a second factor is still owed."""

    enrolment_required: bool | None = None
    """Whether a second factor has to be set up first, with `mfa_token` at `/mfa/enrol/…`; `methods` says which it may be."""

    methods: list[str] | None = None
    """What the second factor may be."""

    mfa_token: str | None = field(default=None, repr=False)
    """Names the sign-in, for `/mfa/challenge/verify`; for ten minutes."""

    tokens: TokensBody | None = None

    user: Profile | None = None


@dataclass(frozen=True, kw_only=True)
class LogoutAnswer:
    """Where to go on to."""

    logout_url: str | None = None
    """The page of the identity provider that signs out there, and sends back to `/auth/sign-in`; nothing where the session did not begin at one, or its connection does not want that."""


@dataclass(frozen=True, kw_only=True)
class LogoutRequest:
    """What to sign out of, when the access token is not there any more."""

    refresh_token: str | None = field(default=None, repr=False)
    """Ends the session of this refresh token."""

    single_logout: bool | None = None
    """Whether to tell where to go to sign out at the identity provider too, where the session began at one."""


@dataclass(frozen=True, kw_only=True)
class MagicLinkLoginResponse:
    """Somebody is signed in, or owes a second factor."""

    mfa_required: bool
    """Whether a second factor is still owed."""

    enrolment_required: bool | None = None
    """Whether a second factor has to be set up first, with `mfa_token` at `/mfa/enrol/…`; `methods` says which it may be."""

    methods: list[str] | None = None
    """What the second factor may be."""

    mfa_token: str | None = field(default=None, repr=False)
    """Names the sign-in, for `/mfa/challenge/verify`; for ten minutes."""

    tokens: TokensBody | None = None

    user: Profile | None = None

    redirect_to: str | None = None
    """Where they wanted to go."""


@dataclass(frozen=True, kw_only=True)
class MagicLinkRequest:
    """Who wants to sign in by mail."""

    email: str
    """The address."""

    redirect_to: str | None = None
    """Where to go afterwards: a path of ours, or an address of an origin in `CORS_ORIGINS`."""


@dataclass(frozen=True, kw_only=True)
class MagicLinkResponse:
    """What happens with the request: the same for every address."""

    expires_in: int
    """Seconds that link and code live."""

    flow_token: str
    """Belongs to whoever asked: a code counts only with it. Browsers also get it as a cookie. It opens nothing alone."""

    message: str
    """For a person."""


@dataclass(frozen=True, kw_only=True)
class MailBody:
    """A mail on its way; neither its text nor the facts it is written from, for these may be secret."""

    attempts: int
    """How often it was tried."""

    created_at: str
    """When it was promised."""

    due_at: str
    """When it is tried next, or was to be."""

    id: str
    """The id."""

    kind: str
    """What it is about."""

    recipient: str
    """The address."""

    state: str
    """`queued`, `sent`, `failed` or `dropped`."""

    provider_answer: str | None = None
    """What the mail provider said last."""

    request_id: str | None = None
    """The request that caused it."""

    settled_at: str | None = None
    """When it was sent, given up or dropped."""


@dataclass(frozen=True, kw_only=True)
class MailExplained:
    """A mail and what became of it."""

    attempts: int
    """How often it was tried."""

    created_at: str
    """When it was promised."""

    kind: str
    """What it is about."""

    state: str
    """`queued`, `sent`, `failed` or `dropped`."""

    to: str
    """Whom it is for."""

    provider_answer: str | None = None
    """What the mail server said last."""


@dataclass(frozen=True, kw_only=True)
class MailFigures:
    """Mails by state."""

    failed: int
    """Given up."""

    waiting: int
    """To be sent."""


@dataclass(frozen=True, kw_only=True)
class MailList:
    """A page of mails."""

    mails: list[MailBody]

    page: int

    per_page: int

    total: int


@dataclass(frozen=True, kw_only=True)
class MaintenanceBody:
    """Whether only administrators are served."""

    enabled: bool
    """Whether it is so."""

    message: str | None = None
    """What everybody else is told; a text of ours when absent."""

    since: str | None = None
    """Since when."""


@dataclass(frozen=True, kw_only=True)
class MaintenanceRequest:
    """Begins or ends maintenance."""

    enabled: bool
    """Whether only administrators are to be served."""

    message: str | None = None
    """What everybody else is told."""


@dataclass(frozen=True, kw_only=True)
class MemberBody:
    """A member as other members see them."""

    email: str
    """Their address."""

    joined_at: str
    """Since when they belong to the organization."""

    role: str
    """The name of their role."""

    user_id: str
    """Who."""

    first_name: str | None = None
    """Given name."""

    last_name: str | None = None
    """Family name."""

    username: str | None = None
    """Their username."""


@dataclass(frozen=True, kw_only=True)
class MemberList:
    """A page of members."""

    members: list[MemberBody]

    page: int

    per_page: int

    total: int


@dataclass(frozen=True, kw_only=True)
class MfaStatus:
    """What an account is protected with."""

    backup_codes_remaining: int
    """Recovery codes that are left."""

    enabled: bool
    """Whether a sign-in asks for a second factor."""

    methods: list[str]
    """What it may be."""

    server_time: str
    """The time by which codes are judged: a clock that differs by a minute makes wrong codes."""

    sms_enabled: bool
    """Whether codes by SMS are one."""

    totp_enabled: bool
    """Whether an authenticator app is one."""

    phone_number: str | None = None
    """The telephone that gets them, as far as it may be shown."""


@dataclass(frozen=True, kw_only=True)
class OauthAccount:
    """An account at another provider that opens one's own."""

    created_at: str
    """Since when."""

    provider: str
    """The provider."""

    email: str | None = None
    """The address there."""

    last_used_at: str | None = None
    """When it was last used."""

    name: str | None = None
    """The name there."""


@dataclass(frozen=True, kw_only=True)
class OauthAccounts:
    """One's accounts at other providers."""

    accounts: list[OauthAccount]


@dataclass(frozen=True, kw_only=True)
class OauthDeparture:
    """Where to send the browser."""

    authorization_url: str
    """The provider's page. The browser has to have taken the cookie of this answer."""


@dataclass(frozen=True, kw_only=True)
class OauthProvider:
    """A provider."""

    authorize_path: str
    """Where a button leads."""

    id: str
    """As in paths."""

    name: str
    """As people know it."""


@dataclass(frozen=True, kw_only=True)
class OauthProviders:
    """The providers that people may choose."""

    providers: list[OauthProvider]


@dataclass(frozen=True, kw_only=True)
class OrganizationAccountBody:
    """An organization as administrators of the platform see it."""

    created_at: str
    """When it was made."""

    id: str
    """Never changes."""

    metadata: dict[str, Any]
    """Another one."""

    name: str
    """What people call it."""

    settings: dict[str, Any]
    """An object of the applications'."""

    slug: str
    """Unique among all organizations."""

    updated_at: str
    """When anything here changed."""

    members: int
    """How many people belong to it."""

    deleted_at: str | None = None
    """When it was deleted."""

    logo_url: str | None = None
    """Where its logo is."""

    purge_at: str | None = None
    """Until when it can be restored."""

    suspended_at: str | None = None
    """Since when the platform keeps everybody from acting in it."""


@dataclass(frozen=True, kw_only=True)
class OrganizationAccountList:
    """A page of organizations."""

    organizations: list[OrganizationAccountBody]

    page: int

    per_page: int

    total: int


@dataclass(frozen=True, kw_only=True)
class OrganizationBody:
    """An organization as its members see it."""

    created_at: str
    """When it was made."""

    id: str
    """Never changes."""

    metadata: dict[str, Any]
    """Another one."""

    name: str
    """What people call it."""

    settings: dict[str, Any]
    """An object of the applications'."""

    slug: str
    """Unique among all organizations."""

    updated_at: str
    """When anything here changed."""

    deleted_at: str | None = None
    """When it was deleted."""

    logo_url: str | None = None
    """Where its logo is."""

    purge_at: str | None = None
    """Until when it can be restored."""

    suspended_at: str | None = None
    """Since when the platform keeps everybody from acting in it."""


@dataclass(frozen=True, kw_only=True)
class OrganizationFigures:
    """Organizations and their people."""

    deleted: int
    """Deleted, and for a while to be restored."""

    members: int
    """Memberships in all of them; a person may have several."""

    suspended: int
    """Suspended by an administrator."""

    total: int
    """Those that were not deleted."""


@dataclass(frozen=True, kw_only=True)
class OrganizationList:
    """A page of organizations."""

    organizations: list[BelongingBody]

    page: int

    per_page: int

    total: int


@dataclass(frozen=True, kw_only=True)
class OwnProfile:
    """One's own profile, and who acts for one."""

    created_at: str
    """When the account was made."""

    email: str
    """Lower case."""

    email_verified: bool
    """Whether its owner opened the link that was mailed there."""

    id: str
    """Never changes."""

    is_admin: bool
    """Whether this is an administrator of the platform."""

    updated_at: str
    """When anything here changed."""

    first_name: str | None = None
    """Given name."""

    last_name: str | None = None
    """Family name."""

    last_sign_in_at: str | None = None
    """The last sign-in."""

    locale: str | None = None
    """The language of mails."""

    username: str | None = None
    """Case-sensitive."""

    impersonator: ImpersonatorBody | None = None


@dataclass(frozen=True, kw_only=True)
class PasskeyAnswer:
    """What a passkey has answered; the browser got the question from `/passkeys/authenticate/options`."""

    challenge_id: str
    """From the options."""

    credential: dict[str, Any]
    """What `navigator.credentials.get` gave, by `toJSON()`."""


@dataclass(frozen=True, kw_only=True)
class PasskeyBody:
    """A passkey as its owner sees it; no key, no credential id."""

    aaguid: str
    """The AAGUID of the model."""

    backed_up: bool
    """Whether a copy exists."""

    backup_eligible: bool
    """Whether it can be copied between devices."""

    created_at: str
    """When it was added."""

    id: str
    """The id."""

    name: str
    """What its owner calls it."""

    suspicious: bool
    """Whether it has counted backwards: it may have been copied by somebody."""

    transports: list[str]
    """How it can be reached: `internal`, `hybrid`, `usb`, `nfc`, `ble`."""

    last_used_at: str | None = None
    """When it last opened the account."""

    model: str | None = None
    """The model of the authenticator, as it says."""


@dataclass(frozen=True, kw_only=True)
class PasskeyList:
    """All passkeys of somebody."""

    passkeys: list[PasskeyBody]


@dataclass(frozen=True, kw_only=True)
class PeriodFigures:
    """What happened in a time that ends now."""

    failed_sign_ins: int
    """Tries to sign in that were refused."""

    registrations: int
    """Accounts that were made."""

    sign_ins: int
    """Sign-ins."""


@dataclass(frozen=True, kw_only=True)
class PermissionBody:
    """A permission."""

    description: str
    """What it allows."""

    name: str
    """`resource:action`."""

    roles: list[str]
    """The system roles that hold it."""


@dataclass(frozen=True, kw_only=True)
class PermissionList:
    """All permissions of Janua's; applications may use others of their own."""

    permissions: list[PermissionBody]


@dataclass(frozen=True, kw_only=True)
class PersonBody:
    """Somebody who shares an organization with the caller."""

    email: str
    """Their address."""

    id: str
    """Never changes."""

    first_name: str | None = None
    """Given name."""

    last_name: str | None = None
    """Family name."""

    username: str | None = None
    """Their username."""


@dataclass(frozen=True, kw_only=True)
class PersonExplained:
    """Whether somebody can sign in, and if not, why."""

    can_sign_in: bool
    """Whether a right proof would open a session now."""

    email: str
    """The address that was asked for."""

    mails: list[MailExplained]
    """The last mails that did not arrive yet, the newest first."""

    notes: list[str]
    """What is worth knowing besides."""

    reasons: list[Reason]
    """What stands in the way, all of it."""

    refusals: list[Happened]
    """The last refusals, the newest first."""

    user_id: str | None = None
    """The account that has it."""


@dataclass(frozen=True, kw_only=True)
class PersonList:
    """A page of people."""

    page: int

    per_page: int

    total: int

    users: list[PersonBody]


@dataclass(frozen=True, kw_only=True)
class PoolFigures:
    """Database connections."""

    connections: int

    idle: int

    max: int


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A user as clients see them."""

    created_at: str
    """When the account was made."""

    email: str
    """Lower case."""

    email_verified: bool
    """Whether its owner opened the link that was mailed there."""

    id: str
    """Never changes."""

    is_admin: bool
    """Whether this is an administrator of the platform."""

    updated_at: str
    """When anything here changed."""

    first_name: str | None = None
    """Given name."""

    last_name: str | None = None
    """Family name."""

    last_sign_in_at: str | None = None
    """The last sign-in."""

    locale: str | None = None
    """The language of mails."""

    username: str | None = None
    """Case-sensitive."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Whether one may do something somewhere."""

    permission: str
    """The permission."""

    organization_id: str | None = None
    """Where; by default the organization that the session acts in."""


@dataclass(frozen=True, kw_only=True)
class QuestionBody:
    """What the browser is to ask a passkey."""

    challenge_id: str
    """To be sent back with the answer; works once, for five minutes."""

    public_key: dict[str, Any]
    """For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""

    mediation: str | None = None
    """For `navigator.credentials.get`, when a passkey is to be offered in a form."""


@dataclass(frozen=True, kw_only=True)
class Queues:
    """Work that waits."""

    hashing: int

    signing: int

    outbox: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What stands in the way."""

    cause: str
    """What is so."""

    code: str
    """What the person is told."""

    help: str
    """The trouble, for the doctor."""

    remedy: str
    """What mends it."""


@dataclass(frozen=True, kw_only=True)
class ReauthenticateRequest:
    """Proof of who one is, once more."""

    code: str | None = None
    """A code of the app, one that was sent by SMS, or a recovery code."""

    method: str | None = None
    """`totp`, `sms` or `recovery_code`; by the form of the code when absent."""

    passkey: PasskeyAnswer | None = None

    password: str | None = None
    """The password. Not enough where the account has a second factor."""


@dataclass(frozen=True, kw_only=True)
class RecoveryCodes:
    """Codes for the day on which the phone is gone. They are shown once; each counts once. None where another second factor was there: those that came with it go on counting."""

    recovery_codes: list[str] = field(repr=False)
    """Ten codes, or none."""


@dataclass(frozen=True, kw_only=True)
class RedisBody:
    """Redis's own figures."""

    connected_clients: int
    """Connections it serves."""

    evicted_keys: int
    """Keys it has dropped for lack of memory."""

    used_memory_human: str
    """The memory it uses."""

    version: str
    """Its version."""


@dataclass(frozen=True, kw_only=True)
class RefreshRequest:
    """What to refresh."""

    refresh_token: str = field(repr=False)
    """The newest refresh token of the session."""


@dataclass(frozen=True, kw_only=True)
class RegisterPasskeyRequest:
    """A new passkey."""

    challenge_id: str
    """From the options."""

    credential: dict[str, Any]
    """What `navigator.credentials.create` gave, by `toJSON()`."""

    name: str | None = None
    """What to call it; by default the model."""


@dataclass(frozen=True, kw_only=True)
class RegisterRequest:
    """Who registers."""

    email: str
    """The address; it is stored in lower case."""

    password: str
    """At least ten characters that are hard to guess."""

    first_name: str | None = None
    """Given name."""

    invitation_token: str | None = None
    """What was mailed to this address to invite its owner: it verifies the address, and makes them a member."""

    last_name: str | None = None
    """Family name."""

    locale: str | None = None
    """The language of mails; else that of the request."""

    username: str | None = None
    """3 to 32 letters, digits, dots, dashes or underscores; case matters."""


@dataclass(frozen=True, kw_only=True)
class RegisterResponse:
    """An account was made."""

    user: Profile
    """Whose it is."""

    verification_required: bool
    """Whether the link in the mail must be opened before the first sign-in."""

    tokens: TokensBody | None = None


@dataclass(frozen=True, kw_only=True)
class RenameApiKeyRequest:
    """Another name."""

    name: str
    """What to call it."""


@dataclass(frozen=True, kw_only=True)
class RenameRequest:
    """Another name."""

    name: str
    """What to call it."""


@dataclass(frozen=True, kw_only=True)
class RequestExplained:
    """All that is known of a request."""

    happened: list[Happened]
    """What happened, in order; last, how it was refused. Empty when nothing was recorded: requests that were answered and changed nothing leave lines in the log alone."""

    mails: list[MailExplained]
    """What was mailed because of it."""

    request_id: str
    """Its id."""


@dataclass(frozen=True, kw_only=True)
class ResetRequest:
    """A new password by a mailed link."""

    new_password: str
    """The new password."""

    token: str
    """The `token` in the link."""


@dataclass(frozen=True, kw_only=True)
class RoleBody:
    """A role."""

    description: str
    """What it is for."""

    is_system: bool
    """Whether every organization has it, and nobody can change it."""

    name: str
    """Unique within the organization; stands in the claim `roles`."""

    permissions: list[str]
    """What it allows."""

    created_at: str | None = None
    """When it was made."""

    id: str | None = None
    """`null` for a system role."""

    updated_at: str | None = None
    """When anything here changed."""


@dataclass(frozen=True, kw_only=True)
class RoleList:
    """All roles."""

    roles: list[RoleBody]


@dataclass(frozen=True, kw_only=True)
class RotateApiKeyRequest:
    """How to replace a key."""

    overlap_hours: int | None = None
    """Hours for which the earlier key works beside the new one; a day unless said, 0 ends it at once."""


@dataclass(frozen=True, kw_only=True)
class RotateKeysRequest:
    """Which key is wanted."""

    algorithm: str | None = None
    """`RS256`, `ES256` or `EdDSA`; that of the key that signs when absent."""

    now: bool | None = None
    """Signs at once, because the key that signs is compromised. Clients that keep the JWKS may reject tokens meanwhile."""


@dataclass(frozen=True, kw_only=True)
class RotateSecretRequest:
    """How long both secrets sign."""

    overlap_hours: int | None = None
    """Hours in which the secret before signs along, at most 168; 24 when absent, 0 ends it at once."""


@dataclass(frozen=True, kw_only=True)
class RotateSsoKeyRequest:
    """What is to be done to our key."""

    step: str
    """`announce` makes another key and shows it in our metadata; `use` signs with it from now on, when the provider has imported it."""


@dataclass(frozen=True, kw_only=True)
class RotatedKey:
    """What came of the order."""

    activates_at: str
    """When it begins to sign."""

    algorithm: str
    """Its algorithm."""

    clients_may_reject_seconds: int
    """For how many seconds clients that keep the JWKS may reject its tokens: 0 unless it signs at once."""

    kid: str
    """The key that will sign, or does."""

    was_waiting: bool
    """An earlier order had made it: nothing was done."""


@dataclass(frozen=True, kw_only=True)
class SecondFactorRequest:
    """The second step of a sign-in."""

    mfa_token: str = field(repr=False)
    """What the first step gave."""

    code: str | None = None
    """A code of the app, one that was sent by SMS, or a recovery code."""

    method: str | None = None
    """One of `methods`; by the form of the code when absent."""

    passkey: PasskeyAnswer | None = None

    remember_device: bool | None = None
    """Does not ask for the second factor again in this browser for a while, where the operator allows that."""


@dataclass(frozen=True, kw_only=True)
class SessionBody:
    """A session as its owner sees it; no token, no hash."""

    amr: list[str]
    """How they signed in (RFC 8176)."""

    created_at: str
    """When it began."""

    device: str
    """As in "Firefox on Linux"; empty when unknown."""

    device_type: str
    """`desktop`, `mobile`, `bot` or `other`."""

    expires_at: str
    """When it ends unless it is used."""

    id: str
    """The id."""

    ip: str
    """Where it was started from."""

    is_current: bool
    """Whether it is the one of this request."""

    last_activity_at: str
    """When it was last used, to the minute."""

    browser: str | None = None
    """As in "Firefox"."""

    impersonator: ImpersonatorBody | None = None

    organization_id: str | None = None
    """The organization that it acts in."""

    os: str | None = None
    """As in "Linux"."""


@dataclass(frozen=True, kw_only=True)
class SessionList:
    """A page of sessions."""

    page: int

    per_page: int

    sessions: list[SessionBody]

    total: int


@dataclass(frozen=True, kw_only=True)
class SetRoleRequest:
    """Another role for a member."""

    role: str
    """`owner`, `admin`, `member`, `viewer`, or a role of the organization's own."""


@dataclass(frozen=True, kw_only=True)
class SettingsBody:
    """Settings that act at run time."""

    log_level: str
    """What the instance that answers logs, in the words of `LOG_LEVEL`."""

    maintenance: MaintenanceBody
    """Whether only administrators are served."""


@dataclass(frozen=True, kw_only=True)
class ShownInvitation:
    """What was mailed."""

    token: str
    """As it stands in the link."""


@dataclass(frozen=True, kw_only=True)
class SigningKeyBody:
    """A signing key, without anything secret."""

    algorithm: str
    """What it signs with."""

    kid: str
    """Its id, as tokens name it."""

    state: str
    """`next`, `active`, `retiring`, `pinned` (signs, from the operator's file) or `additional` (only verifies)."""

    activates_at: str | None = None
    """When it begins to sign, or began."""

    created_at: str | None = None
    """When it was made, or first seen; files do not tell."""

    fingerprint: str | None = None
    """SHA-256 of its public half, as `openssl pkey -pubin -outform DER | sha256sum` gives it."""

    retires_at: str | None = None
    """When a retiring key is deleted."""


@dataclass(frozen=True, kw_only=True)
class SigningKeyList:
    """The signing keys."""

    keys: list[SigningKeyBody]
    """The one that signs first."""


@dataclass(frozen=True, kw_only=True)
class SmsCodeRequest:
    """The code that was sent."""

    code: str
    """Six digits."""


@dataclass(frozen=True, kw_only=True)
class SsoAttributeMapping:
    """Names under which a provider tells something of a person; the first that holds a value wins. Empty lists leave the usual names."""

    email: list[str]
    """The address."""

    first_name: list[str]
    """The given name."""

    groups: list[str]
    """The groups."""

    last_name: list[str]
    """The family name."""


@dataclass(frozen=True, kw_only=True)
class SsoCallbackForm:
    """What a provider that speaks SAML sends back in a form."""

    SAMLResponse: str
    """The response, in base64."""

    RelayState: str | None = None
    """What we sent along; where the provider began, a place to go to afterwards."""


@dataclass(frozen=True, kw_only=True)
class SsoCertificate:
    """A certificate."""

    days_left: int
    """How many days are left until then."""

    not_after: str
    """Until when it says that it counts. Its dates decide nothing: it counts because it is pinned."""

    not_before: str
    """From when on it says that it counts."""

    pem: str
    """In PEM."""

    sha256_fingerprint: str
    """To compare by eye."""

    subject: str
    """Whose it says it is."""


@dataclass(frozen=True, kw_only=True)
class SsoCheck:
    """One thing that was looked at."""

    check: str
    """What."""

    detail: str
    """What was found, and what to do about it."""

    ok: bool
    """Whether it is as it should be."""


@dataclass(frozen=True, kw_only=True)
class SsoConnectionBody:
    """A connection."""

    attribute_mapping: SsoAttributeMapping
    """Names of attributes that come before the usual ones."""

    callback_url: str
    """Where the provider sends people back to: register it there exactly so."""

    created_at: str
    """When it was added."""

    default_role: str
    """The role of newcomers."""

    enforce_sso: bool
    """Whether people of the organization's verified domains must sign in here. Owners may always use other ways."""

    group_roles: list[GroupRole]
    """Roles by group; the first group that somebody has wins."""

    id: str
    """Never changes."""

    jit_provisioning: bool
    """Whether newcomers get an account and a membership, and those who come back their new names and roles."""

    kind: str
    """`oidc` or `saml`."""

    missing: list[str]
    """What has to be filled in before it can be enabled."""

    name: str
    """What people read."""

    organization_id: str
    """Whose it is."""

    single_logout: bool
    """Whether who signs out on the pages here goes on to sign out at the provider."""

    state: str
    """`draft`, `enabled` or `disabled`."""

    updated_at: str
    """When anything here changed."""

    oidc: SsoOidcBody | None = None

    saml: SsoSamlBody | None = None


@dataclass(frozen=True, kw_only=True)
class SsoConnectionList:
    """All connections that one may look after."""

    connections: list[SsoConnectionBody]


@dataclass(frozen=True, kw_only=True)
class SsoDeparture:
    """Where to send the browser."""

    redirect_url: str
    """The page of the identity provider. The browser has to have taken the cookie of this answer."""


@dataclass(frozen=True, kw_only=True)
class SsoDomain:
    """Whether people of a domain sign in at an organization."""

    enforce_sso: bool
    """Whether they must."""

    sso_enabled: bool
    """Whether an organization has proven it and signs people in."""

    connection_id: str | None = None
    """For `POST /sso/initiate`."""


@dataclass(frozen=True, kw_only=True)
class SsoInitiateRequest:
    """Where somebody wants to sign in: one of the three."""

    connection_id: str | None = None
    """By the connection."""

    email: str | None = None
    """By their address: the organization that has proven its domain."""

    organization_slug: str | None = None
    """By the slug of their organization."""

    return_url: str | None = None
    """Where to go afterwards: a path of ours, or an address of an origin in `CORS_ORIGINS`."""


@dataclass(frozen=True, kw_only=True)
class SsoLink:
    """An account at an identity provider that opens one's own."""

    connection_id: str
    """The connection."""

    connection_name: str
    """As people know it."""

    organization_id: str
    """Whose it is."""

    organization_name: str
    """As people know it."""

    is_required: bool
    """Whether the organization wants one to sign in through it: then it stays linked."""

    kind: str | None = None
    """What it speaks: `saml` or `oidc`."""

    created_at: str | None = None
    """Since when."""

    email: str | None = None
    """The address there, when it was linked or last used."""

    last_used_at: str | None = None
    """When it was last used."""


@dataclass(frozen=True, kw_only=True)
class SsoLinkable:
    """A connection of one of one's organizations."""

    connection_id: str
    """The connection."""

    connection_name: str
    """As people know it."""

    organization_id: str
    """Whose it is."""

    organization_name: str
    """As people know it."""

    kind: str | None = None
    """What it speaks: `saml` or `oidc`."""


@dataclass(frozen=True, kw_only=True)
class SsoLinks:
    """One's accounts at the identity providers of organizations."""

    available: list[SsoLinkable]
    """Connections of one's organizations through which one may link another."""

    links: list[SsoLink]
    """Those that open one's own."""


@dataclass(frozen=True, kw_only=True)
class SsoLogoutForm:
    """A message about signing out in a form."""

    RelayState: str | None = None
    """What travels along."""

    SAMLRequest: str | None = None
    """The request of the provider, in base64."""

    SAMLResponse: str | None = None
    """Its answer to a request of ours, in base64."""


@dataclass(frozen=True, kw_only=True)
class SsoOidcBody:
    """A provider that speaks OpenID Connect. Its secret is never shown."""

    client_auth: ClientAuth
    """How we prove who we are."""

    client_id: str
    """Our id there."""

    has_client_secret: bool
    """Whether a secret is kept."""

    issuer: str
    """Who it is."""

    scopes: list[str]
    """What is asked for."""

    certificate: str | None = None
    """The certificate of that key in PEM, for providers that want it uploaded, as Entra ID does."""

    jwks_uri: str | None = None
    """Where the provider finds the public half of the key that we prove it with."""


@dataclass(frozen=True, kw_only=True)
class SsoOidcRequest:
    """A provider that speaks OpenID Connect."""

    client_auth: ClientAuth | None = None

    client_id: str | None = None
    """Our id there."""

    client_secret: str | None = None
    """Our secret there; sealed, and never shown again."""

    issuer: str | None = None
    """Where `/.well-known/openid-configuration` is found: an https address of the public internet."""

    scopes: list[str] | None = None
    """What is asked for; without it `openid email profile`."""


@dataclass(frozen=True, kw_only=True)
class SsoSamlBody:
    """A provider that speaks SAML 2.0, and what it needs to know of us."""

    acs_url: str
    """Where the provider sends its answers (Assertion Consumer Service, Reply URL), by POST."""

    allow_idp_initiated: bool
    """Whether the provider may begin a sign-in that nobody here has asked for."""

    allow_sha1: bool
    """Whether SHA-1 is put up with."""

    certificates: list[SsoCertificate]
    """What our requests are signed with, and what assertions are encrypted to; the one in use first."""

    entity_id: str
    """Our name there: the identifier, entity id or audience."""

    idp_certificates: list[SsoCertificate]
    """What the provider signs with: any of them counts, and nothing else."""

    idp_entity_id: str
    """Who the provider is."""

    idp_metadata_url: str
    """Where its metadata is fetched."""

    idp_slo_binding: SamlBinding
    """How they get there."""

    idp_slo_url: str
    """Where people sign out."""

    idp_sso_binding: SamlBinding
    """How they get there."""

    idp_sso_url: str
    """Where people sign in."""

    metadata_url: str
    """Where our metadata is found; most providers import it."""

    name_id_format: NameIdFormat
    """The kind of name that people are to be told by."""

    next_certificate_announced: bool
    """Whether the second of them is announced in our metadata, to be used next; else it is the one before."""

    slo_url: str
    """Where the provider sends messages about signing out (Single Logout Service), by redirect or POST."""

    want_encrypted_assertions: bool
    """Whether assertions have to be encrypted."""

    idp_metadata_certificate: SsoCertificate | None = None

    idp_metadata_read_at: str | None = None
    """When it was last read there."""

    idp_metadata_trouble: str | None = None
    """Why it could not be taken the last time: what is known stays."""


@dataclass(frozen=True, kw_only=True)
class SsoSamlRequest:
    """A provider that speaks SAML 2.0. Its metadata says most; what is named beside it wins over it."""

    allow_idp_initiated: bool | None = None
    """Whether the provider may begin a sign-in that nobody here has asked for. Off unless it says otherwise: nobody can tell who made a browser bring such an answer."""

    allow_sha1: bool | None = None
    """Whether SHA-1 is put up with, for providers that know nothing better."""

    idp_certificates: list[str] | None = None
    """What the provider signs with, in PEM: all that are to count, so that it can replace its own without a gap."""

    idp_entity_id: str | None = None
    """Who the provider is: its entity id or issuer."""

    idp_metadata: str | None = None
    """Its metadata, as XML."""

    idp_metadata_certificate: str | None = None
    """What its metadata has to be signed with, in PEM: then no other is taken, now and whenever it is fetched. An empty text ends that."""

    idp_metadata_url: str | None = None
    """Where its metadata is found: an https address of the public internet, which is fetched now and looked at again from time to time. An empty text ends that."""

    idp_slo_binding: SamlBinding | None = None

    idp_slo_url: str | None = None
    """Where people sign out; an empty text takes it away."""

    idp_sso_binding: SamlBinding | None = None

    idp_sso_url: str | None = None
    """Where people sign in."""

    name_id_format: NameIdFormat | None = None

    want_encrypted_assertions: bool | None = None
    """Whether assertions have to be encrypted."""


@dataclass(frozen=True, kw_only=True)
class SsoSetupLink:
    """A link for whoever runs the identity provider."""

    expires_at: str
    """Until when it counts, and what is begun with it."""

    url: str
    """Send it to them. It is shown once, and opens the set-up in the one browser that begins with it."""


@dataclass(frozen=True, kw_only=True)
class SsoTestReport:
    """What a trial found."""

    checks: list[SsoCheck]
    """What was looked at."""

    ok: bool
    """Whether everything is as it should be."""

    test_url: str | None = None
    """Open it in a browser within a quarter of an hour: sign in there and see what the provider says of you, and where it goes. Nobody is signed in here, and no account is made."""


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The platform in a few figures."""

    api_keys: int
    """API keys that work."""

    factors: FactorFigures
    """What accounts are protected with."""

    last_day: PeriodFigures
    """Of the last 24 hours."""

    last_month: PeriodFigures
    """Of the last 30 days."""

    last_week: PeriodFigures
    """Of the last 7 days."""

    live_sessions: int
    """Sessions that are alive."""

    mails: MailFigures
    """Mails."""

    organizations: OrganizationFigures
    """Organizations and their people."""

    users: AccountFigures
    """Accounts."""

    webhooks: WebhookFigures
    """Webhooks."""


@dataclass(frozen=True, kw_only=True)
class TestBody:
    """What a receiver said to a test event."""

    delivered: bool
    """Whether it took it."""

    duration_ms: int
    """How long it took, in milliseconds."""

    failure: str | None = None
    """Why it failed."""

    response: str | None = None
    """The beginning of its answer, at most 1 KiB."""

    status: int | None = None
    """The status of its answer."""


@dataclass(frozen=True, kw_only=True)
class TokensBody:
    """A pair of tokens."""

    access_token: str = field(repr=False)
    """JWT (RFC 9068) for `Authorization: Bearer`."""

    expires_in: int
    """Seconds that the access token lives."""

    refresh_token: str = field(repr=False)
    """Names its successor at `/auth/refresh`, once."""

    token_type: str
    """Always `bearer`."""


@dataclass(frozen=True, kw_only=True)
class TotpCodeRequest:
    """A code that the app shows."""

    code: str
    """Six digits."""


@dataclass(frozen=True, kw_only=True)
class TotpEnrolment:
    """What an authenticator app is to take over. It is shown once."""

    provisioning_uri: str = field(repr=False)
    """The same for an app on this device."""

    qr_code: str
    """The same as a picture: a PNG as a data URI."""

    secret: str = field(repr=False)
    """The secret in base32, for typing."""


@dataclass(frozen=True, kw_only=True)
class TransferRequest:
    """Who is to be the owner."""

    user_id: str
    """A member."""


@dataclass(frozen=True, kw_only=True)
class TrustedDeviceBody:
    """A browser that need not show the second factor."""

    created_at: str
    """Since when."""

    device: str
    """As in "Firefox on Linux"; empty when unknown."""

    expires_at: str
    """Until when."""

    id: str
    """The id."""

    ip: str
    """Where it was trusted."""

    is_current: bool
    """Whether it is the one of this request."""

    last_used_at: str | None = None
    """When it last spared its owner the second factor."""


@dataclass(frozen=True, kw_only=True)
class TrustedDeviceList:
    """All of them."""

    devices: list[TrustedDeviceBody]
    """The newest first."""


@dataclass(frozen=True, kw_only=True)
class UpdateOrganizationRequest:
    """What to change; absent fields stay as they are, an empty logo is removed, objects are replaced as a whole."""

    logo_url: str | None = None
    """An https address."""

    metadata: dict[str, Any] | None = None
    """Another one."""

    name: str | None = None
    """What people call it."""

    settings: dict[str, Any] | None = None
    """An object of at most 16 KiB."""

    slug: str | None = None
    """Unique among all organizations."""


@dataclass(frozen=True, kw_only=True)
class UpdateRequest:
    """What to change; absent fields stay as they are, an empty name is removed."""

    first_name: str | None = None
    """A new given name."""

    last_name: str | None = None
    """A new family name."""

    locale: str | None = None
    """A new language."""

    username: str | None = None
    """A new username."""


@dataclass(frozen=True, kw_only=True)
class UpdateRoleRequest:
    """What to change; absent fields stay as they are."""

    description: str | None = None
    """What it is for."""

    name: str | None = None
    """A new name."""

    permissions: list[str] | None = None
    """What it allows, in place of what it did."""


@dataclass(frozen=True, kw_only=True)
class UpdateSsoConnectionRequest:
    """What is to be set of a connection."""

    attribute_mapping: dict[str, Any] | None = None
    """Names of attributes that come before the usual ones, for `email`, `first_name`, `last_name` and `groups`; empty lists leave the usual names."""

    default_role: str | None = None
    """The role of newcomers: one that you could give yourself."""

    enforce_sso: bool | None = None
    """Whether people of the organization's verified domains must sign in here."""

    group_roles: list[GroupRole] | None = None
    """Roles by group; the first group that somebody has wins."""

    jit_provisioning: bool | None = None
    """Whether newcomers get an account and a membership, and those who come back their new names and roles."""

    name: str | None = None
    """What people read."""

    oidc: SsoOidcRequest | None = None

    saml: SsoSamlRequest | None = None

    single_logout: bool | None = None
    """Whether who signs out here goes on to sign out at the provider: with SAML unless it says otherwise; with OpenID Connect only where it says so, for the provider has to know the address `/auth/sign-in` of this server."""

    state: str | None = None
    """`draft`, `enabled` or `disabled`."""


@dataclass(frozen=True, kw_only=True)
class UpdateWebhookRequest:
    """What to change; absent fields stay as they are."""

    description: str | None = None
    """What it is for."""

    enabled: bool | None = None
    """On or off. Turning it on forgets failures and sends what waits."""

    events: list[str] | None = None
    """Other events."""

    url: str | None = None
    """Another address."""


@dataclass(frozen=True, kw_only=True)
class VerifyMagicLinkRequest:
    """What was mailed: the `token` of the link, or the `code`."""

    code: str | None = None
    """The six digits."""

    flow_token: str | None = None
    """What `/auth/magic-link` gave; browsers may leave it to the cookie."""

    other_browser: bool | None = None
    """Goes on with a link in a browser that did not ask for it; for people who have said that they want that."""

    token: str | None = None
    """The `token` in the link."""


@dataclass(frozen=True, kw_only=True)
class VerifyRequest:
    """The secret of a mailed link."""

    token: str
    """The `token` in the link."""


@dataclass(frozen=True, kw_only=True)
class VerifyResponse:
    """An address is verified."""

    user: Profile
    """Whose it is."""


@dataclass(frozen=True, kw_only=True)
class WebhookBody:
    """A webhook."""

    created_at: str
    """When it was added."""

    description: str
    """What it is for."""

    enabled: bool
    """Whether events are sent."""

    events: list[str]
    """What it is told of."""

    failures: int
    """Tries that failed since the last success."""

    id: str
    """Never changes."""

    updated_at: str
    """When anything here changed."""

    url: str
    """Where events are sent."""

    disabled_at: str | None = None
    """Since when it is off."""

    disabled_because: str | None = None
    """`manual`, or `failing`."""

    failing_since: str | None = None
    """Since when none has succeeded."""

    organization_id: str | None = None
    """Whose it is; `null` is the platform."""

    previous_secret_until: str | None = None
    """Until when the secret before the current one signs along."""


@dataclass(frozen=True, kw_only=True)
class WebhookFigures:
    """Webhooks by state."""

    disabled: int
    """Turned off, by hand or after days of failure."""

    failing: int
    """Whose last delivery failed, and that go on trying."""

    total: int
    """All of them."""


@dataclass(frozen=True, kw_only=True)
class WebhookList:
    """A page of webhooks."""

    page: int

    per_page: int

    total: int

    webhooks: list[WebhookBody]


@dataclass(frozen=True, kw_only=True)
class WebhookWithSecret:
    """A webhook with its secret, which is shown this once."""

    created_at: str
    """When it was added."""

    description: str
    """What it is for."""

    enabled: bool
    """Whether events are sent."""

    events: list[str]
    """What it is told of."""

    failures: int
    """Tries that failed since the last success."""

    id: str
    """Never changes."""

    updated_at: str
    """When anything here changed."""

    url: str
    """Where events are sent."""

    secret: str = field(repr=False)
    """Signs every delivery; keep it where the receiver can read it."""

    disabled_at: str | None = None
    """Since when it is off."""

    disabled_because: str | None = None
    """`manual`, or `failing`."""

    failing_since: str | None = None
    """Since when none has succeeded."""

    organization_id: str | None = None
    """Whose it is; `null` is the platform."""

    previous_secret_until: str | None = None
    """Until when the secret before the current one signs along."""


Area: TypeAlias = str

CheckResponse: TypeAlias = Answer | CheckResponse1

ClientAuth: TypeAlias = str

NameIdFormat: TypeAlias = str

SamlBinding: TypeAlias = str

Severity: TypeAlias = str

State: TypeAlias = str
