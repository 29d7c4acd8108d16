import type { KeyValueStorage } from './token_storage.js';

/** Where tokens are kept. */
export type TokenStorageType = 'localStorage' | 'sessionStorage' | 'memory' | 'cookie' | 'custom';

/** Where tokens are kept, and under which key. */
export interface TokenStorageOptions {
  /**
   * `localStorage` is shared by all tabs and outlives them, `sessionStorage` belongs to one tab, `memory` to one page.
   * With `cookie` scripts hold no tokens at all: Janua's own HttpOnly cookie is the session.
   * `custom` asks `storage`.
   */
  type: TokenStorageType;
  /** The name they are kept under; `janua_auth` unless given. */
  key?: string;
  /** For `custom`: has the methods of `localStorage`, which may be asynchronous. */
  storage?: KeyValueStorage;
}

/** What a client may be told. */
export interface JanuaConfig {
  /** Where Janua is: `https://auth.example.com`. A path of a proxy may follow. */
  baseUrl?: string;
  /** The same as `baseUrl`. */
  baseURL?: string;
  /** For programs: a key that begins with `jnk_`. No tokens are kept then, and nothing is refreshed. */
  apiKey?: string;
  /** For servers that act for whoever called them: that access token. Nothing is kept or refreshed. */
  accessToken?: string | (() => string | null | Promise<string | null>);
  /** Refresh tokens before they expire, and after a call has found them expired; true unless given. */
  autoRefresh?: boolean;
  /** The same as `autoRefresh`. */
  autoRefreshTokens?: boolean;
  /** How many seconds before its end an access token is replaced; 300 unless given, half of its life at most. */
  refreshThreshold?: number;
  /** `localStorage` where there is one, else `memory`, unless given. */
  tokenStorage?: TokenStorageOptions | TokenStorageType;
  /** Milliseconds until a call that has no answer fails; 30000 unless given. */
  timeout?: number;
  /** How often a call is sent again after 429, 502 or 503; 2 unless given. */
  maxRetries?: number;
  /** Whether browsers send Janua's cookies; `include` unless given, which also proves the device at a refresh. */
  credentials?: RequestCredentials;
  /** Headers for every call. */
  headers?: Record<string, string>;
  /** What sends requests; the runtime's own `fetch` unless given. */
  fetch?: typeof fetch;
}

/** Settled and checked. */
export interface Settings {
  baseUrl: string;
  apiKey: string | null;
  accessToken: (() => string | null | Promise<string | null>) | null;
  autoRefresh: boolean;
  refreshThreshold: number;
  storage: TokenStorageOptions & { key: string };
  timeout: number;
  maxRetries: number;
  credentials: RequestCredentials;
  headers: Record<string, string>;
  fetch: typeof fetch;
}

/** Checks what a client was told, and fills in the rest. */
export function settle(config: JanuaConfig): Settings {
  if (!config || typeof config !== 'object') {
    throw new TypeError("new JanuaClient needs its configuration: new JanuaClient({ baseUrl: 'https://…' })");
  }
  const { accessToken, apiKey } = config;
  const storage = settleStorage(config.tokenStorage);
  return {
    baseUrl: normalizeBaseUrl(config.baseUrl ?? config.baseURL),
    apiKey: apiKey || null,
    accessToken: typeof accessToken === 'string' ? () => accessToken : (accessToken ?? null),
    autoRefresh: config.autoRefresh ?? config.autoRefreshTokens ?? true,
    refreshThreshold: nonNegative('refreshThreshold', config.refreshThreshold ?? 300),
    storage,
    timeout: nonNegative('timeout', config.timeout ?? 30_000),
    maxRetries: nonNegative('maxRetries', config.maxRetries ?? 2),
    credentials: config.credentials ?? (apiKey || accessToken ? 'omit' : 'include'),
    headers: config.headers ?? {},
    fetch: config.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
}

/** The address of the server without slashes and API prefix at its end. */
export function normalizeBaseUrl(given: string | undefined): string {
  const text = typeof given === 'string' ? given.trim() : '';
  if (!/^https?:\/\/[^/?#]+/i.test(text) || /[?#]/.test(text)) {
    throw new TypeError(`baseUrl must be an address like 'https://auth.example.com', not '${text}'`);
  }
  return text
    .replace(/\/+$/, '')
    .replace(/\/api\/v1$/, '')
    .replace(/\/+$/, '');
}

const types: TokenStorageType[] = ['localStorage', 'sessionStorage', 'memory', 'cookie', 'custom'];

function settleStorage(given: JanuaConfig['tokenStorage']): Settings['storage'] {
  const options: Partial<TokenStorageOptions> = typeof given === 'string' ? { type: given } : (given ?? {});
  const type = options.type ?? 'localStorage';
  if (!types.includes(type))
    throw new TypeError(`tokenStorage.type must be one of ${types.join(', ')}, not '${type}'`);
  if (type === 'custom' && !options.storage) {
    throw new TypeError(
      "tokenStorage { type: 'custom' } needs `storage` with getItem, setItem and removeItem",
    );
  }
  return { ...options, type, key: options.key ?? 'janua_auth' };
}

function nonNegative(name: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0)) throw new TypeError(`${name} must be a number, 0 or more`);
  return value;
}
