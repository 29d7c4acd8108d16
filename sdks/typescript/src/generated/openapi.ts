// Written by `npm run generate` from api/openapi.json; changes here are lost.

/** What happens with a request for a mail: the same words for every address. */
export interface Accepted {
  /** For a person. */
  message: string;
}

/** Where one belongs now. */
export interface AcceptedInvitation {
  /** What people call it. */
  organization: string;
  /** The organization. */
  organization_id: string;
  /** The name of one's role. */
  role: string;
}

/** An account as administrators see it; no password, no hash, no token. */
export type AccountBody = Profile & {
  /** Until when failed sign-ins lock it. */
  locked_until?: string | null;
  /** Live sessions. */
  sessions: number;
  /** Since when it is suspended. */
  suspended_at?: string | null;
};

/** Accounts by state; an account may count in several. */
export interface AccountFigures {
  /** Administrators of the platform. */
  administrators: number;
  /** Locked by failed sign-ins. */
  locked: number;
  /** Suspended by an administrator. */
  suspended: number;
  /** All of them. */
  total: number;
  /** With a verified address. */
  verified: number;
}

/** A page of accounts. */
export interface AccountList {
  page: number;
  per_page: number;
  total: number;
  users: AccountBody[];
}

/** Where to act. */
export interface ActInRequest {
  /** An organization that one belongs to; absent or `null` for none. */
  organization_id?: string | null;
}

/** A new access token, and the organization that it speaks of. */
export interface ActingBody {
  /** JWT (RFC 9068) with the claims `org` and `roles`. The refresh token stays the same. */
  access_token: string;
  /** Seconds that the access token lives. */
  expires_in: number;
  /** The organization that the session acts in. */
  organization_id?: string | null;
  /** One's role there. */
  role?: string | null;
  /** Always `bearer`. */
  token_type: string;
}

/** An address. */
export interface AddressRequest {
  /** The address. */
  email: string;
}

/** The answer to one question. */
export interface Answer {
  /** Whether one may. */
  allowed: boolean;
  /** Where. */
  organization_id?: string | null;
  /** What was asked. */
  permission: string;
  /**
   * `GRANTED`, or why not: `NOT_A_MEMBER` (also when there is no such organization), `NO_ORGANIZATION` when none was
   * named and the session acts in none, `ORGANIZATION_SUSPENDED`, `MISSING_PERMISSION`.
   */
  reason: string;
  /** One's role there. */
  role?: string | null;
}

/** A key as its owner sees it; the key itself is shown once. */
export interface ApiKeyBody {
  /** When it was made. */
  created_at: string;
  /** Who made it. */
  created_by?: string | null;
  /** When it ends by itself. */
  expires_at?: string | null;
  /** How the key begins. */
  hint: string;
  /** The id. */
  id: string;
  /** When it was last used, some seconds late. */
  last_used_at?: string | null;
  /** From where it was last used. */
  last_used_ip?: string | null;
  /** What its owner calls it. */
  name: string;
  /** Requests that it may make in a minute, if not as many as all keys. */
  rate_limit_per_minute?: number | null;
  /** What it may be used for. */
  scopes: string[];
}

/** Keys, the newest first. */
export interface ApiKeyList {
  api_keys: ApiKeyBody[];
}

/** A key that was just made, or made anew. */
export type ApiKeyMade = ApiKeyBody & {
  /** The key. It is never shown again. */
  key: string;
};

/** A chapter of troubles. */
export type Area = "deploy" | "db" | "redis" | "jwt" | "auth" | "mfa" | "passkey" | "sso" | "mail" | "sdk" | "perf" | "key" | "org" | "hook";

/** An entry as it is shown. */
export interface AuditEntry {
  /** What happened, `area.action`. */
  action: string;
  /** The person who did it, or for whom a program did. */
  actor_id?: string | null;
  /** `user`, `admin`, `api_key`, `operator`, `anonymous` or `system`. */
  actor_kind?: string | null;
  /** The program that did it. */
  api_key_id?: string | null;
  /** When. */
  at: string;
  /** Whether address and browser were erased with the account. */
  erased: boolean;
  /** What else is known. */
  facts: Record<string, unknown>;
  /** The row. */
  id: string;
  /** From which address. */
  ip?: string | null;
  /** Which organization it concerns. */
  organization_id?: string | null;
  /** `success` or `failure`. */
  outcome: string;
  /** Why it was refused. */
  reason?: string | null;
  /** In which request. */
  request_id?: string | null;
  /** In which session. */
  session_id?: string | null;
  /** To which one. */
  target_id?: string | null;
  /** What kind of thing it was done to. */
  target_kind?: string | null;
  /** By which browser or program. */
  user_agent?: string | null;
  /** To whose account. */
  user_id?: string | null;
}

/** A page of the log. */
export interface AuditLog {
  entries: AuditEntry[];
  /** Where the next page begins; absent on the last one. */
  next_cursor?: string | null;
}

/** Which passkey to ask for. */
export interface AuthenticateRequest {
  /** Whether passkeys are to be offered in the suggestions of a form; not together with `email`. */
  conditional?: boolean;
  /** One of this address; without it any that the device knows for this site. */
  email?: string | null;
}

/** An organization of one's own, and as what one belongs to it. */
export type BelongingBody = OrganizationBody & {
  /** The name of one's role. */
  role: string;
};

/** The breaker in front of Redis. */
export interface BreakerBody {
  /** Failures since the last success. */
  consecutive_failures: number;
  /** The text of the latest failure. */
  last_error?: string | null;
  /** How often it has opened. */
  opened_total: number;
  /** When Redis is asked again, while it is open. */
  retry_at?: string | null;
  /** When it last opened or closed; absent if it never opened. */
  since?: string | null;
  /** `closed`, `open` or `half-open`. */
  state: string;
}

/** How the cache of the instance that answers is doing. */
export interface CacheBody {
  /** `memory`, `redis` or `off`. */
  backend: string;
  breaker?: BreakerBody | null;
  /** Copies that are held, where that is known. */
  entries?: number | null;
  /** Questions to Redis that failed. */
  errors: number;
  /** Lookups that found a copy, in this process. */
  hits: number;
  /** Lookups that found none. */
  misses: number;
  /** Changes that Redis has yet to hear of. */
  pending_invalidations: number;
  redis?: RedisBody | null;
}

/** What a provider sends back (RFC 6749 §4.1.2); it may send more than we know. */
export interface CallbackQuery {
  /** What can be exchanged once. */
  code?: string | null;
  /** Why there is no code. */
  error?: string | null;
  /** The family name. */
  family_name?: string | null;
  /** What the person is called, if the answer came as a form that said it. */
  given_name?: string | null;
  /** Who answers (RFC 9207). */
  iss?: string | null;
  /** What we sent along. */
  state?: string;
}

/** A mail that did not leave. */
export interface Caught {
  /** HTML body. */
  html: string;
  /** Id of the mail. */
  id: string;
  /** Addresses in the text body. */
  links: string[];
  /** When it was sent. */
  sent_at: string;
  /** Subject. */
  subject: string;
  /** Text body. */
  text: string;
  /** Recipient. */
  to: string;
}

/** Caught mails. */
export interface CaughtList {
  /** Newest first. */
  messages: Caught[];
  /** Text messages, newest first; absent when there are none. */
  texts?: CaughtText[];
}

/** A text message that did not leave. */
export interface CaughtText {
  /** Id of the message. */
  id: string;
  /** When it was sent. */
  sent_at: string;
  /** The words. */
  text: string;
  /** Recipient, in E.164. */
  to: string;
}

/** Which factor is to be shown. */
export interface ChallengeRequest {
  /** One of `methods`. */
  method: string;
  /** What the first step gave. */
  mfa_token: string;
}

/** The second step can be taken. */
export interface ChallengeResponse {
  /** Seconds that the code lives. */
  expires_in?: number | null;
  /** The factor that is to be shown. */
  method: string;
  /** All that may be shown. */
  methods: string[];
  passkey?: QuestionBody | null;
  /** Where a code was sent, as far as it may be shown. */
  phone_number?: string | null;
}

/** What to change; absent fields stay as they are, an empty name is removed. */
export interface ChangeAccountRequest {
  /** Whether the address counts as verified. */
  email_verified?: boolean | null;
  /** A new given name. */
  first_name?: string | null;
  /** Whether it is to administer the platform. */
  is_admin?: boolean | null;
  /** A new family name. */
  last_name?: string | null;
  /** A new language. */
  locale?: string | null;
  /** A new username. */
  username?: string | null;
}

/** A new password for somebody who knows the current one. */
export interface ChangeRequest {
  /** The current password. */
  current_password: string;
  /** The new password. */
  new_password: string;
}

/** What is to be changed; what is absent stays. */
export interface ChangeSettingsRequest {
  /** What is to be logged, in the words of `LOG_LEVEL`: a level, or levels by target. `null` goes back to `LOG_LEVEL`. */
  log_level?: string | null;
}

/** One question, or several. */
export interface CheckRequest {
  /** Several questions at once, at most 100, in place of `permission` and `organization_id`. */
  checks?: Question[] | null;
  /** Where; by default the organization that the session acts in. */
  organization_id?: string | null;
  /** The permission; may be a pattern such as `invoices:*`. */
  permission?: string | null;
}

/** One answer, or as many as there were questions, in their order. */
export type CheckResponse = Answer | {
  results: Answer[];
};

/** The circuit breaker in front of Redis. */
export interface CircuitBreaker {
  /** `memory`, `redis` or `off`: without Redis the breaker is always closed. */
  backend: string;
  /** Failures since the last success. */
  consecutive_failures: number;
  /** How often it has opened. */
  opened_total: number;
  /** `closed`, `open` or `half-open`. */
  state: string;
}

/** A domain to claim. */
export interface ClaimDomainRequest {
  /** The domain, as in an address after the `@`. */
  domain: string;
}

/** How we prove to a provider who we are (Core §9). */
export type ClientAuth = "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none";

/** A code is on its way. */
export interface CodeSent {
  /** Seconds that it lives. */
  expires_in: number;
  /** Where it was sent, as far as it may be shown. */
  phone_number: string;
}

/** A new account. */
export interface CreateAccountRequest {
  /** The address. */
  email: string;
  /**
   * Whether the address counts as verified; by default when a password is given. Otherwise a mail is sent that
   * verifies it.
   */
  email_verified?: boolean | null;
  /** Given name. */
  first_name?: string | null;
  /** Whether it is to administer the platform. */
  is_admin?: boolean;
  /** Family name. */
  last_name?: string | null;
  /** The language of mails. */
  locale?: string | null;
  /** The password; without one a mail with a link to choose it is sent. */
  password?: string | null;
  /** The username. */
  username?: string | null;
}

/** What a key is to be. */
export interface CreateApiKeyRequest {
  /** When it ends by itself, in days from now; without it the key does not end by itself. */
  expires_in_days?: number | null;
  /** What to call it. */
  name: string;
  /** Requests that it may make in a minute; without it `RATE_LIMIT_API_KEY` counts. */
  rate_limit_per_minute?: number | null;
  /** What it may be used for: `profile:read`, a permission in organizations such as `members:read`, `resource:*` or `*`. */
  scopes: string[];
}

/** A new organization. */
export interface CreateOrganizationRequest {
  /** An https address. */
  logo_url?: string | null;
  /** Another one. */
  metadata?: Record<string, unknown> | null;
  /** What people call it. */
  name: string;
  /** An object of at most 16 KiB. */
  settings?: Record<string, unknown> | null;
  /** Unique among all organizations; made from the name when absent. */
  slug?: string | null;
}

/** A new role. */
export interface CreateRoleRequest {
  /** What it is for, in at most 500 characters. */
  description?: string;
  /** Small letters, digits, `-` and `_`; unique within the organization. */
  name: string;
  /** `resource:action`, `resource:*` or `*`: of Janua's, or of one's own applications. */
  permissions: string[];
}

/** A new connection. */
export interface CreateSsoConnectionRequest {
  /**
   * Names of attributes that come before the usual ones, for `email`, `first_name`, `last_name` and `groups`; empty lists
   * leave the usual names.
   */
  attribute_mapping?: Record<string, unknown> | null;
  /** The role of newcomers, `member` unless it says otherwise. */
  default_role?: string | null;
  /** Whether people of the organization's verified domains must sign in here. */
  enforce_sso?: boolean | null;
  /** Roles by group; the first group that somebody has wins. */
  group_roles?: GroupRole[] | null;
  /** Whether newcomers get an account and a membership; they do unless it says otherwise. */
  jit_provisioning?: boolean | null;
  /** `oidc` or `saml`. */
  kind: string;
  /** What people read. */
  name: string;
  oidc?: SsoOidcRequest | null;
  /** Whose it is; an organization's own API key need not name it. */
  organization_id?: string | null;
  saml?: SsoSamlRequest | null;
  /**
   * Whether who signs out here goes on to sign out at the provider: with SAML unless it says otherwise; with OpenID Connect
   * only where it says so, for the provider has to know the address `/auth/sign-in` of this server.
   */
  single_logout?: boolean | null;
  /** `draft` unless it says otherwise. */
  state?: string | null;
}

