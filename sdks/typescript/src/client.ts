import { type JanuaConfig, settle } from './config.js';
import { CookieCredentials, FixedCredentials } from './credentials.js';
import { Events, type JanuaEvent, type Listener } from './events.js';
import { Admin } from './modules/admin.js';
import { ApiKeys } from './modules/api_keys.js';
import { AuditLogs } from './modules/audit_logs.js';
import { Auth, SignInCompletion } from './modules/auth.js';
import { Mfa } from './modules/mfa.js';
import { Organizations } from './modules/organizations.js';
import { Passkeys } from './modules/passkeys.js';
import { Server } from './modules/server.js';
import { Sessions } from './modules/sessions.js';
import { Sso } from './modules/sso.js';
import { Users } from './modules/users.js';
import { Webhooks } from './modules/webhooks.js';
import { SessionKeeper } from './session_keeper.js';
import { type Answer, type CallOptions, type Input, type OperationName, Transport } from './transport.js';

/** A client of one Janua server, for one person or program at a time. */
export class JanuaClient {
  /** Signing up, in and out. */
  readonly auth: Auth;
  /** The own account, and people of shared organizations. */
  readonly users: Users;
  /** Where one is signed in. */
  readonly sessions: Sessions;
  /** Sign-in at the identity provider of an organization. */
  readonly sso: Sso;
  /** Addresses that events are sent to. */
  readonly webhooks: Webhooks;
  /** How the server does. */
  readonly server: Server;
  /** Keys that people keep. */
  readonly passkeys: Passkeys;
  /** Customers, their people, and what those may do. */
  readonly organizations: Organizations;
  /** Second factors. */
  readonly mfa: Mfa;
  /** Who did what. */
  readonly auditLogs: AuditLogs;
  /** Keys for programs. */
  readonly apiKeys: ApiKeys;
  /** The administration of the whole platform. */
  readonly admin: Admin;

  readonly #events = new Events();
  readonly #keeper: SessionKeeper | null = null;
  readonly #transport: Transport;

  constructor(config: JanuaConfig) {
    const settings = settle(config);
    const transport = new Transport(settings);
    this.#transport = transport;
    let cookies: CookieCredentials | null = null;
    const fixed = settings.apiKey ? () => settings.apiKey : settings.accessToken;
    if (fixed) {
      transport.credentials = new FixedCredentials(fixed);
    } else if (settings.storage.type === 'cookie') {
      cookies = new CookieCredentials(
        () => transport.call('GET /api/v1/auth/session', {}, {}, { anonymous: true }),
        (error) => this.#events.emit('auth:expired', { error }),
      );
      transport.credentials = cookies;
    } else {
      this.#keeper = new SessionKeeper(settings, this.#events, (refresh_token) =>
        transport.call('POST /api/v1/auth/refresh', { body: { refresh_token } }, {}, { anonymous: true }),
      );
      transport.credentials = this.#keeper;
    }
    const signIns = new SignInCompletion(this.#events, this.#keeper, cookies);
    this.auth = new Auth(transport, signIns);
    this.users = new Users(transport, signIns);
    this.sessions = new Sessions(transport);
    this.sso = new Sso(transport);
    this.webhooks = new Webhooks(transport);
    this.server = new Server(transport);
    this.passkeys = new Passkeys(transport, signIns);
    this.organizations = new Organizations(transport);
    this.mfa = new Mfa(transport, signIns);
    this.auditLogs = new AuditLogs(transport);
    this.apiKeys = new ApiKeys(transport);
    this.admin = new Admin(transport);
  }

  /** Calls `listener` at each event of that name; the answer stops it. */
  on<E extends JanuaEvent>(event: E, listener: Listener<E>): () => void {
    return this.#events.on(event, listener);
  }

  /** Calls `listener` at the next event of that name only. */
  once<E extends JanuaEvent>(event: E, listener: Listener<E>): () => void {
    return this.#events.once(event, listener);
  }

  /** Stops what `on` began. */
  off<E extends JanuaEvent>(event: E, listener: Listener<E>): void {
    this.#events.off(event, listener);
  }

  /** Calls any operation of the API by its method and path, typed by the API document. */
  request<O extends OperationName>(
    operation: O,
    input?: Input<O>,
    options?: CallOptions,
  ): Promise<Answer<O>> {
    return this.#transport.call(operation, input, options);
  }

  /** Starts what `close` has stopped. A new client is open. */
  open(): void {
    this.#keeper?.open();
  }

  /** Stops timers and listeners, as when a component goes; whoever is signed in stays so. */
  close(): void {
    this.#keeper?.close();
  }
}
