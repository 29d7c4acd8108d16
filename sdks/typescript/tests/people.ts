import { inject } from 'vitest';
import { type Caught, JanuaClient, type JanuaConfig, type KeyValueStorage } from '../src/index.js';

export const password = 'harbour-cello-tundra-48';
let count = 0;

/** An address that nobody else uses. */
export function newAddress(): string {
  count += 1;
  return `person-${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2, 8)}-${count}@example.com`;
}

/** A client of the server that all tests share; it counts what it sends. */
export function client(config: JanuaConfig = {}) {
  const sent: string[] = [];
  const send = config.fetch ?? fetch;
  const made = new JanuaClient({
    baseUrl: inject('janua'),
    ...config,
    fetch: (input, init) => {
      sent.push(`${init?.method} ${new URL(String(input)).pathname}`);
      return send(input, init);
    },
  });
  return Object.assign(made, { sent });
}

/** A client with somebody new signed in. */
export async function signedUp(config: JanuaConfig = {}) {
  const made = client(config);
  const email = newAddress();
  const { user } = await made.auth.signUp({ email, password });
  return Object.assign(made, { email, user });
}

/** Keeps texts as localStorage does, for tests that look into it. */
export class Drawer implements KeyValueStorage {
  readonly kept = new Map<string, string>();

  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }

  removeItem(key: string): void {
    this.kept.delete(key);
  }

  /** What is kept under the default key. */
  tokens(): { access_token: string; refresh_token: string } {
    return JSON.parse(this.kept.get('janua_auth') ?? 'null');
  }

  change(fields: Record<string, unknown>): void {
    this.kept.set('janua_auth', JSON.stringify({ ...this.tokens(), ...fields }));
  }
}

/** Where a test keeps tokens that it wants to see. */
export function drawer() {
  const storage = new Drawer();
  return { storage, tokenStorage: { type: 'custom' as const, storage } };
}

/** What `pick` finds in a mail to that address; mails come a moment after the call that promised them. */
export async function mailed(
  to: string,
  pick: (mail: Caught) => string | undefined,
  baseUrl = inject('janua'),
): Promise<string> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const { messages } = await client({ baseUrl }).server.caughtMails({ to });
    for (const mail of messages) {
      const found = pick(mail);
      if (found) return found;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`no such mail to ${to}`);
}

/** The secret in a mailed link whose address has `word` in it. */
export function linkToken(word: string) {
  return ({ links }: Caught): string | undefined => {
    const link = links.find((one) => one.includes(word));
    return link && /[?&#]token=([^&]+)/.exec(link)?.[1];
  };
}