/** How long a link is to count. */
export interface CreateSsoSetupLinkRequest {
  /** In days, from 1 to 30; a week unless it says otherwise. */
  expires_in_days?: number | null;
}

/** A new webhook. */
export interface CreateWebhookRequest {
  /** What it is for. */
  description?: string | null;
  /** What it is told of: `area.action`, `area.*` or `*`. */
  events: string[];
  /**
   * Whose it is; without it the platform's, for its administrators. One of an organization is told only of what
   * concerns the organization.
   */
  organization_id?: string | null;
  /** An https address of the public internet. */
  url: string;
}

/** The session of the caller. */
export interface CurrentSession {
  /** To be sent as `X-CSRF-Token` with unsafe requests by cookie. */
  csrf_token: string;
  /** By which session. */
  session: SessionBody;
  /** Who is signed in. */
  user: Profile;
}

/** Proof for a change that cannot be undone. */
export interface DeleteRequest {
  /** The current password; not needed within ten minutes of signing in. */
  password?: string | null;
}

/** An event on its way to a webhook, with what the last try met. */
export interface DeliveryBody {
  /** When it was tried last. */
  attempted_at?: string | null;
  /** How often it was tried. */
  attempts: number;
  /** What is sent. */
  body: string;
  /** When it happened. */
  created_at: string;
  /** When it is tried next, if it is queued. */
  due_at?: string | null;
  /** How long the last try took, in milliseconds. */
  duration_ms?: number | null;
  /** The id of the event, the same in every try. */
  event_id: string;
  /** What happened. */
  event_type: string;
  /** Why the last try failed. */
  failure?: string | null;
  /** The id. */
  id: string;
  /** The beginning of the last answer, at most 1 KiB. */
  response?: string | null;
  /** When it was taken, or given up. */
  settled_at?: string | null;
  /** `queued`, `delivered` or `failed`. */
  state: string;
  /** The status of the last answer. */
  status?: number | null;
}

/** A page of deliveries. */
export interface DeliveryList {
  deliveries: DeliveryBody[];
  page: number;
  per_page: number;
  total: number;
}

/** The state of each dependency. */
export interface Dependencies {
  database: State;
  email: State;
  redis: State;
  sms?: State | null;
}

/** The same with figures; no addresses, no error texts. */
export type Detailed = Health & {
  /** The address that the server takes itself to have: it stands in links and tokens. */
  base_url: string;
  cache: Record<string, unknown>;
  latency_ms: Latencies;
  pool: PoolFigures;
  queues: Queues;
  server_time: string;
};

/** What the doctor has found, the worst first. */
export interface DoctorReport {
  /** Empty when all is well. */
  findings: Finding[];
}

/** A domain of an organization. */
export interface DomainBody {
  /** When it was claimed. */
  created_at: string;
  /** In ASCII and small letters. */
  domain: string;
  /**
   * What the last check met: `DOMAIN_RECORD_MISSING`, `DOMAIN_RECORD_WRONG` or `DNS_UNAVAILABLE`; `null` when the
   * record was there.
   */
  failure?: string | null;
  /** Never changes. */
  id: string;
  /** When the DNS was asked last. */
  last_checked_at?: string | null;
  /** Since when the record of a verified domain is not there; it lapses `DOMAIN_LAPSE_DAYS` after that. */
  missing_since?: string | null;
  /** The record that proves it. It stays in place: it is looked for again. */
  record: DomainRecord;
  /** `pending` or `verified`. */
  state: string;
  /** When it was proven. */
  verified_at?: string | null;
}

/** All domains of an organization. */
export interface DomainList {
  domains: DomainBody[];
}

/** The record that proves a domain. */
export interface DomainRecord {
  /** Where it is to stand. */
  name: string;
  /** `TXT`. */
  type: string;
  /** What is to stand in it. */
  value: string;
}

/** Whose telephone it is. */
export interface EnableSmsRequest {
  /** The current password. */
  password?: string | null;
  /** With country code, or as it is written in `SMS_DEFAULT_REGION`. */
  phone_number: string;
}

/** Proof for turning it on. */
export interface EnableTotpRequest {
  /** The current password. */
  password?: string | null;
}

/** Which sign-in it is. */
export interface EnrolRequest {
  /** What the first step gave together with `enrolment_required`. */
  mfa_token: string;
}

/** Which sign-in it is, and whose number. */
export interface EnrolSmsRequest {
  /** What the first step gave together with `enrolment_required`. */
  mfa_token: string;
  /** With country code, or as it is written in `SMS_DEFAULT_REGION`. */
  phone_number: string;
}

/** A first code of the app. */
export interface EnrolVerifyRequest {
  /** Six digits. */
  code: string;
  /** What the first step gave together with `enrolment_required`. */
  mfa_token: string;
}

/** Somebody has set up a second factor and is signed in. */
export type EnrolledResponse = LoginResponse & {
  /** Ten codes for the day on which the phone is gone. They are shown once. */
  recovery_codes: string[];
};

/** The body of every failure. */
export interface ErrorBody {
  /** The most specific reason: what a client switches on. */
  code: string;
  /**
   * What the client may know beyond the message: `field`, `reason`, `errors`, `retry_after`, `locked_until`,
   * `advice`, `help`.
   */
  details: Record<string, unknown>;
  /** The class of the error. */
  error: string;
  /** What happened, for a person. */
  message: string;
  /** Finds the request in the logs. */
  request_id: string;
  /** The HTTP status. */
  status_code: number;
  /** When it happened. */
  timestamp: string;
}

/** An event. */
export interface EventType {
  /** What it tells. */
  description: string;
  /** `area.action` */
  name: string;
}

/** Everything that a webhook can be told of. */
export interface EventTypes {
  types: EventType[];
}

/** Accounts by what they are protected with; an account may count in several. */
export interface FactorFigures {
  /** With any of them. */
  any: number;
  /** With a passkey. */
  passkeys: number;
  /** With codes by SMS. */
  sms: number;
  /** With an authenticator app. */
  totp: number;
}

/** Something that is wrong, or worth knowing. */
export interface Finding {
  /** The chapter it belongs to. */
  area: Area;
  /** What was found here. */
  cause: string;
  /** Stands for the trouble, in errors and in the documentation too. */
  code: string;
  /** Whether `janua doctor --fix` can mend it. */
  fixable: boolean;
  /** What mends it. */
  remedy: string;
  /** How much it matters. */
  severity: Severity;
  /** What somebody notices. */
  symptom: string;
}

/** A role for the people of a group. */
export interface GroupRole {
  /** The group, as the provider names it. */
  group: string;
  /** The role. */
  role: string;
}

/** One thing that happened. */
export interface Happened {
  /** As in the audit log; `request.refused` for how the request was answered. */
  action: string;
  /** What was asked, where it was refused. */
  asked?: string | null;
  /** When. */
  at: string;
  /** The trouble, for the doctor. */
  help?: string | null;
  /** What the rule went by, without secrets and without what somebody sent. */
  inputs: Record<string, unknown>;
  /** From which address. */
  ip?: string | null;
  /** `success` or `failure`. */
  outcome: string;
  /** The name of what was true. */
  reason?: string | null;
  /** What to do about it, where it was refused. */
  remedy?: string | null;
  /** In which session. */
  session_id?: string | null;
  /** The status of the answer, where it was refused. */
  status?: number | null;
  /** The code that the person was told, where it was refused. */
  told?: string | null;
  /** What was true, where it was refused. */
  truth?: string | null;
  /** By which browser or program. */
  user_agent?: string | null;
  /** Whose account it concerns. */
  user_id?: string | null;
}

/** The whole in three words. */
export interface Health {
  dependencies: Dependencies;
  status: State;
  version: string;
}

/** Support access that was granted. */
export interface ImpersonationBody {
  /** JWT (RFC 9068) of the person, with the claim `act` (RFC 8693). There is no refresh token: it ends with its time. */
  access_token: string;
  /** Seconds that it lives. */
  expires_in: number;
  impersonator?: ImpersonatorBody | null;
  /** Its session. */
  session_id: string;
  /** Always `bearer`. */
  token_type: string;
  /** For whom. */
  user: Profile;
}

/** Why support access is needed. */
export interface ImpersonationRequest {
  /** One line, at most 500 characters. It stands in the log, and the person reads it. */
  reason: string;
}

/** The administrator who acts for somebody, for the banner that says so. */
export interface ImpersonatorBody {
  /** When it ends in any case. */
  ends_at: string;
  /** Their id; stands in access tokens as `act.sub` (RFC 8693). */
  id: string;
  /** Why they act. */
  reason: string;
  /** Since when. */
  started_at: string;
}

/** Which copies are to be dropped. */
export interface InvalidateCacheRequest {
  /** Names of copies, with `*` for any text. */
  pattern: string;
}

/** How many copies were dropped. */
export interface InvalidatedCopies {
  /** How many. */
  invalidated: number;
}

/** An invitation as those see it who may invite. */
export interface InvitationBody {
  /** Who accepted it. */
  accepted_by?: string | null;
  /** When it was made. */
  created_at: string;
  /** Who is invited. */
  email: string;
  /** Until when it can be accepted. */
  expires_at: string;
  /** Never changes. */
  id: string;
  /**
   * Who invited, and must still be able to when it is accepted; nobody when it was the platform or a key of the
   * organization.
   */
  invited_by?: string | null;
  /** What the inviter wrote. */
  message?: string | null;
  /** The name of the role. */
  role: string;
  /** When it was mailed last. */
  sent_at: string;
  /** When it was accepted or revoked. */
  settled_at?: string | null;
  /** `pending`, `accepted`, `revoked` or `expired`. */
  state: string;
}

/** A page of invitations. */
export interface InvitationList {
  invitations: InvitationBody[];
  page: number;
  per_page: number;
  total: number;
}

/** What an invitation says to whoever holds it. */
export interface InvitationPreview {
  /** Who is invited: only with this address it can be accepted. */
  email: string;
  /** Until when it can be accepted. */
  expires_at: string;
  /** Whether the address has an account: sign in, or register with `invitation_token`. */
  has_account: boolean;
  /** The address of who invited. */
  invited_by?: string | null;
  /** What they wrote. */
  message?: string | null;
  /** What people call that. */
  organization: string;
  /** To where. */
  organization_id: string;
  /** The name of the role. */
  role: string;
}

/** The same for many addresses at once. */
export interface InviteManyRequest {
  /** Up to 100 addresses. */
  emails: string[];
  /** 1 to 30; `INVITATION_LIFETIME_DAYS` when absent. */
  expires_in_days?: number | null;
  /** At most 500 characters for the mail, without links. */
  message?: string | null;
  /** `owner`, `admin`, `member`, `viewer`, or a role of the organization's own; `member` when absent. */
  role?: string | null;
}

/** What came of all addresses, in their order. */
export interface InviteManyResponse {
  /** How many were invited. */
  invited: number;
  /** How many were not. */
  refused: number;
  results: InviteResult[];
}

/** Whom to invite, and to what. */
export interface InviteRequest {
  /** The address; only whoever reads it can accept. */
  email: string;
  /** 1 to 30; `INVITATION_LIFETIME_DAYS` when absent. */
  expires_in_days?: number | null;
  /** At most 500 characters for the mail, without links. */
  message?: string | null;
  /** `owner`, `admin`, `member`, `viewer`, or a role of the organization's own; `member` when absent. */
  role?: string | null;
}

/** What came of one address. */
export interface InviteResult {
  /** The code of the refusal. */
  code?: string | null;
  /** As it was sent. */
  email: string;
  invitation?: InvitationBody | null;
  /** What the refusal says. */
  message?: string | null;
}

/** How long each dependency took to answer; absent when it did not. */
export interface Latencies {
  database?: number | null;
  email?: number | null;
  redis?: number | null;
}

/** Where to go afterwards. */
export interface LinkOauthRequest {
  /** A path of ours, or an address of an origin in `CORS_ORIGINS`. */
  redirect_to?: string | null;
}

/** Where to go afterwards. */
export interface LinkSsoRequest {
  /** A path of ours, or an address of an origin in `CORS_ORIGINS`. */
  return_url?: string | null;
}

/** Who signs in. One of `email` and `username` is needed. */
export interface LoginRequest {
  /** The address; case does not matter. */
  email?: string | null;
  /** The password. */
  password: string;
  /** The username; case matters. */
  username?: string | null;
}

/** Somebody is signed in, or owes a second factor. */
export interface LoginResponse {
  /** Whether a second factor has to be set up first, with `mfa_token` at `/mfa/enrol/…`; `methods` says which it may be. */
  enrolment_required?: boolean;
  /** What the second factor may be. */
  methods?: string[] | null;
  /** Whether a second factor is still owed. */
  mfa_required: boolean;
  /** Names the sign-in, for `/mfa/challenge/verify`; for ten minutes. */
  mfa_token?: string | null;
  tokens?: TokensBody | null;
  user?: Profile | null;
}

