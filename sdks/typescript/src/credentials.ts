import type { JanuaError } from './errors.js';
import type { CurrentSession } from './generated/openapi.js';

/** What a call shows to prove who asks. */
export interface Credentials {
  /** Headers for a call of that method. */
  headers(method: string): Promise<Record<string, string>>;
  /** Whether a refused call is worth sending once more; may put things right before it answers. */
  refused(error: JanuaError, shown: Record<string, string>): Promise<boolean>;
}

/** A key or token that whoever made the client looks after. */
export class FixedCredentials implements Credentials {
  constructor(private readonly secret: () => string | null | Promise<string | null>) {}

  async headers(): Promise<Record<string, string>> {
    const secret = await this.secret();
    return secret ? { authorization: `Bearer ${secret}` } : {};
  }

  async refused(): Promise<boolean> {
    return false;
  }
}

/** Janua's HttpOnly cookie, which the browser sends by itself; unsafe methods also show that this page may read answers. */
export class CookieCredentials implements Credentials {
  #csrf: Promise<string | null> | null = null;

  constructor(
    private readonly session: () => Promise<CurrentSession>,
    private readonly expired: (error: JanuaError) => void,
  ) {}

  async headers(method: string): Promise<Record<string, string>> {
    if (method === 'GET' || method === 'HEAD') return {};
    this.#csrf ??= this.session().then(
      (answer) => answer.csrf_token,
      () => null,
    );
    const token = await this.#csrf;
    if (!token) this.#csrf = null;
    return token ? { 'x-csrf-token': token } : {};
  }

  async refused(error: JanuaError): Promise<boolean> {
    if (error.code === 'CSRF_REFUSED') {
      this.forget();
      return true;
    }
    if (error.code === 'TOKEN_REVOKED' || error.code === 'SESSION_EXPIRED') this.expired(error);
    return false;
  }

  /** Another session has begun, or this one has ended. */
  forget(): void {
    this.#csrf = null;
  }
}
