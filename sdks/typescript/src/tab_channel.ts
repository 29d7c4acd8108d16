import type { KeptTokens } from './tokens.js';

/** What one tab tells the others. */
export type TabMessage =
  | { kind: 'signedIn'; user: unknown }
  | { kind: 'signedOut' }
  // A duplicated tab has a sessionStorage of its own with the same tokens in it; `replaced` is the refresh token that it holds.
  | { kind: 'refreshed'; replaced: string; tokens: KeptTokens }
  | { kind: 'expired'; refreshToken: string; code: string; message: string; status: number };

/** Carries messages to the other tabs of this origin; silent where there are none. */
export class TabChannel {
  readonly #channel: BroadcastChannel | null = null;

  constructor(name: string, acrossTabs: boolean, onMessage: (message: TabMessage) => void) {
    if (!acrossTabs || typeof BroadcastChannel === 'undefined') return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (event) => onMessage(event.data as TabMessage);
  }

  post(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  close(): void {
    this.#channel?.close();
  }
}