/** Where to go on to. */
export interface LogoutAnswer {
  /**
   * The page of the identity provider that signs out there, and sends back to `/auth/sign-in`; nothing where the session
   * did not begin at one, or its connection does not want that.
   */
  logout_url?: string | null;
}

/** What to sign out of, when the access token is not there any more. */
export interface LogoutRequest {
  /** Ends the session of this refresh token. */
  refresh_token?: string | null;
  /** Whether to tell where to go to sign out at the identity provider too, where the session began at one. */
  single_logout?: boolean;
}

/** Somebody is signed in, or owes a second factor. */
export type MagicLinkLoginResponse = LoginResponse & {
  /** Where they wanted to go. */
  redirect_to?: string | null;
};

/** Who wants to sign in by mail. */
export interface MagicLinkRequest {
  /** The address. */
  email: string;
  /** Where to go afterwards: a path of ours, or an address of an origin in `CORS_ORIGINS`. */
  redirect_to?: string | null;
}

/** What happens with the request: the same for every address. */
export interface MagicLinkResponse {
  /** Seconds that link and code live. */
  expires_in: number;
  /** Belongs to whoever asked: a code counts only with it. Browsers also get it as a cookie. It opens nothing alone. */
  flow_token: string;
  /** For a person. */
  message: string;
}

/** A mail on its way; neither its text nor the facts it is written from, for these may be secret. */
export interface MailBody {
  /** How often it was tried. */
  attempts: number;
  /** When it was promised. */
  created_at: string;
  /** When it is tried next, or was to be. */
  due_at: string;
  /** The id. */
  id: string;
  /** What it is about. */
  kind: string;
  /** What the mail provider said last. */
  provider_answer?: string | null;
  /** The address. */
  recipient: string;
  /** The request that caused it. */
  request_id?: string | null;
  /** When it was sent, given up or dropped. */
  settled_at?: string | null;
  /** `queued`, `sent`, `failed` or `dropped`. */
  state: string;
}

/** A mail and what became of it. */
export interface MailExplained {
  /** How often it was tried. */
  attempts: number;
  /** When it was promised. */
  created_at: string;
  /** What it is about. */
  kind: string;
  /** What the mail server said last. */
  provider_answer?: string | null;
  /** `queued`, `sent`, `failed` or `dropped`. */
  state: string;
  /** Whom it is for. */
  to: string;
}

/** Mails by state. */
export interface MailFigures {
  /** Given up. */
  failed: number;
  /** To be sent. */
  waiting: number;
}

/** A page of mails. */
export interface MailList {
  mails: MailBody[];
  page: number;
  per_page: number;
  total: number;
}

/** Whether only administrators are served. */
export interface MaintenanceBody {
  /** Whether it is so. */
  enabled: boolean;
  /** What everybody else is told; a text of ours when absent. */
  message?: string | null;
  /** Since when. */
  since?: string | null;
}

/** Begins or ends maintenance. */
export interface MaintenanceRequest {
  /** Whether only administrators are to be served. */
  enabled: boolean;
  /** What everybody else is told. */
  message?: string | null;
}

/** A member as other members see them. */
export interface MemberBody {
  /** Their address. */
  email: string;
  /** Given name. */
  first_name?: string | null;
  /** Since when they belong to the organization. */
  joined_at: string;
  /** Family name. */
  last_name?: string | null;
  /** The name of their role. */
  role: string;
  /** Who. */
  user_id: string;
  /** Their username. */
  username?: string | null;
}

/** A page of members. */
export interface MemberList {
  members: MemberBody[];
  page: number;
  per_page: number;
  total: number;
}

/** What an account is protected with. */
export interface MfaStatus {
  /** Recovery codes that are left. */
  backup_codes_remaining: number;
  /** Whether a sign-in asks for a second factor. */
  enabled: boolean;
  /** What it may be. */
  methods: string[];
  /** The telephone that gets them, as far as it may be shown. */
  phone_number?: string | null;
  /** The time by which codes are judged: a clock that differs by a minute makes wrong codes. */
  server_time: string;
  /** Whether codes by SMS are one. */
  sms_enabled: boolean;
  /** Whether an authenticator app is one. */
  totp_enabled: boolean;
}

/** The kind of name that people are told by (Core §8.3). One that changes with every session names nobody. */
export type NameIdFormat = "unspecified" | "persistent" | "email";

/** An account at another provider that opens one's own. */
export interface OauthAccount {
  /** Since when. */
  created_at: string;
  /** The address there. */
  email?: string | null;
  /** When it was last used. */
  last_used_at?: string | null;
  /** The name there. */
  name?: string | null;
  /** The provider. */
  provider: string;
}

/** One's accounts at other providers. */
export interface OauthAccounts {
  accounts: OauthAccount[];
}

/** Where to send the browser. */
export interface OauthDeparture {
  /** The provider's page. The browser has to have taken the cookie of this answer. */
  authorization_url: string;
}

/** A provider. */
export interface OauthProvider {
  /** Where a button leads. */
  authorize_path: string;
  /** As in paths. */
  id: string;
  /** As people know it. */
  name: string;
}

/** The providers that people may choose. */
export interface OauthProviders {
  providers: OauthProvider[];
}

/** An organization as administrators of the platform see it. */
export type OrganizationAccountBody = OrganizationBody & {
  /** How many people belong to it. */
  members: number;
};

/** A page of organizations. */
export interface OrganizationAccountList {
  organizations: OrganizationAccountBody[];
  page: number;
  per_page: number;
  total: number;
}

/** An organization as its members see it. */
export interface OrganizationBody {
  /** When it was made. */
  created_at: string;
  /** When it was deleted. */
  deleted_at?: string | null;
  /** Never changes. */
  id: string;
  /** Where its logo is. */
  logo_url?: string | null;
  /** Another one. */
  metadata: Record<string, unknown>;
  /** What people call it. */
  name: string;
  /** Until when it can be restored. */
  purge_at?: string | null;
  /** An object of the applications'. */
  settings: Record<string, unknown>;
  /** Unique among all organizations. */
  slug: string;
  /** Since when the platform keeps everybody from acting in it. */
  suspended_at?: string | null;
  /** When anything here changed. */
  updated_at: string;
}

/** Organizations and their people. */
export interface OrganizationFigures {
  /** Deleted, and for a while to be restored. */
  deleted: number;
  /** Memberships in all of them; a person may have several. */
  members: number;
  /** Suspended by an administrator. */
  suspended: number;
  /** Those that were not deleted. */
  total: number;
}

/** A page of organizations. */
export interface OrganizationList {
  organizations: BelongingBody[];
  page: number;
  per_page: number;
  total: number;
}

/** One's own profile, and who acts for one. */
export type OwnProfile = Profile & {
  impersonator?: ImpersonatorBody | null;
};

/** What a passkey has answered; the browser got the question from `/passkeys/authenticate/options`. */
export interface PasskeyAnswer {
  /** From the options. */
  challenge_id: string;
  /** What `navigator.credentials.get` gave, by `toJSON()`. */
  credential: Record<string, unknown>;
}

/** A passkey as its owner sees it; no key, no credential id. */
export interface PasskeyBody {
  /** The AAGUID of the model. */
  aaguid: string;
  /** Whether a copy exists. */
  backed_up: boolean;
  /** Whether it can be copied between devices. */
  backup_eligible: boolean;
  /** When it was added. */
  created_at: string;
  /** The id. */
  id: string;
  /** When it last opened the account. */
  last_used_at?: string | null;
  /** The model of the authenticator, as it says. */
  model?: string | null;
  /** What its owner calls it. */
  name: string;
  /** Whether it has counted backwards: it may have been copied by somebody. */
  suspicious: boolean;
  /** How it can be reached: `internal`, `hybrid`, `usb`, `nfc`, `ble`. */
  transports: string[];
}

/** All passkeys of somebody. */
export interface PasskeyList {
  passkeys: PasskeyBody[];
}

/** What happened in a time that ends now. */
export interface PeriodFigures {
  /** Tries to sign in that were refused. */
  failed_sign_ins: number;
  /** Accounts that were made. */
  registrations: number;
  /** Sign-ins. */
  sign_ins: number;
}

/** A permission. */
export interface PermissionBody {
  /** What it allows. */
  description: string;
  /** `resource:action`. */
  name: string;
  /** The system roles that hold it. */
  roles: string[];
}

/** All permissions of Janua's; applications may use others of their own. */
export interface PermissionList {
  permissions: PermissionBody[];
}

/** Somebody who shares an organization with the caller. */
export interface PersonBody {
  /** Their address. */
  email: string;
  /** Given name. */
  first_name?: string | null;
  /** Never changes. */
  id: string;
  /** Family name. */
  last_name?: string | null;
  /** Their username. */
  username?: string | null;
}

/** Whether somebody can sign in, and if not, why. */
export interface PersonExplained {
  /** Whether a right proof would open a session now. */
  can_sign_in: boolean;
  /** The address that was asked for. */
  email: string;
  /** The last mails that did not arrive yet, the newest first. */
  mails: MailExplained[];
  /** What is worth knowing besides. */
  notes: string[];
  /** What stands in the way, all of it. */
  reasons: Reason[];
  /** The last refusals, the newest first. */
  refusals: Happened[];
  /** The account that has it. */
  user_id?: string | null;
}

/** A page of people. */
export interface PersonList {
  page: number;
  per_page: number;
  total: number;
  users: PersonBody[];
}

/** Database connections. */
export interface PoolFigures {
  connections: number;
  idle: number;
  max: number;
}

/** A user as clients see them. */
export interface Profile {
  /** When the account was made. */
  created_at: string;
  /** Lower case. */
  email: string;
  /** Whether its owner opened the link that was mailed there. */
  email_verified: boolean;
  /** Given name. */
  first_name?: string | null;
  /** Never changes. */
  id: string;
  /** Whether this is an administrator of the platform. */
  is_admin: boolean;
  /** Family name. */
  last_name?: string | null;
  /** The last sign-in. */
  last_sign_in_at?: string | null;
  /** The language of mails. */
  locale?: string | null;
  /** When anything here changed. */
  updated_at: string;
  /** Case-sensitive. */
  username?: string | null;
}

/** Whether one may do something somewhere. */
export interface Question {
  /** Where; by default the organization that the session acts in. */
  organization_id?: string | null;
  /** The permission. */
  permission: string;
}

/** What the browser is to ask a passkey. */
export interface QuestionBody {
  /** To be sent back with the answer; works once, for five minutes. */
  challenge_id: string;
  /** For `navigator.credentials.get`, when a passkey is to be offered in a form. */
  mediation?: string | null;
  /** For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`. */
  public_key: Record<string, unknown>;
}

/** Work that waits. */
export interface Queues {
  hashing: number;
  outbox?: number | null;
  signing: number;
}

/** What stands in the way. */
export interface Reason {
  /** What is so. */
  cause: string;
  /** What the person is told. */
  code: string;
  /** The trouble, for the doctor. */
  help: string;
  /** What mends it. */
  remedy: string;
}

/** Proof of who one is, once more. */
export interface ReauthenticateRequest {
  /** A code of the app, one that was sent by SMS, or a recovery code. */
  code?: string | null;
  /** `totp`, `sms` or `recovery_code`; by the form of the code when absent. */
  method?: string | null;
  passkey?: PasskeyAnswer | null;
  /** The password. Not enough where the account has a second factor. */
  password?: string | null;
}

/**
 * Codes for the day on which the phone is gone. They are shown once; each counts once. None where another second factor
 * was there: those that came with it go on counting.
 */
export interface RecoveryCodes {
  /** Ten codes, or none. */
  recovery_codes: string[];
}

/** Redis's own figures. */
export interface RedisBody {
  /** Connections it serves. */
  connected_clients: number;
  /** Keys it has dropped for lack of memory. */
  evicted_keys: number;
  /** The memory it uses. */
  used_memory_human: string;
  /** Its version. */
  version: string;
}

/** What to refresh. */
export interface RefreshRequest {
  /** The newest refresh token of the session. */
  refresh_token: string;
}

/** A new passkey. */
export interface RegisterPasskeyRequest {
  /** From the options. */
  challenge_id: string;
  /** What `navigator.credentials.create` gave, by `toJSON()`. */
  credential: Record<string, unknown>;
  /** What to call it; by default the model. */
  name?: string | null;
}

/** Who registers. */
export interface RegisterRequest {
  /** The address; it is stored in lower case. */
  email: string;
  /** Given name. */
  first_name?: string | null;
  /** What was mailed to this address to invite its owner: it verifies the address, and makes them a member. */
  invitation_token?: string | null;
  /** Family name. */
  last_name?: string | null;
  /** The language of mails; else that of the request. */
  locale?: string | null;
  /** At least ten characters that are hard to guess. */
  password: string;
  /** 3 to 32 letters, digits, dots, dashes or underscores; case matters. */
  username?: string | null;
}

/** An account was made. */
export interface RegisterResponse {
  tokens?: TokensBody | null;
  /** Whose it is. */
  user: Profile;
  /** Whether the link in the mail must be opened before the first sign-in. */
  verification_required: boolean;
}

