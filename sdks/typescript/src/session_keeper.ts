import type { Settings } from './config.js';
import type { Credentials } from './credentials.js';
import { AuthenticationError, type JanuaError, TokenError } from './errors.js';
import type { Events } from './events.js';
import type { Profile, TokensBody } from './generated/openapi.js';
import { type RefreshLock, refreshLock } from './refresh_lock.js';
import { TabChannel, type TabMessage } from './tab_channel.js';
import { TokenStorage } from './token_storage.js';
import { type KeptTokens, kept, lifetime } from './tokens.js';

/** Timers stand still while a machine sleeps, so the clock is looked at this often at least. */
const LONGEST_WAIT_MS = 60_000;
/** An access token with less left than this might expire on its way. */
const EXPIRY_MARGIN_MS = 2_000;

const wakes = ['visibilitychange', 'online', 'pageshow', 'focus'];

/** Whether a failed refresh tells that the session is over, and not only that the server could not be asked. */
export function endsSession(error: unknown): error is AuthenticationError {
  return error instanceof AuthenticationError && error.status === 401 && error.code !== 'UNEXPECTED_RESPONSE';
}

/** What a refused call leads to. */
export function afterRefusal(error: JanuaError): 'refresh' | 'signed_out' | 'tell' {
  if (error.status !== 401) return 'tell';
  if (error.code === 'TOKEN_EXPIRED' || error.code === 'TOKEN_INVALID') return 'refresh';
  return error.code === 'TOKEN_REVOKED' || error.code === 'SESSION_EXPIRED' ? 'signed_out' : 'tell';
}

/** Keeps the tokens of one session, and keeps them fresh: one refresh at a time in this browser. */
export class SessionKeeper implements Credentials {
  readonly #storage: TokenStorage;
  readonly #lock: RefreshLock;
  readonly #name: string;
  #channel: TabChannel | null = null;
  #flight: Promise<KeptTokens> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #notBefore = 0;
  #closed = true;

  constructor(
    private readonly settings: Settings,
    private readonly events: Events,
    private readonly exchange: (refreshToken: string) => Promise<TokensBody>,
  ) {
    this.#storage = new TokenStorage(settings.storage, (error) => events.emit('error', { error }));
    const name = `janua:${settings.baseUrl}:${this.#storage.key}`;
    // Longer than a refresh with its repetitions takes.
    const patience = (settings.timeout + 10_000) * (settings.maxRetries + 1);
    this.#lock = refreshLock(name, this.#storage.acrossTabs, patience);
    this.#name = name;
    this.open();
  }

  /** The tokens as they are kept, fresh or not. */
  read(): Promise<KeptTokens | null> {
    return this.#storage.read();
  }

