import type { TokenStorageOptions } from './config.js';
import { StorageError } from './errors.js';
import { type KeptTokens, parseKept } from './tokens.js';

/** The methods of `localStorage` that are used; each may answer with a promise. */
export interface KeyValueStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** Keeps tokens under one key, and goes on in memory where the browser refuses to keep anything. */
export class TokenStorage {
  readonly key: string;
  /** Whether other tabs see the same tokens, or, when a tab was duplicated, hold the same. */
  readonly acrossTabs: boolean;
  /** Whether another tab's change is seen here at once. */
  readonly shared: boolean;
  #storage: KeyValueStorage | null;
  #memory: string | null = null;

  constructor(
    options: TokenStorageOptions & { key: string },
    private readonly onFailure: (error: StorageError) => void,
  ) {
    this.key = options.key;
    this.#storage = options.type === 'custom' ? (options.storage ?? null) : browserStorage(options.type);
    this.acrossTabs = options.type !== 'custom' && this.#storage !== null;
    this.shared = options.type === 'localStorage' && this.#storage !== null;
  }

  async read(): Promise<KeptTokens | null> {
    if (!this.#storage) return parseKept(this.#memory);
    try {
      return parseKept(await this.#storage.getItem(this.key));
    } catch (cause) {
      this.#fallBack('Tokens could not be read', cause);
      return parseKept(this.#memory);
    }
  }

  async write(tokens: KeptTokens): Promise<void> {
    this.#memory = JSON.stringify(tokens);
    try {
      await this.#storage?.setItem(this.key, this.#memory);
    } catch (cause) {
      this.#fallBack('Tokens could not be kept; they last until this page is left', cause);
    }
  }

  async clear(): Promise<void> {
    this.#memory = null;
    try {
      await this.#storage?.removeItem(this.key);
    } catch (cause) {
      this.#fallBack('Tokens could not be removed', cause);
    }
  }

  #fallBack(message: string, cause: unknown): void {
    this.#storage = null;
    this.onFailure(new StorageError(message, { code: 'STORAGE_FAILED', cause }));
  }
}

/** The browser's storage of that type; null on servers, and where even looking at it is forbidden. */
function browserStorage(type: TokenStorageOptions['type']): KeyValueStorage | null {
  if (type !== 'localStorage' && type !== 'sessionStorage') return null;
  // Node offers a localStorage of its own: one file for everybody whom a server talks to.
  if (typeof document === 'undefined') return null;
  try {
    return globalThis[type] ?? null;
  } catch {
    return null;
  }
}