/** Another name. */
export interface RenameApiKeyRequest {
  /** What to call it. */
  name: string;
}

/** Another name. */
export interface RenameRequest {
  /** What to call it. */
  name: string;
}

/** All that is known of a request. */
export interface RequestExplained {
  /**
   * What happened, in order; last, how it was refused. Empty when nothing was recorded: requests that were answered
   * and changed nothing leave lines in the log alone.
   */
  happened: Happened[];
  /** What was mailed because of it. */
  mails: MailExplained[];
  /** Its id. */
  request_id: string;
}

/** A new password by a mailed link. */
export interface ResetRequest {
  /** The new password. */
  new_password: string;
  /** The `token` in the link. */
  token: string;
}

/** A role. */
export interface RoleBody {
  /** When it was made. */
  created_at?: string | null;
  /** What it is for. */
  description: string;
  /** `null` for a system role. */
  id?: string | null;
  /** Whether every organization has it, and nobody can change it. */
  is_system: boolean;
  /** Unique within the organization; stands in the claim `roles`. */
  name: string;
  /** What it allows. */
  permissions: string[];
  /** When anything here changed. */
  updated_at?: string | null;
}

/** All roles. */
export interface RoleList {
  roles: RoleBody[];
}

/** How to replace a key. */
export interface RotateApiKeyRequest {
  /** Hours for which the earlier key works beside the new one; a day unless said, 0 ends it at once. */
  overlap_hours?: number | null;
}

/** Which key is wanted. */
export interface RotateKeysRequest {
  /** `RS256`, `ES256` or `EdDSA`; that of the key that signs when absent. */
  algorithm?: string | null;
  /** Signs at once, because the key that signs is compromised. Clients that keep the JWKS may reject tokens meanwhile. */
  now?: boolean;
}

/** How long both secrets sign. */
export interface RotateSecretRequest {
  /** Hours in which the secret before signs along, at most 168; 24 when absent, 0 ends it at once. */
  overlap_hours?: number | null;
}

/** What is to be done to our key. */
export interface RotateSsoKeyRequest {
  /**
   * `announce` makes another key and shows it in our metadata; `use` signs with it from now on, when the provider has
   * imported it.
   */
  step: string;
}

/** What came of the order. */
export interface RotatedKey {
  /** When it begins to sign. */
  activates_at: string;
  /** Its algorithm. */
  algorithm: string;
  /** For how many seconds clients that keep the JWKS may reject its tokens: 0 unless it signs at once. */
  clients_may_reject_seconds: number;
  /** The key that will sign, or does. */
  kid: string;
  /** An earlier order had made it: nothing was done. */
  was_waiting: boolean;
}

/** How a message travels (Bindings §3.4 and §3.5). */
export type SamlBinding = "redirect" | "post";

/** The second step of a sign-in. */
export interface SecondFactorRequest {
  /** A code of the app, one that was sent by SMS, or a recovery code. */
  code?: string | null;
  /** One of `methods`; by the form of the code when absent. */
  method?: string | null;
  /** What the first step gave. */
  mfa_token: string;
  passkey?: PasskeyAnswer | null;
  /** Does not ask for the second factor again in this browser for a while, where the operator allows that. */
  remember_device?: boolean;
}

/** A session as its owner sees it; no token, no hash. */
export interface SessionBody {
  /** How they signed in (RFC 8176). */
  amr: string[];
  /** As in "Firefox". */
  browser?: string | null;
  /** When it began. */
  created_at: string;
  /** As in "Firefox on Linux"; empty when unknown. */
  device: string;
  /** `desktop`, `mobile`, `bot` or `other`. */
  device_type: string;
  /** When it ends unless it is used. */
  expires_at: string;
  /** The id. */
  id: string;
  impersonator?: ImpersonatorBody | null;
  /** Where it was started from. */
  ip: string;
  /** Whether it is the one of this request. */
  is_current: boolean;
  /** When it was last used, to the minute. */
  last_activity_at: string;
  /** The organization that it acts in. */
  organization_id?: string | null;
  /** As in "Linux". */
  os?: string | null;
}

/** A page of sessions. */
export interface SessionList {
  page: number;
  per_page: number;
  sessions: SessionBody[];
  total: number;
}

/** Another role for a member. */
export interface SetRoleRequest {
  /** `owner`, `admin`, `member`, `viewer`, or a role of the organization's own. */
  role: string;
}

/** Settings that act at run time. */
export interface SettingsBody {
  /** What the instance that answers logs, in the words of `LOG_LEVEL`. */
  log_level: string;
  /** Whether only administrators are served. */
  maintenance: MaintenanceBody;
}

/** How much a finding matters. */
export type Severity = "info" | "warning" | "error";

/** What was mailed. */
export interface ShownInvitation {
  /** As it stands in the link. */
  token: string;
}

/** A signing key, without anything secret. */
export interface SigningKeyBody {
  /** When it begins to sign, or began. */
  activates_at?: string | null;
  /** What it signs with. */
  algorithm: string;
  /** When it was made, or first seen; files do not tell. */
  created_at?: string | null;
  /** SHA-256 of its public half, as `openssl pkey -pubin -outform DER | sha256sum` gives it. */
  fingerprint?: string | null;
  /** Its id, as tokens name it. */
  kid: string;
  /** When a retiring key is deleted. */
  retires_at?: string | null;
  /** `next`, `active`, `retiring`, `pinned` (signs, from the operator's file) or `additional` (only verifies). */
  state: string;
}

/** The signing keys. */
export interface SigningKeyList {
  /** The one that signs first. */
  keys: SigningKeyBody[];
}

/** The code that was sent. */
export interface SmsCodeRequest {
  /** Six digits. */
  code: string;
}

/**
 * Names under which a provider tells something of a person; the first that holds a value wins. Empty lists leave the
 * usual names.
 */
export interface SsoAttributeMapping {
  /** The address. */
  email: string[];
  /** The given name. */
  first_name: string[];
  /** The groups. */
  groups: string[];
  /** The family name. */
  last_name: string[];
}

/** What a provider that speaks SAML sends back in a form. */
export interface SsoCallbackForm {
  /** What we sent along; where the provider began, a place to go to afterwards. */
  RelayState?: string;
  /** The response, in base64. */
  SAMLResponse: string;
}

/** A certificate. */
export interface SsoCertificate {
  /** How many days are left until then. */
  days_left: number;
  /** Until when it says that it counts. Its dates decide nothing: it counts because it is pinned. */
  not_after: string;
  /** From when on it says that it counts. */
  not_before: string;
  /** In PEM. */
  pem: string;
  /** To compare by eye. */
  sha256_fingerprint: string;
  /** Whose it says it is. */
  subject: string;
}

/** One thing that was looked at. */
export interface SsoCheck {
  /** What. */
  check: string;
  /** What was found, and what to do about it. */
  detail: string;
  /** Whether it is as it should be. */
  ok: boolean;
}

/** A connection. */
export interface SsoConnectionBody {
  /** Names of attributes that come before the usual ones. */
  attribute_mapping: SsoAttributeMapping;
  /** Where the provider sends people back to: register it there exactly so. */
  callback_url: string;
  /** When it was added. */
  created_at: string;
  /** The role of newcomers. */
  default_role: string;
  /** Whether people of the organization's verified domains must sign in here. Owners may always use other ways. */
  enforce_sso: boolean;
  /** Roles by group; the first group that somebody has wins. */
  group_roles: GroupRole[];
  /** Never changes. */
  id: string;
  /** Whether newcomers get an account and a membership, and those who come back their new names and roles. */
  jit_provisioning: boolean;
  /** `oidc` or `saml`. */
  kind: string;
  /** What has to be filled in before it can be enabled. */
  missing: string[];
  /** What people read. */
  name: string;
  oidc?: SsoOidcBody | null;
  /** Whose it is. */
  organization_id: string;
  saml?: SsoSamlBody | null;
  /** Whether who signs out on the pages here goes on to sign out at the provider. */
  single_logout: boolean;
  /** `draft`, `enabled` or `disabled`. */
  state: string;
  /** When anything here changed. */
  updated_at: string;
}

/** All connections that one may look after. */
export interface SsoConnectionList {
  connections: SsoConnectionBody[];
}

/** Where to send the browser. */
export interface SsoDeparture {
  /** The page of the identity provider. The browser has to have taken the cookie of this answer. */
  redirect_url: string;
}

/** Whether people of a domain sign in at an organization. */
export interface SsoDomain {
  /** For `POST /sso/initiate`. */
  connection_id?: string | null;
  /** Whether they must. */
  enforce_sso: boolean;
  /** Whether an organization has proven it and signs people in. */
  sso_enabled: boolean;
}

/** Where somebody wants to sign in: one of the three. */
export interface SsoInitiateRequest {
  /** By the connection. */
  connection_id?: string | null;
  /** By their address: the organization that has proven its domain. */
  email?: string | null;
  /** By the slug of their organization. */
  organization_slug?: string | null;
  /** Where to go afterwards: a path of ours, or an address of an origin in `CORS_ORIGINS`. */
  return_url?: string | null;
}

/** An account at an identity provider that opens one's own. */
export type SsoLink = SsoLinkable & {
  /** Since when. */
  created_at?: string | null;
  /** The address there, when it was linked or last used. */
  email?: string | null;
  /** Whether the organization wants one to sign in through it: then it stays linked. */
  is_required: boolean;
  /** When it was last used. */
  last_used_at?: string | null;
};

/** A connection of one of one's organizations. */
export interface SsoLinkable {
  /** The connection. */
  connection_id: string;
  /** As people know it. */
  connection_name: string;
  /** What it speaks: `saml` or `oidc`. */
  kind?: string | null;
  /** Whose it is. */
  organization_id: string;
  /** As people know it. */
  organization_name: string;
}

/** One's accounts at the identity providers of organizations. */
export interface SsoLinks {
  /** Connections of one's organizations through which one may link another. */
  available: SsoLinkable[];
  /** Those that open one's own. */
  links: SsoLink[];
}

/** A message about signing out in a form. */
export interface SsoLogoutForm {
  /** What travels along. */
  RelayState?: string | null;
  /** The request of the provider, in base64. */
  SAMLRequest?: string | null;
  /** Its answer to a request of ours, in base64. */
  SAMLResponse?: string | null;
}

/** A provider that speaks OpenID Connect. Its secret is never shown. */
export interface SsoOidcBody {
  /** The certificate of that key in PEM, for providers that want it uploaded, as Entra ID does. */
  certificate?: string | null;
  /** How we prove who we are. */
  client_auth: ClientAuth;
  /** Our id there. */
  client_id: string;
  /** Whether a secret is kept. */
  has_client_secret: boolean;
  /** Who it is. */
  issuer: string;
  /** Where the provider finds the public half of the key that we prove it with. */
  jwks_uri?: string | null;
  /** What is asked for. */
  scopes: string[];
}

/** A provider that speaks OpenID Connect. */
export interface SsoOidcRequest {
  client_auth?: ClientAuth | null;
  /** Our id there. */
  client_id?: string | null;
  /** Our secret there; sealed, and never shown again. */
  client_secret?: string | null;
  /** Where `/.well-known/openid-configuration` is found: an https address of the public internet. */
  issuer?: string | null;
  /** What is asked for; without it `openid email profile`. */
  scopes?: string[] | null;
}

/** A provider that speaks SAML 2.0, and what it needs to know of us. */
export interface SsoSamlBody {
  /** Where the provider sends its answers (Assertion Consumer Service, Reply URL), by POST. */
  acs_url: string;
  /** Whether the provider may begin a sign-in that nobody here has asked for. */
  allow_idp_initiated: boolean;
  /** Whether SHA-1 is put up with. */
  allow_sha1: boolean;
  /** What our requests are signed with, and what assertions are encrypted to; the one in use first. */
  certificates: SsoCertificate[];
  /** Our name there: the identifier, entity id or audience. */
  entity_id: string;
  /** What the provider signs with: any of them counts, and nothing else. */
  idp_certificates: SsoCertificate[];
  /** Who the provider is. */
  idp_entity_id: string;
  idp_metadata_certificate?: SsoCertificate | null;
  /** When it was last read there. */
  idp_metadata_read_at?: string | null;
  /** Why it could not be taken the last time: what is known stays. */
  idp_metadata_trouble?: string | null;
  /** Where its metadata is fetched. */
  idp_metadata_url: string;
  /** How they get there. */
  idp_slo_binding: SamlBinding;
  /** Where people sign out. */
  idp_slo_url: string;
  /** How they get there. */
  idp_sso_binding: SamlBinding;
  /** Where people sign in. */
  idp_sso_url: string;
  /** Where our metadata is found; most providers import it. */
  metadata_url: string;
  /** The kind of name that people are to be told by. */
  name_id_format: NameIdFormat;
  /** Whether the second of them is announced in our metadata, to be used next; else it is the one before. */
  next_certificate_announced: boolean;
  /** Where the provider sends messages about signing out (Single Logout Service), by redirect or POST. */
  slo_url: string;
  /** Whether assertions have to be encrypted. */
  want_encrypted_assertions: boolean;
}