  /** An access token that still counts, refreshed before if it has to be; null when nobody is signed in. */
  async accessToken(): Promise<string | null> {
    const tokens = await this.#storage.read();
    if (!tokens) return null;
    if (!this.settings.autoRefresh) return tokens.access_token;
    const { dueAt, expiresAt } = this.#lifetime(tokens);
    if (Date.now() >= expiresAt - EXPIRY_MARGIN_MS)
      return (await this.#refreshInstead(tokens.access_token)).access_token;
    if (Date.now() >= dueAt) this.#look();
    return tokens.access_token;
  }

  async headers(): Promise<Record<string, string>> {
    const token = await this.accessToken();
    return token ? { authorization: `Bearer ${token}` } : {};
  }

  async refused(error: JanuaError, shown: Record<string, string>): Promise<boolean> {
    const token = shown.authorization?.slice('Bearer '.length);
    const then = afterRefusal(error);
    if (!token || then === 'tell') return false;
    if (then === 'signed_out') {
      await this.#lock.run(async () => {
        const tokens = await this.#storage.read();
        if (tokens?.access_token === token) await this.#expire(error, tokens);
      });
      return false;
    }
    if (!this.settings.autoRefresh) return false;
    await this.#refreshInstead(token);
    return true;
  }

  /** New tokens, now. Calls at the same time share one refresh, with those in other tabs too. */
  async refresh(): Promise<KeptTokens> {
    const tokens = await this.#storage.read();
    if (!tokens) throw nobodySignedIn();
    return this.#refreshInstead(tokens.access_token);
  }

  /** A session has begun. */
  async begin(tokens: TokensBody, user: Profile): Promise<void> {
    await this.#lock.run(() => this.#keep(kept(tokens, Date.now())));
    this.events.emit('auth:signedIn', { user });
    this.#channel?.post({ kind: 'signedIn', user });
  }

  /** The session goes on with another access token, in other tabs too. */
  async replaceAccessToken(access_token: string, expires_in: number): Promise<void> {
    await this.#lock.run(async () => {
      const tokens = await this.#storage.read();
      if (tokens) await this.#replace(tokens, kept({ ...tokens, access_token, expires_in }, Date.now()));
    });
  }

  /** Forgets the session after `farewell` was said with its tokens, whatever comes of that. */
  async end(farewell: (tokens: KeptTokens | null) => Promise<void>): Promise<void> {
    await this.#lock.run(async () => {
      const tokens = await this.#storage.read();
      try {
        await farewell(tokens);
      } finally {
        this.#stopTimer();
        await this.#storage.clear();
        this.events.emit('auth:signedOut', {});
        this.#channel?.post({ kind: 'signedOut' });
      }
    });
  }

  /** Starts timers and listeners, unless they run. */
  open(): void {
    if (!this.#closed) return;
    this.#closed = false;
    const { acrossTabs } = this.#storage;
    this.#channel = new TabChannel(this.#name, acrossTabs, (message) => void this.#heard(message));
    if (typeof document !== 'undefined' && this.settings.autoRefresh) {
      for (const wake of wakes) globalThis.addEventListener?.(wake, this.#look, true);
    }
    this.#look();
  }

  /** Stops timers and listeners; the tokens stay where they are. */
  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#channel?.close();
    for (const wake of wakes) globalThis.removeEventListener?.(wake, this.#look, true);
  }

  #refreshInstead(stale: string): Promise<KeptTokens> {
    this.#flight ??= this.#lock
      .run(() => this.#exchangeOnce(stale))
      .finally(() => {
        this.#flight = null;
      });
    return this.#flight;
  }

  async #exchangeOnce(stale: string): Promise<KeptTokens> {
    const tokens = await this.#storage.read();
    if (!tokens) throw nobodySignedIn();
    // Another tab was faster while this one waited for the lock.
    if (tokens.access_token !== stale && Date.now() < this.#lifetime(tokens).expiresAt)
      return this.#adopt(tokens);
    try {
      const fresh = kept(await this.exchange(tokens.refresh_token), Date.now());
      await this.#replace(tokens, fresh);
      return fresh;
    } catch (error) {
      if (!endsSession(error)) throw error;
      const now = await this.#storage.read();
      if (now && now.refresh_token !== tokens.refresh_token) return this.#adopt(now);
      await this.#expire(error, tokens);
      throw error;
    }
  }

  async #replace(tokens: KeptTokens, fresh: KeptTokens): Promise<void> {
    await this.#keep(fresh);
    this.#channel?.post({ kind: 'refreshed', replaced: tokens.refresh_token, tokens: fresh });
    this.#tellRefreshed(fresh);
  }

  async #keep(tokens: KeptTokens): Promise<void> {
    await this.#storage.write(tokens);
    this.#adopt(tokens);
  }

  #adopt(tokens: KeptTokens): KeptTokens {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#schedule(tokens);
    return tokens;
  }

  async #expire(error: JanuaError, tokens: KeptTokens): Promise<void> {
    this.#stopTimer();
    await this.#storage.clear();
    this.events.emit('auth:expired', { error });
    const { code, message, status } = error;
    this.#channel?.post({ kind: 'expired', refreshToken: tokens.refresh_token, code, message, status });
  }

  #tellRefreshed(tokens: KeptTokens): void {
    const { expiresAt } = this.#lifetime(tokens);
    this.events.emit('auth:refreshed', { accessToken: tokens.access_token, expiresAt });
  }

  async #heard(message: TabMessage): Promise<void> {
    if (message.kind === 'refreshed') {
      const mine = await this.#storage.read();
      if (this.#storage.shared) {
        if (mine) this.#adopt(mine);
      } else if (mine?.refresh_token === message.replaced) {
        await this.#keep(message.tokens);
      } else return;
      this.#tellRefreshed(message.tokens);
      return;
    }
    if (message.kind === 'expired') {
      if (!this.#storage.shared) {
        const mine = await this.#storage.read();
        if (mine?.refresh_token !== message.refreshToken) return;
        await this.#storage.clear();
      }
      this.#stopTimer();
      this.events.emit('auth:expired', { error: new TokenError(message.message, message) });
      return;
    }
    // Who signs in or out in one tab leaves the others alone unless they share what is kept.
    if (!this.#storage.shared) return;
    if (message.kind === 'signedIn') {
      this.#look();
      this.events.emit('auth:signedIn', { user: message.user as Profile });
    } else {
      this.#stopTimer();
      this.events.emit('auth:signedOut', {});
    }
  }

  #lifetime(tokens: KeptTokens) {
    return lifetime(tokens, this.settings.refreshThreshold);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(tokens: KeptTokens): void {
    this.#stopTimer();
    if (this.#closed || !this.settings.autoRefresh) return;
    const wait = Math.max(this.#lifetime(tokens).dueAt, this.#notBefore) - Date.now();
    this.#timer = setTimeout(this.#look, Math.min(Math.max(wait, 0), LONGEST_WAIT_MS));
    // In Node a timer alone must not keep a program alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Refreshes if it is time to, and comes back when it will be. */
  readonly #look = (): void => {
    if (this.#closed || !this.settings.autoRefresh) return;
    this.#refreshIfDue().catch((error: JanuaError) => this.events.emit('error', { error }));
  };

  async #refreshIfDue(): Promise<void> {
    const tokens = await this.#storage.read();
    if (!tokens || this.#closed) return;
    if (Date.now() < Math.max(this.#lifetime(tokens).dueAt, this.#notBefore)) return this.#schedule(tokens);
    try {
      await this.#refreshInstead(tokens.access_token);
    } catch (error) {
      if (endsSession(error)) return; // auth:expired has told of it.
      const { retryAfter } = error as JanuaError;
      this.#notBefore =
        Date.now() +
        Math.max((retryAfter ?? 0) * 1000, Math.min(5_000 * 2 ** this.#failures, LONGEST_WAIT_MS));
      this.#failures += 1;
      this.#schedule(tokens);
      throw error;
    }
  }
}

function nobodySignedIn(): AuthenticationError {
  return new AuthenticationError('Nobody is signed in', {
    code: 'NOT_AUTHENTICATED',
    help: 'Call auth.signIn first.',
  });
}