/** A provider that speaks SAML 2.0. Its metadata says most; what is named beside it wins over it. */
export interface SsoSamlRequest {
  /**
   * Whether the provider may begin a sign-in that nobody here has asked for. Off unless it says otherwise: nobody can
   * tell who made a browser bring such an answer.
   */
  allow_idp_initiated?: boolean | null;
  /** Whether SHA-1 is put up with, for providers that know nothing better. */
  allow_sha1?: boolean | null;
  /** What the provider signs with, in PEM: all that are to count, so that it can replace its own without a gap. */
  idp_certificates?: string[] | null;
  /** Who the provider is: its entity id or issuer. */
  idp_entity_id?: string | null;
  /** Its metadata, as XML. */
  idp_metadata?: string | null;
  /**
   * What its metadata has to be signed with, in PEM: then no other is taken, now and whenever it is fetched. An empty text
   * ends that.
   */
  idp_metadata_certificate?: string | null;
  /**
   * Where its metadata is found: an https address of the public internet, which is fetched now and looked at again from
   * time to time. An empty text ends that.
   */
  idp_metadata_url?: string | null;
  idp_slo_binding?: SamlBinding | null;
  /** Where people sign out; an empty text takes it away. */
  idp_slo_url?: string | null;
  idp_sso_binding?: SamlBinding | null;
  /** Where people sign in. */
  idp_sso_url?: string | null;
  name_id_format?: NameIdFormat | null;
  /** Whether assertions have to be encrypted. */
  want_encrypted_assertions?: boolean | null;
}

/** A link for whoever runs the identity provider. */
export interface SsoSetupLink {
  /** Until when it counts, and what is begun with it. */
  expires_at: string;
  /** Send it to them. It is shown once, and opens the set-up in the one browser that begins with it. */
  url: string;
}

/** What a trial found. */
export interface SsoTestReport {
  /** What was looked at. */
  checks: SsoCheck[];
  /** Whether everything is as it should be. */
  ok: boolean;
  /**
   * Open it in a browser within a quarter of an hour: sign in there and see what the provider says of you, and where it
   * goes. Nobody is signed in here, and no account is made.
   */
  test_url?: string | null;
}

/** How a part, or the whole, is doing. */
export type State = "healthy" | "degraded" | "unhealthy";

/** The platform in a few figures. */
export interface Statistics {
  /** API keys that work. */
  api_keys: number;
  /** What accounts are protected with. */
  factors: FactorFigures;
  /** Of the last 24 hours. */
  last_day: PeriodFigures;
  /** Of the last 30 days. */
  last_month: PeriodFigures;
  /** Of the last 7 days. */
  last_week: PeriodFigures;
  /** Sessions that are alive. */
  live_sessions: number;
  /** Mails. */
  mails: MailFigures;
  /** Organizations and their people. */
  organizations: OrganizationFigures;
  /** Accounts. */
  users: AccountFigures;
  /** Webhooks. */
  webhooks: WebhookFigures;
}

/** What a receiver said to a test event. */
export interface TestBody {
  /** Whether it took it. */
  delivered: boolean;
  /** How long it took, in milliseconds. */
  duration_ms: number;
  /** Why it failed. */
  failure?: string | null;
  /** The beginning of its answer, at most 1 KiB. */
  response?: string | null;
  /** The status of its answer. */
  status?: number | null;
}

/** A pair of tokens. */
export interface TokensBody {
  /** JWT (RFC 9068) for `Authorization: Bearer`. */
  access_token: string;
  /** Seconds that the access token lives. */
  expires_in: number;
  /** Names its successor at `/auth/refresh`, once. */
  refresh_token: string;
  /** Always `bearer`. */
  token_type: string;
}

/** A code that the app shows. */
export interface TotpCodeRequest {
  /** Six digits. */
  code: string;
}

/** What an authenticator app is to take over. It is shown once. */
export interface TotpEnrolment {
  /** The same for an app on this device. */
  provisioning_uri: string;
  /** The same as a picture: a PNG as a data URI. */
  qr_code: string;
  /** The secret in base32, for typing. */
  secret: string;
}

/** Who is to be the owner. */
export interface TransferRequest {
  /** A member. */
  user_id: string;
}

/** A browser that need not show the second factor. */
export interface TrustedDeviceBody {
  /** Since when. */
  created_at: string;
  /** As in "Firefox on Linux"; empty when unknown. */
  device: string;
  /** Until when. */
  expires_at: string;
  /** The id. */
  id: string;
  /** Where it was trusted. */
  ip: string;
  /** Whether it is the one of this request. */
  is_current: boolean;
  /** When it last spared its owner the second factor. */
  last_used_at?: string | null;
}

/** All of them. */
export interface TrustedDeviceList {
  /** The newest first. */
  devices: TrustedDeviceBody[];
}

/** What to change; absent fields stay as they are, an empty logo is removed, objects are replaced as a whole. */
export interface UpdateOrganizationRequest {
  /** An https address. */
  logo_url?: string | null;
  /** Another one. */
  metadata?: Record<string, unknown> | null;
  /** What people call it. */
  name?: string | null;
  /** An object of at most 16 KiB. */
  settings?: Record<string, unknown> | null;
  /** Unique among all organizations. */
  slug?: string | null;
}

/** What to change; absent fields stay as they are, an empty name is removed. */
export interface UpdateRequest {
  /** A new given name. */
  first_name?: string | null;
  /** A new family name. */
  last_name?: string | null;
  /** A new language. */
  locale?: string | null;
  /** A new username. */
  username?: string | null;
}

/** What to change; absent fields stay as they are. */
export interface UpdateRoleRequest {
  /** What it is for. */
  description?: string | null;
  /** A new name. */
  name?: string | null;
  /** What it allows, in place of what it did. */
  permissions?: string[] | null;
}

/** What is to be set of a connection. */
export interface UpdateSsoConnectionRequest {
  /**
   * Names of attributes that come before the usual ones, for `email`, `first_name`, `last_name` and `groups`; empty lists
   * leave the usual names.
   */
  attribute_mapping?: Record<string, unknown> | null;
  /** The role of newcomers: one that you could give yourself. */
  default_role?: string | null;
  /** Whether people of the organization's verified domains must sign in here. */
  enforce_sso?: boolean | null;
  /** Roles by group; the first group that somebody has wins. */
  group_roles?: GroupRole[] | null;
  /** Whether newcomers get an account and a membership, and those who come back their new names and roles. */
  jit_provisioning?: boolean | null;
  /** What people read. */
  name?: string | null;
  oidc?: SsoOidcRequest | null;
  saml?: SsoSamlRequest | null;
  /**
   * Whether who signs out here goes on to sign out at the provider: with SAML unless it says otherwise; with OpenID Connect
   * only where it says so, for the provider has to know the address `/auth/sign-in` of this server.
   */
  single_logout?: boolean | null;
  /** `draft`, `enabled` or `disabled`. */
  state?: string | null;
}

/** What to change; absent fields stay as they are. */
export interface UpdateWebhookRequest {
  /** What it is for. */
  description?: string | null;
  /** On or off. Turning it on forgets failures and sends what waits. */
  enabled?: boolean | null;
  /** Other events. */
  events?: string[] | null;
  /** Another address. */
  url?: string | null;
}

/** What was mailed: the `token` of the link, or the `code`. */
export interface VerifyMagicLinkRequest {
  /** The six digits. */
  code?: string | null;
  /** What `/auth/magic-link` gave; browsers may leave it to the cookie. */
  flow_token?: string | null;
  /** Goes on with a link in a browser that did not ask for it; for people who have said that they want that. */
  other_browser?: boolean;
  /** The `token` in the link. */
  token?: string | null;
}

/** The secret of a mailed link. */
export interface VerifyRequest {
  /** The `token` in the link. */
  token: string;
}

/** An address is verified. */
export interface VerifyResponse {
  /** Whose it is. */
  user: Profile;
}

/** A webhook. */
export interface WebhookBody {
  /** When it was added. */
  created_at: string;
  /** What it is for. */
  description: string;
  /** Since when it is off. */
  disabled_at?: string | null;
  /** `manual`, or `failing`. */
  disabled_because?: string | null;
  /** Whether events are sent. */
  enabled: boolean;
  /** What it is told of. */
  events: string[];
  /** Since when none has succeeded. */
  failing_since?: string | null;
  /** Tries that failed since the last success. */
  failures: number;
  /** Never changes. */
  id: string;
  /** Whose it is; `null` is the platform. */
  organization_id?: string | null;
  /** Until when the secret before the current one signs along. */
  previous_secret_until?: string | null;
  /** When anything here changed. */
  updated_at: string;
  /** Where events are sent. */
  url: string;
}

/** Webhooks by state. */
export interface WebhookFigures {
  /** Turned off, by hand or after days of failure. */
  disabled: number;
  /** Whose last delivery failed, and that go on trying. */
  failing: number;
  /** All of them. */
  total: number;
}

/** A page of webhooks. */
export interface WebhookList {
  page: number;
  per_page: number;
  total: number;
  webhooks: WebhookBody[];
}

/** A webhook with its secret, which is shown this once. */
export type WebhookWithSecret = WebhookBody & {
  /** Signs every delivery; keep it where the receiver can read it. */
  secret: string;
};

/** What each operation takes and gives, by method and path. */
export interface Operations {
  /** The public keys that verify access tokens (RFC 7517 §5). */
  'GET /.well-known/jwks.json': {
    path: never;
    query: never;
    body: never;
    answer: unknown;
  };
  /**
   * Where people add and manage passkeys, for password managers (W3C, A Well-Known URL for Relying Party Passkey
   * Endpoints).
   */
  'GET /.well-known/passkey-endpoints': {
    path: never;
    query: never;
    body: never;
    answer: unknown;
  };
  /** Origins that share passkeys (WebAuthn level 3, §5.11). */
  'GET /.well-known/webauthn': {
    path: never;
    query: never;
    body: never;
    answer: unknown;
  };
  /** How the cache of the instance that answers is doing. */
  'GET /api/v1/admin/cache': {
    path: never;
    query: never;
    body: never;
    answer: CacheBody;
  };
  /** Drops every copy. Rate limits go on counting. */
  'POST /api/v1/admin/cache/clear': {
    path: never;
    query: never;
    body: never;
    answer: InvalidatedCopies;
  };
  /** Drops the copies whose names match, such as `user:*`, `org:*` or `settings:*`. Rate limits go on counting. */
  'POST /api/v1/admin/cache/invalidate': {
    path: never;
    query: never;
    body: InvalidateCacheRequest;
    answer: InvalidatedCopies;
  };
  /**
   * Examines the instance that answers, and everything it needs: database, schema, Redis, mail, SMS, identity providers,
   * memory. It takes as long as the slowest of them.
   */
  'GET /api/v1/admin/doctor': {
    path: never;
    query: never;
    body: never;
    answer: DoctorReport;
  };
  /** Tells whether somebody can sign in now, and if not, everything that stands in the way. */
  'GET /api/v1/admin/explain': {
    path: never;
    query: {
      /** Their address. */
      email?: string;
    };
    body: never;
    answer: PersonExplained;
  };
  /** Tells what a request did, what the person was told and what was true, by the id that its answer carried. */
  'GET /api/v1/admin/explain/{request_id}': {
    path: {
      /** As in `X-Request-ID` of the answer. */
      request_id: string;
    };
    query: never;
    body: never;
    answer: RequestExplained;
  };
  /** The signing keys with their states: the one that signs, the next, and those that still verify. */
  'GET /api/v1/admin/keys': {
    path: never;
    query: never;
    body: never;
    answer: SigningKeyList;
  };
  /** Orders another signing key. It is published now and signs once every client can know it. */
  'POST /api/v1/admin/keys/rotate': {
    path: never;
    query: never;
    body: RotateKeysRequest | undefined;
    answer: RotatedKey;
  };
  /** Begins or ends maintenance, on all instances within seconds. */
  'POST /api/v1/admin/maintenance': {
    path: never;
    query: never;
    body: MaintenanceRequest;
    answer: MaintenanceBody;
  };
  /** All organizations, deleted ones among them, the newest first. */
  'GET /api/v1/admin/organizations': {
    path: never;
    query: {
      /** Those whose name or slug starts with this; case does not matter. */
      search?: string;
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: OrganizationAccountList;
  };
  /** One organization. */
  'GET /api/v1/admin/organizations/{id}': {
    path: {
      /** The organization. */
      id: string;
    };
    query: never;
    body: never;
    answer: OrganizationAccountBody;
  };
  /** Deletes an organization. For `ORGANIZATION_DELETION_GRACE_DAYS` it can be restored. */
  'DELETE /api/v1/admin/organizations/{id}': {
    path: {
      /** The organization. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Lets people act in a suspended organization again. */
  'POST /api/v1/admin/organizations/{id}/reactivate': {
    path: {
      /** The organization. */
      id: string;
    };
    query: never;
    body: never;
    answer: OrganizationAccountBody;
  };
  /** Restores a deleted organization. */
  'POST /api/v1/admin/organizations/{id}/restore': {
    path: {
      /** The organization. */
      id: string;
    };
    query: never;
    body: never;
    answer: OrganizationAccountBody;
  };
  /** Keeps everybody from acting in an organization, from the next request on. */
  'POST /api/v1/admin/organizations/{id}/suspend': {
    path: {
      /** The organization. */
      id: string;
    };
    query: never;
    body: never;
    answer: OrganizationAccountBody;
  };
  /** Mails of the last 30 days, the newest first. */
  'GET /api/v1/admin/outbox': {
    path: never;
    query: {
      /** Only those in this state. */
      state?: "queued" | "sent" | "failed" | "dropped";
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: MailList;
  };
  /** Has a mail tried again at once; one that was given up starts anew. */
  'POST /api/v1/admin/outbox/{id}/retry': {
    path: {
      /** The mail. */
      id: string;
    };
    query: never;
    body: never;
    answer: MailBody;
  };
  /** The settings that act at run time. All others are read from the environment when the server starts. */
  'GET /api/v1/admin/settings': {
    path: never;
    query: never;
    body: never;
    answer: SettingsBody;
  };
  /** Changes settings that act at run time, on all instances within seconds. */
  'PATCH /api/v1/admin/settings': {
    path: never;
    query: never;
    body: ChangeSettingsRequest;
    answer: SettingsBody;
  };
  /** The platform in a few figures. */
  'GET /api/v1/admin/stats': {
    path: never;
    query: never;
    body: never;
    answer: Statistics;
  };
  /** Accounts, the newest first. */
  'GET /api/v1/admin/users': {
    path: never;
    query: {
      /** The one with exactly this address; case does not matter. */
      email?: string;
      /** Those whose address, username or name starts with this; case does not matter. */
      search?: string;
      /** `active` (none of the others), `suspended`, `locked` or `unverified`. */
      status?: "active" | "suspended" | "locked" | "unverified";
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: AccountList;
  };
  /** Makes an account, with a password or by mailing a link to choose one. */
  'POST /api/v1/admin/users': {
    path: never;
    query: never;
    body: CreateAccountRequest;
    answer: AccountBody;
  };
  /** One account. */
  'GET /api/v1/admin/users/{id}': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: AccountBody;
  };
  /** Deletes an account with everything that belongs to it. */
  'DELETE /api/v1/admin/users/{id}': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Changes an account. A right that is taken away is gone in the next request. */
  'PATCH /api/v1/admin/users/{id}': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: ChangeAccountRequest;
    answer: AccountBody;
  };
  /** All that is kept of somebody, as a file. */
  'GET /api/v1/admin/users/{id}/export': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: string;
  };
  /** Lets an administrator act for somebody for some minutes. */
  'POST /api/v1/admin/users/{id}/impersonate': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: ImpersonationRequest;
    answer: ImpersonationBody;
  };
  /** Takes every second factor and passkey from an account whose owner has lost them. A mail tells them, and all their sessions end. */
  'DELETE /api/v1/admin/users/{id}/mfa': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Somebody's passkeys, the oldest first. */
  'GET /api/v1/admin/users/{id}/passkeys': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: PasskeyList;
  };
  /** Removes somebody's passkey, also the last way in. All their sessions end, and a mail tells of it. */
  'DELETE /api/v1/admin/users/{id}/passkeys/{passkey_id}': {
    path: {
      /** The user. */
      id: string;
      /** The passkey. */
      passkey_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Lets a suspended account sign in again. Its old sessions stay ended. */
  'POST /api/v1/admin/users/{id}/reactivate': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: AccountBody;
  };
  /** Mails a link for a new password. The old password goes on working until the link is used. */
  'POST /api/v1/admin/users/{id}/reset-password': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: Accepted;
  };
  /** Somebody's live sessions, the last used first. */
  'GET /api/v1/admin/users/{id}/sessions': {
    path: {
      /** The user. */
      id: string;
    };
    query: {
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: SessionList;
  };
  /** Ends all of somebody's sessions: their tokens die in the next request. */
  'DELETE /api/v1/admin/users/{id}/sessions': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Suspends an account: its sessions end at once, and nobody signs in to it. */
  'POST /api/v1/admin/users/{id}/suspend': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: AccountBody;
  };
  /** Lifts every lock that failed sign-ins have put on an account. */
  'POST /api/v1/admin/users/{id}/unlock': {
    path: {
      /** The user. */
      id: string;
    };
    query: never;
    body: never;
    answer: AccountBody;
  };
  /** One's own keys that are not revoked, the newest first. */
  'GET /api/v1/api-keys': {
    path: never;
    query: never;
    body: never;
    answer: ApiKeyList;
  };
  /** Makes a key that acts for its owner, within its scopes. Needs a sign-in within the last ten minutes. */
  'POST /api/v1/api-keys': {
    path: never;
    query: never;
    body: CreateApiKeyRequest;
    answer: ApiKeyMade;
  };
  /** One of one's own keys. */
  'GET /api/v1/api-keys/{id}': {
    path: {
      /** The key. */
      id: string;
    };
    query: never;
    body: never;
    answer: ApiKeyBody;
  };
  /** Ends a key, from the next request on. */
  'DELETE /api/v1/api-keys/{id}': {
    path: {
      /** The key. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Gives a key another name. */
  'PATCH /api/v1/api-keys/{id}': {
    path: {
      /** The key. */
      id: string;
    };
    query: never;
    body: RenameApiKeyRequest;
    answer: ApiKeyBody;
  };
  /** Replaces a key. The earlier one works on for the overlap. Needs a sign-in within the last ten minutes. */
  'POST /api/v1/api-keys/{id}/rotate': {
    path: {
      /** The key. */
      id: string;
    };
    query: never;
    body: RotateApiKeyRequest;
    answer: ApiKeyMade;
  };
  /**
   * What happened, the newest first: in all organizations in which one has `audit:read`, and everywhere for administrators
   * of the platform.
   */
  'GET /api/v1/audit-logs': {
    path: never;
    query: {
      /** What happened: `area.action`, or `area.*` for all of an area. */
      action?: string;
      /** The id of the person or API key that did it. */
      actor_id?: string;
      /** The id of what it was done to, or of the account. */
      target_id?: string;
      /** What concerns this organization. */
      organization_id?: string;
      /** `success` or `failure`. */
      outcome?: string;
      /** In which request it happened. */
      request_id?: string;
      /** Not before this time (RFC 3339). */
      since?: string;
      /** Before this time (RFC 3339). */
      until?: string;
      /** Entries of a page, at most 1000; 50 when absent. */
      limit?: number;
      /** `next_cursor` of the page before. */
      cursor?: string;
    };
    body: never;
    answer: AuditLog;
  };
  /** The same from the oldest to the newest, streamed: one JSON object a line, or comma-separated values. */
  'GET /api/v1/audit-logs/export': {
    path: never;
    query: {
      /** What happened: `area.action`, or `area.*` for all of an area. */
      action?: string;
      /** The id of the person or API key that did it. */
      actor_id?: string;
      /** The id of what it was done to, or of the account. */
      target_id?: string;
      /** What concerns this organization. */
      organization_id?: string;
      /** `success` or `failure`. */
      outcome?: string;
      /** In which request it happened. */
      request_id?: string;
      /** Not before this time (RFC 3339). */
      since?: string;
      /** Before this time (RFC 3339). */
      until?: string;
      /** `ndjson` when absent. */
      format?: "ndjson" | "csv";
    };
    body: never;
    answer: string;
  };
  /** Mails the verification link again, if somebody with this address waits for it. */
  'POST /api/v1/auth/email/resend': {
    path: never;
    query: never;
    body: AddressRequest;
    answer: Accepted;
  };
  /** Verifies an address with the secret of the link that was mailed there. */
  'POST /api/v1/auth/email/verify': {
    path: never;
    query: never;
    body: VerifyRequest;
    answer: VerifyResponse;
  };
  /** Signs a person in with an address or a username, and a password. */
  'POST /api/v1/auth/login': {
    path: never;
    query: never;
    body: LoginRequest;
    answer: LoginResponse;
  };
  /** Ends the session of the caller, or of the refresh token in the body. */
  'POST /api/v1/auth/logout': {
    path: never;
    query: never;
    body: LogoutRequest | undefined;
    answer: LogoutAnswer;
  };
  /** Mails a link and a code to sign in with, if the address belongs to somebody. What was mailed before is void. */
  'POST /api/v1/auth/magic-link': {
    path: never;
    query: never;
    body: MagicLinkRequest;
    answer: MagicLinkResponse;
  };
  /** Signs in with a link or a code that was mailed. */
  'POST /api/v1/auth/magic-link/verify': {
    path: never;
    query: never;
    body: VerifyMagicLinkRequest;
    answer: MagicLinkLoginResponse;
  };
  /** The accounts at other providers that open one's own. */
  'GET /api/v1/auth/oauth/accounts': {
    path: never;
    query: never;
    body: never;
    answer: OauthAccounts;
  };
  /** The providers that are set up here, for the buttons of an app. */
  'GET /api/v1/auth/oauth/providers': {
    path: never;
    query: never;
    body: never;
    answer: OauthProviders;
  };
  /** Sends a browser to a provider to sign in there; it comes back to the callback. */
  'GET /api/v1/auth/oauth/{provider}/authorize': {
    path: {
      /** The provider. */
      provider: string;
    };
    query: {
      /** A path of ours, or an address of an origin in `CORS_ORIGINS`. */
      redirect_to?: string;
    };
    body: never;
    answer: void;
  };
  /**
   * Takes a browser back from a provider: signs in, or links, and goes on to where the person wanted to go. What goes wrong
   * is told on a page.
   */
  'GET /api/v1/auth/oauth/{provider}/callback': {
    path: {
      /** The provider. */
      provider: string;
    };
    query: {
      /** What we sent along. */
      state?: string;
      /** What can be exchanged once. */
      code?: string;
      /** Why there is no code. */
      error?: string;
      /** Who answers (RFC 9207). */
      iss?: string;
      /** What the person is called, if the answer came as a form that said it. */
      given_name?: string;
      /** The family name. */
      family_name?: string;
    };
    body: never;
    answer: void;
  };
  /**
   * The same for providers that send a form. Browsers leave our cookies out of a form that another site sends, so it comes
   * again as a question, which has them.
   */
  'POST /api/v1/auth/oauth/{provider}/callback': {
    path: {
      /** The provider. */
      provider: string;
    };
    query: never;
    body: CallbackQuery;
    answer: void;
  };
  /** Begins to link an account of a provider to one's own. Needs a recent sign-in. */
  'POST /api/v1/auth/oauth/{provider}/link': {
    path: {
      /** The provider. */
      provider: string;
    };
    query: never;
    body: LinkOauthRequest;
    answer: OauthDeparture;
  };
  /**
   * Lets an account of a provider open one's own no more; all other sessions end. Never the last way in. Needs a recent
   * sign-in.
   */
  'DELETE /api/v1/auth/oauth/{provider}/link': {
    path: {
      /** The provider. */
      provider: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Changes the password. The caller's other sessions end. */
  'POST /api/v1/auth/password/change': {
    path: never;
    query: never;
    body: ChangeRequest;
    answer: void;
  };
  /** Mails a link that allows a new password, if the address belongs to somebody. */
  'POST /api/v1/auth/password/forgot': {
    path: never;
    query: never;
    body: AddressRequest;
    answer: Accepted;
  };
  /** Sets a new password by a mailed link. All sessions end, all locks are lifted. */
  'POST /api/v1/auth/password/reset': {
    path: never;
    query: never;
    body: ResetRequest;
    answer: void;
  };
  /** Proves once more who one is: changes that could cost somebody their account ask for it, ten minutes after a sign-in. */
  'POST /api/v1/auth/reauthenticate': {
    path: never;
    query: never;
    body: ReauthenticateRequest;
    answer: void;
  };
  /** Exchanges a refresh token for new tokens. */
  'POST /api/v1/auth/refresh': {
    path: never;
    query: never;
    body: RefreshRequest;
    answer: TokensBody;
  };
  /** Makes an account and mails a link that verifies its address. */
  'POST /api/v1/auth/register': {
    path: never;
    query: never;
    body: RegisterRequest;
    answer: RegisterResponse;
  };
  /** Tells who is signed in, and by which session. */
  'GET /api/v1/auth/session': {
    path: never;
    query: never;
    body: never;
    answer: CurrentSession;
  };
  /** Lets this session act in an organization, or in none, without another sign-in. */
  'POST /api/v1/auth/session/organization': {
    path: never;
    query: never;
    body: ActInRequest;
    answer: ActingBody;
  };
  /** Tells how the circuit breaker in front of Redis stands. */
  'GET /api/v1/health/circuit-breaker': {
    path: never;
    query: never;
    body: never;
    answer: CircuitBreaker;
  };
  /** Accepts an invitation, signed in with the address that it was mailed to. */
  'POST /api/v1/invitations/accept': {
    path: never;
    query: never;
    body: ShownInvitation;
    answer: AcceptedInvitation;
  };
  /** Tells what an invitation is; nothing is used up. */
  'POST /api/v1/invitations/preview': {
    path: never;
    query: never;
    body: ShownInvitation;
    answer: InvitationPreview;
  };
  /** Chooses a second factor. For `sms` a code is sent, and again whenever this is called; for a passkey the answer holds what to ask it. */
  'POST /api/v1/mfa/challenge': {
    path: never;
    query: never;
    body: ChallengeRequest;
    answer: ChallengeResponse;
  };
  /** Completes a sign-in with a code. Five codes may be tried, and nine in an hour for an account. */
  'POST /api/v1/mfa/challenge/verify': {
    path: never;
    query: never;
    body: SecondFactorRequest;
    answer: LoginResponse;
  };
  /**
   * Sends a code to a telephone during a sign-in that has to set up a second factor. The number counts after
   * `/mfa/enrol/sms/verify`.
   */
  'POST /api/v1/mfa/enrol/sms': {
    path: never;
    query: never;
    body: EnrolSmsRequest;
    answer: CodeSent;
  };
  /** Turns the telephone on with the code that was sent to it, and completes the sign-in. */
  'POST /api/v1/mfa/enrol/sms/verify': {
    path: never;
    query: never;
    body: EnrolVerifyRequest;
    answer: EnrolledResponse;
  };
  /**
   * Makes a secret for an authenticator app during a sign-in that has to set one up. It counts after
   * `/mfa/enrol/totp/verify`. A sign-in that owes a factor which the account has is refused here.
   */
  'POST /api/v1/mfa/enrol/totp': {
    path: never;
    query: never;
    body: EnrolRequest;
    answer: TotpEnrolment;
  };
  /** Turns the app on with a first code of it, and completes the sign-in. */
  'POST /api/v1/mfa/enrol/totp/verify': {
    path: never;
    query: never;
    body: EnrolVerifyRequest;
    answer: EnrolledResponse;
  };
  /** Gives ten new recovery codes; the old ones count no more. Needs a recent sign-in with both factors. */
  'POST /api/v1/mfa/recovery-codes/regenerate': {
    path: never;
    query: never;
    body: never;
    answer: RecoveryCodes;
  };
  /** Sends a code to one's own telephone, for `/auth/reauthenticate` with the method `sms`. */
  'POST /api/v1/mfa/sms/challenge': {
    path: never;
    query: never;
    body: never;
    answer: CodeSent;
  };
  /** Turns codes by SMS off. Needs a recent sign-in with both factors; all other sessions end. */
  'POST /api/v1/mfa/sms/disable': {
    path: never;
    query: never;
    body: never;
    answer: void;
  };
  /** Sends a code to a telephone. The number counts after `/mfa/sms/verify`. */
  'POST /api/v1/mfa/sms/enable': {
    path: never;
    query: never;
    body: EnableSmsRequest;
    answer: CodeSent;
  };
  /** Turns codes by SMS on, with the one that was sent. All other sessions end. */
  'POST /api/v1/mfa/sms/verify': {
    path: never;
    query: never;
    body: SmsCodeRequest;
    answer: RecoveryCodes;
  };
  /** What one's account is protected with. */
  'GET /api/v1/mfa/status': {
    path: never;
    query: never;
    body: never;
    answer: MfaStatus;
  };
  /** Turns the authenticator app off. Needs a recent sign-in with both factors; all other sessions end. */
  'POST /api/v1/mfa/totp/disable': {
    path: never;
    query: never;
    body: never;
    answer: void;
  };
  /** Makes a secret for an authenticator app. It counts after `/mfa/totp/verify`. */
  'POST /api/v1/mfa/totp/enable': {
    path: never;
    query: never;
    body: EnableTotpRequest;
    answer: TotpEnrolment;
  };
  /** Turns the authenticator app on, with a first code of it. All other sessions end. */
  'POST /api/v1/mfa/totp/verify': {
    path: never;
    query: never;
    body: TotpCodeRequest;
    answer: RecoveryCodes;
  };
  /** Browsers in which one need not show the second factor. */
  'GET /api/v1/mfa/trusted-devices': {
    path: never;
    query: never;
    body: never;
    answer: TrustedDeviceList;
  };
  /** Asks for the second factor in every browser again. */
  'DELETE /api/v1/mfa/trusted-devices': {
    path: never;
    query: never;
    body: never;
    answer: void;
  };
  /** Asks for the second factor in a browser again. */
  'DELETE /api/v1/mfa/trusted-devices/{id}': {
    path: {
      /** The browser. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** The organizations that one belongs to. Those that were deleted are shown to owners and admins, who can restore them. */
  'GET /api/v1/organizations': {
    path: never;
    query: {
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: OrganizationList;
  };
  /** Makes an organization; one becomes its owner. */
  'POST /api/v1/organizations': {
    path: never;
    query: never;
    body: CreateOrganizationRequest;
    answer: OrganizationBody;
  };
  /** One organization. */
  'GET /api/v1/organizations/{organization_id}': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: never;
    answer: OrganizationBody;
  };
  /** Deletes an organization. For `ORGANIZATION_DELETION_GRACE_DAYS` its owners and admins can restore it. */
  'DELETE /api/v1/organizations/{organization_id}': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Changes an organization. */
  'PATCH /api/v1/organizations/{organization_id}': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: UpdateOrganizationRequest;
    answer: OrganizationBody;
  };
  /** The organization's keys that are not revoked, the newest first. */
  'GET /api/v1/organizations/{organization_id}/api-keys': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: never;
    answer: ApiKeyList;
  };
  /** Makes a key that acts for the organization, whoever comes and goes. Needs a sign-in within the last ten minutes. */
  'POST /api/v1/organizations/{organization_id}/api-keys': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: CreateApiKeyRequest;
    answer: ApiKeyMade;
  };
  /** One of the organization's keys. */
  'GET /api/v1/organizations/{organization_id}/api-keys/{api_key_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The key. */
      api_key_id: string;
    };
    query: never;
    body: never;
    answer: ApiKeyBody;
  };
  /** Ends a key, from the next request on. */
  'DELETE /api/v1/organizations/{organization_id}/api-keys/{api_key_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The key. */
      api_key_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Gives a key another name. */
  'PATCH /api/v1/organizations/{organization_id}/api-keys/{api_key_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The key. */
      api_key_id: string;
    };
    query: never;
    body: RenameApiKeyRequest;
    answer: ApiKeyBody;
  };
  /** Replaces a key. The earlier one works on for the overlap. Needs a sign-in within the last ten minutes. */
  'POST /api/v1/organizations/{organization_id}/api-keys/{api_key_id}/rotate': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The key. */
      api_key_id: string;
    };
    query: never;
    body: RotateApiKeyRequest;
    answer: ApiKeyMade;
  };
  /** What happened in the organization, the newest first. */
  'GET /api/v1/organizations/{organization_id}/audit-logs': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: {
      /** What happened: `area.action`, or `area.*` for all of an area. */
      action?: string;
      /** The id of the person or API key that did it. */
      actor_id?: string;
      /** The id of what it was done to, or of the account. */
      target_id?: string;
      /** What concerns this organization. */
      organization_id?: string;
      /** `success` or `failure`. */
      outcome?: string;
      /** In which request it happened. */
      request_id?: string;
      /** Not before this time (RFC 3339). */
      since?: string;
      /** Before this time (RFC 3339). */
      until?: string;
      /** Entries of a page, at most 1000; 50 when absent. */
      limit?: number;
      /** `next_cursor` of the page before. */
      cursor?: string;
    };
    body: never;
    answer: AuditLog;
  };
  /** The same from the oldest to the newest, streamed: one JSON object a line, or comma-separated values. */
  'GET /api/v1/organizations/{organization_id}/audit-logs/export': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: {
      /** What happened: `area.action`, or `area.*` for all of an area. */
      action?: string;
      /** The id of the person or API key that did it. */
      actor_id?: string;
      /** The id of what it was done to, or of the account. */
      target_id?: string;
      /** What concerns this organization. */
      organization_id?: string;
      /** `success` or `failure`. */
      outcome?: string;
      /** In which request it happened. */
      request_id?: string;
      /** Not before this time (RFC 3339). */
      since?: string;
      /** Before this time (RFC 3339). */
      until?: string;
      /** `ndjson` when absent. */
      format?: "ndjson" | "csv";
    };
    body: never;
    answer: string;
  };
  /** The domains of the organization by name. */
  'GET /api/v1/organizations/{organization_id}/domains': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: never;
    answer: DomainList;
  };
  /**
   * Claims a domain; the answer names the TXT record that proves it. One that another organization has proven: 409
   * `DOMAIN_TAKEN`.
   */
  'POST /api/v1/organizations/{organization_id}/domains': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: ClaimDomainRequest;
    answer: DomainBody;
  };
  /** Gives a domain up, verified or not. Claimed anew it needs another record. */
  'DELETE /api/v1/organizations/{organization_id}/domains/{domain_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The domain. */
      domain_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Looks for the record of a domain. 422 `DOMAIN_RECORD_MISSING` or `DOMAIN_RECORD_WRONG` tell what was found instead. */
  'POST /api/v1/organizations/{organization_id}/domains/{domain_id}/verify': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The domain. */
      domain_id: string;
    };
    query: never;
    body: never;
    answer: DomainBody;
  };
  /** The invitations, newest first. */
  'GET /api/v1/organizations/{organization_id}/invitations': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: {
      /** Only those that stand so. */
      state?: "pending" | "accepted" | "revoked" | "expired";
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: InvitationList;
  };
  /** Invites somebody by mail. Only whoever reads that address can accept. */
  'POST /api/v1/organizations/{organization_id}/invitations': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: InviteRequest;
    answer: InvitationBody;
  };
  /** Invites many, each for themselves: what is refused for one address keeps no other from being invited. */
  'POST /api/v1/organizations/{organization_id}/invitations/bulk': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: InviteManyRequest;
    answer: InviteManyResponse;
  };
  /** One invitation. */
  'GET /api/v1/organizations/{organization_id}/invitations/{invitation_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The invitation. */
      invitation_id: string;
    };
    query: never;
    body: never;
    answer: InvitationBody;
  };
  /** Takes an invitation back. */
  'DELETE /api/v1/organizations/{organization_id}/invitations/{invitation_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The invitation. */
      invitation_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Sends an invitation once more, also one that has expired. What was mailed before works no more. */
  'POST /api/v1/organizations/{organization_id}/invitations/{invitation_id}/resend': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The invitation. */
      invitation_id: string;
    };
    query: never;
    body: never;
    answer: InvitationBody;
  };
  /** Leaves an organization. The last owner cannot: 409 `LAST_OWNER`. */
  'POST /api/v1/organizations/{organization_id}/leave': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** The members, in the order in which they came. */
  'GET /api/v1/organizations/{organization_id}/members': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: {
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: MemberList;
  };
  /** One member. */
  'GET /api/v1/organizations/{organization_id}/members/{user_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The member. */
      user_id: string;
    };
    query: never;
    body: never;
    answer: MemberBody;
  };
  /** Removes a member. Their next request in this organization is refused. */
  'DELETE /api/v1/organizations/{organization_id}/members/{user_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The member. */
      user_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Gives a member another role. It counts from the next request on. */
  'PATCH /api/v1/organizations/{organization_id}/members/{user_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The member. */
      user_id: string;
    };
    query: never;
    body: SetRoleRequest;
    answer: MemberBody;
  };
  /** Restores a deleted organization. */
  'POST /api/v1/organizations/{organization_id}/restore': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: never;
    answer: OrganizationBody;
  };
  /** The roles that members can have: the system's, from the highest to the lowest, then the organization's own. */
  'GET /api/v1/organizations/{organization_id}/roles': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: never;
    answer: RoleList;
  };
  /** Makes a role. Nobody can put into it what they do not hold: 403 `ROLE_TOO_HIGH`. */
  'POST /api/v1/organizations/{organization_id}/roles': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: CreateRoleRequest;
    answer: RoleBody;
  };
  /** One of the organization's own roles. */
  'GET /api/v1/organizations/{organization_id}/roles/{role_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The role. */
      role_id: string;
    };
    query: never;
    body: never;
    answer: RoleBody;
  };
  /** Deletes a role of the organization's own that nobody has: else 409 `ROLE_IN_USE`. */
  'DELETE /api/v1/organizations/{organization_id}/roles/{role_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The role. */
      role_id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Changes a role of the organization's own. It counts for all who have it from the next request on. */
  'PATCH /api/v1/organizations/{organization_id}/roles/{role_id}': {
    path: {
      /** The organization. */
      organization_id: string;
      /** The role. */
      role_id: string;
    };
    query: never;
    body: UpdateRoleRequest;
    answer: RoleBody;
  };
  /** Makes a member the owner; one becomes an admin. Needs a recent proof of who one is. */
  'POST /api/v1/organizations/{organization_id}/transfer-ownership': {
    path: {
      /** The organization. */
      organization_id: string;
    };
    query: never;
    body: TransferRequest;
    answer: MemberBody;
  };
  /** One's own passkeys, the oldest first. */
  'GET /api/v1/passkeys': {
    path: never;
    query: never;
    body: never;
    answer: PasskeyList;
  };
  /** Asks for a passkey to sign in with. The answer does not tell whether an address has an account. */
  'POST /api/v1/passkeys/authenticate/options': {
    path: never;
    query: never;
    body: AuthenticateRequest | undefined;
    answer: QuestionBody;
  };
  /** Signs in whoever holds the passkey that answered. With PIN, finger or face it counts as two factors. */
  'POST /api/v1/passkeys/authenticate/verify': {
    path: never;
    query: never;
    body: PasskeyAnswer;
    answer: LoginResponse;
  };
  /** Asks for a new passkey. Needs a sign-in within the last ten minutes. */
  'POST /api/v1/passkeys/register/options': {
    path: never;
    query: never;
    body: never;
    answer: QuestionBody;
  };
  /** Adds the passkey that answered the question. A mail tells of it; sessions go on. */
  'POST /api/v1/passkeys/register/verify': {
    path: never;
    query: never;
    body: RegisterPasskeyRequest;
    answer: PasskeyBody;
  };
  /** Removes one of one's own passkeys, unless it is the last way in. Other sessions end, and a mail tells of it. */
  'DELETE /api/v1/passkeys/{id}': {
    path: {
      /** The passkey. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Gives one of one's own passkeys another name. */
  'PATCH /api/v1/passkeys/{id}': {
    path: {
      /** The passkey. */
      id: string;
    };
    query: never;
    body: RenameRequest;
    answer: PasskeyBody;
  };
  /** Whether one may do something in an organization, with the reason for a no. */
  'POST /api/v1/rbac/check': {
    path: never;
    query: never;
    body: CheckRequest;
    answer: CheckResponse;
  };
  /** The permissions that Janua itself asks for. */
  'GET /api/v1/rbac/permissions': {
    path: never;
    query: never;
    body: never;
    answer: PermissionList;
  };
  /** The caller's live sessions, the last used first. */
  'GET /api/v1/sessions': {
    path: never;
    query: {
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: SessionList;
  };
  /** Ends all of the caller's sessions but this one. */
  'DELETE /api/v1/sessions': {
    path: never;
    query: never;
    body: never;
    answer: void;
  };
  /** The session of this request. */
  'GET /api/v1/sessions/current': {
    path: never;
    query: never;
    body: never;
    answer: SessionBody;
  };
  /** Ends one of the caller's sessions. */
  'DELETE /api/v1/sessions/{id}': {
    path: {
      /** The session. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /**
   * Takes a browser back from a provider of OpenID Connect: signs in, or links, and goes on to where the person wanted to go. What
   * goes wrong is told on a page.
   */
  'GET /api/v1/sso/callback': {
    path: never;
    query: {
      /** What we sent along. */
      state?: string;
      /** What can be exchanged once. */
      code?: string;
      /** Why there is no code. */
      error?: string;
      /** Who answers (RFC 9207). */
      iss?: string;
    };
    body: never;
    answer: void;
  };
  /**
   * Takes a browser back from a provider that speaks SAML. Browsers leave our cookies out of a form that another site sends,
   * so they are sent to come again, and bring them. Where the provider began, which a connection has to allow, there is
   * nothing to bring.
   */
  'POST /api/v1/sso/callback': {
    path: never;
    query: never;
    body: SsoCallbackForm;
    answer: void;
  };
  /** The connections of an organization, or of all whose single sign-on one may look after. */
  'GET /api/v1/sso/connections': {
    path: never;
    query: {
      /** Those of an organization. Without it those of all that one may look after. */
      organization_id?: string;
    };
    body: never;
    answer: SsoConnectionList;
  };
  /** Adds a connection. What is missing can be filled in later; then it is enabled. */
  'POST /api/v1/sso/connections': {
    path: never;
    query: never;
    body: CreateSsoConnectionRequest;
    answer: SsoConnectionBody;
  };
  /** A connection. */
  'GET /api/v1/sso/connections/{id}': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: never;
    answer: SsoConnectionBody;
  };
  /** Deletes a connection, with what it links; nobody's account goes with it. */
  'DELETE /api/v1/sso/connections/{id}': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /**
   * Changes a connection, enables or disables it. To be enabled it has to be complete, and operators need to have set
   * `SSO_RELAY_STATE_SECRET`.
   */
  'PATCH /api/v1/sso/connections/{id}': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: UpdateSsoConnectionRequest;
    answer: SsoConnectionBody;
  };
  /**
   * The public half of the key with which a connection proves who we are (`private_key_jwt`), as a JSON Web Key Set. Whoever
   * has the address may read it: providers fetch it.
   */
  'GET /api/v1/sso/connections/{id}/jwks': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: never;
    answer: unknown;
  };
  /**
   * Our metadata for the provider of a connection of SAML: our entity id, where answers go, what we sign with and what may
   * be encrypted to. It holds no secret, and whoever has the address may read it: identity providers fetch it.
   */
  'GET /api/v1/sso/connections/{id}/metadata': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: never;
    answer: string;
  };
  /**
   * Announces another key of our own for a connection of SAML, or begins to use the one that was announced. What was
   * encrypted to the one before can be read until another is announced.
   */
  'POST /api/v1/sso/connections/{id}/rotate-key': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: RotateSsoKeyRequest;
    answer: SsoConnectionBody;
  };
  /**
   * Makes a link with which whoever runs the identity provider fills in the connection, without an account here: what to copy
   * where, and a trial. They cannot enable it. The link before opens nothing any more.
   */
  'POST /api/v1/sso/connections/{id}/setup-link': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: CreateSsoSetupLinkRequest;
    answer: SsoSetupLink;
  };
  /** Withdraws the link of a connection; whoever has begun with it goes no further. */
  'DELETE /api/v1/sso/connections/{id}/setup-link': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Tries a connection live, enabled or not: whether the provider can be reached and what a sign-in needs is there. */
  'POST /api/v1/sso/connections/{id}/test': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: never;
    answer: SsoTestReport;
  };
  /** Whether people of a domain sign in at the identity provider of an organization, for sign-in pages of one's own. */
  'GET /api/v1/sso/domains/{domain}': {
    path: {
      /** What stands behind the `@` of an address. */
      domain: string;
    };
    query: never;
    body: never;
    answer: SsoDomain;
  };
  /**
   * Begins a sign-in at the identity provider of an organization. Browsers that ask for a page are sent there at once, with
   * 302.
   */
  'POST /api/v1/sso/initiate': {
    path: never;
    query: never;
    body: SsoInitiateRequest;
    answer: SsoDeparture;
  };
  /**
   * Takes a message about signing out by SAML that came by redirect: a request of the provider, which has to be signed and
   * ends the sessions that it names, or its answer to a request of ours.
   */
  'GET /api/v1/sso/saml/slo': {
    path: never;
    query: {
      /** The request of the provider, deflated, in base64. */
      SAMLRequest?: string;
      /** Its answer to a request of ours. */
      SAMLResponse?: string;
      /** What travels along. */
      RelayState?: string;
      /** How it is signed. */
      SigAlg?: string;
      /** The signature over the query. */
      Signature?: string;
    };
    body: never;
    answer: void;
  };
  /** The same for what came in a form. */
  'POST /api/v1/sso/saml/slo': {
    path: never;
    query: never;
    body: SsoLogoutForm;
    answer: void;
  };
  /** The people of all organizations whose members one may see, oneself among them. */
  'GET /api/v1/users': {
    path: never;
    query: {
      /** Those whose address, username or name starts with this; case does not matter. */
      search?: string;
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: PersonList;
  };
  /** One's own profile. */
  'GET /api/v1/users/me': {
    path: never;
    query: never;
    body: never;
    answer: OwnProfile;
  };
  /** Deletes one's own account with everything that belongs to it. */
  'DELETE /api/v1/users/me': {
    path: never;
    query: never;
    body: DeleteRequest | undefined;
    answer: void;
  };
  /** Changes one's own profile. */
  'PATCH /api/v1/users/me': {
    path: never;
    query: never;
    body: UpdateRequest;
    answer: Profile;
  };
  /** All that is kept of oneself, as a file: no secrets, no hashes. */
  'GET /api/v1/users/me/export': {
    path: never;
    query: never;
    body: never;
    answer: string;
  };
  /**
   * The accounts at identity providers of organizations that open one's own, and the connections through which one may link
   * another.
   */
  'GET /api/v1/users/me/sso/connections': {
    path: never;
    query: never;
    body: never;
    answer: SsoLinks;
  };
  /** Begins to link an account at the identity provider of one of one's organizations to one's own. Needs a recent sign-in. */
  'POST /api/v1/users/me/sso/connections/{id}/link': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: LinkSsoRequest;
    answer: SsoDeparture;
  };
  /**
   * Lets an account at an identity provider open one's own no more; the sessions that began there end. Never the last way
   * in, nor what one's organization wants one to sign in through. Needs a recent sign-in.
   */
  'DELETE /api/v1/users/me/sso/connections/{id}/link': {
    path: {
      /** The connection. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Somebody of an organization whose members one may see; 404 for everybody else. */
  'GET /api/v1/users/{user_id}': {
    path: {
      /** The person. */
      user_id: string;
    };
    query: never;
    body: never;
    answer: PersonBody;
  };
  /** The webhooks of an organization, of the platform for its administrators, or of all organizations of one's own. */
  'GET /api/v1/webhooks': {
    path: never;
    query: {
      /** Those of an organization. Without it administrators see those of the platform, others those of their organizations. */
      organization_id?: string;
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: WebhookList;
  };
  /** Adds a webhook; its secret is shown this once. */
  'POST /api/v1/webhooks': {
    path: never;
    query: never;
    body: CreateWebhookRequest;
    answer: WebhookWithSecret;
  };
  /** The events that there are. */
  'GET /api/v1/webhooks/events/types': {
    path: never;
    query: never;
    body: never;
    answer: EventTypes;
  };
  /** One webhook. */
  'GET /api/v1/webhooks/{id}': {
    path: {
      /** The webhook. */
      id: string;
    };
    query: never;
    body: never;
    answer: WebhookBody;
  };
  /** Deletes a webhook, with all that waits for it. */
  'DELETE /api/v1/webhooks/{id}': {
    path: {
      /** The webhook. */
      id: string;
    };
    query: never;
    body: never;
    answer: void;
  };
  /** Changes a webhook, or turns it off and on. */
  'PATCH /api/v1/webhooks/{id}': {
    path: {
      /** The webhook. */
      id: string;
    };
    query: never;
    body: UpdateWebhookRequest;
    answer: WebhookBody;
  };
  /** What became of the events for a webhook, the newest first. */
  'GET /api/v1/webhooks/{id}/deliveries': {
    path: {
      /** The webhook. */
      id: string;
    };
    query: {
      /** The page, from 1. */
      page?: number;
      /** Entries of a page, at most 100. */
      per_page?: number;
    };
    body: never;
    answer: DeliveryList;
  };
  /** Has an event sent again at once, also one that was taken; its tries begin anew. */
  'POST /api/v1/webhooks/{id}/deliveries/{delivery_id}/retry': {
    path: {
      /** The webhook. */
      id: string;
      /** The delivery. */
      delivery_id: string;
    };
    query: never;
    body: never;
    answer: DeliveryBody;
  };
  /** Gives a webhook another secret, shown this once. For a while deliveries carry the signatures of both. */
  'POST /api/v1/webhooks/{id}/rotate-secret': {
    path: {
      /** The webhook. */
      id: string;
    };
    query: never;
    body: RotateSecretRequest;
    answer: WebhookWithSecret;
  };
  /** Sends a `webhook.test` event now and tells what the receiver said, whatever that was. */
  'POST /api/v1/webhooks/{id}/test': {
    path: {
      /** The webhook. */
      id: string;
    };
    query: never;
    body: never;
    answer: TestBody;
  };
  /** The caught mails and text messages, newest first. */
  'GET /dev/mail/messages': {
    path: never;
    query: {
      /** Only what went to this address, or to this number in E.164. */
      to?: string;
    };
    body: never;
    answer: CaughtList;
  };
  /** Tells how the server and its dependencies are doing. */
  'GET /health': {
    path: never;
    query: never;
    body: never;
    answer: Health;
  };
  /** Tells the same with figures: latencies, pool, circuit breaker, queues, the server's time. */
  'GET /health/detailed': {
    path: never;
    query: never;
    body: never;
    answer: Detailed;
  };
  /** Tells Kubernetes that the process runs. */
  'GET /live': {
    path: never;
    query: never;
    body: never;
    answer: unknown;
  };
  /** Tells Prometheus how the server does. */
  'GET /metrics': {
    path: never;
    query: never;
    body: never;
    answer: string;
  };
  /** Tells a load balancer whether to send requests here. */
  'GET /ready': {
    path: never;
    query: never;
    body: never;
    answer: unknown;
  };
}
