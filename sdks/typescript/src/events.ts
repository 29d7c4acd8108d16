import type { JanuaError } from './errors.js';
import type { Profile } from './generated/openapi.js';

/** What each event carries. */
export interface JanuaEvents {
  /** Somebody has signed in, here or in another tab. */
  'auth:signedIn': { user: Profile };
  /** Somebody has signed out, here or in another tab. */
  'auth:signedOut': Record<string, never>;
  /** New tokens are in use; `expiresAt` is in milliseconds by this machine's clock. */
  'auth:refreshed': { accessToken: string; expiresAt: number };
  /** The session is over; `error.code` says why: `REFRESH_TOKEN_REUSED` stands for a stolen token. */
  'auth:expired': { error: JanuaError };
  /** The password was right, and a second factor is owed. */
  'auth:mfaRequired': { mfaToken: string; methods: string[]; enrolmentRequired: boolean };
  /** Something failed that no call could throw: a refresh in the background, or tokens that could not be kept. */
  error: { error: JanuaError };
}

/** The name of an event. */
export type JanuaEvent = keyof JanuaEvents;
/** Takes what an event carries. */
export type Listener<E extends JanuaEvent> = (payload: JanuaEvents[E]) => void;

const payloads: Record<JanuaEvent, string> = {
  'auth:signedIn': '{ user }',
  'auth:signedOut': '',
  'auth:refreshed': '{ accessToken, expiresAt }',
  'auth:expired': '{ error }',
  'auth:mfaRequired': '{ mfaToken, methods }',
  error: '{ error }',
};

const formerNames: Record<string, JanuaEvent> = {
  signIn: 'auth:signedIn',
  signedIn: 'auth:signedIn',
  login: 'auth:signedIn',
  signOut: 'auth:signedOut',
  signedOut: 'auth:signedOut',
  logout: 'auth:signedOut',
  refresh: 'auth:refreshed',
  tokenRefreshed: 'auth:refreshed',
  'token:refreshed': 'auth:refreshed',
  expired: 'auth:expired',
  sessionExpired: 'auth:expired',
  'session:expired': 'auth:expired',
  mfaRequired: 'auth:mfaRequired',
};

/** Hands events to whoever listens. */
export class Events {
  readonly #listeners = new Map<JanuaEvent, Set<Listener<JanuaEvent>>>();

  /** Calls `listener` at each event of that name; the answer stops it. */
  on<E extends JanuaEvent>(event: E, listener: Listener<E>): () => void {
    refuseUnknown(event);
    let listeners = this.#listeners.get(event);
    if (!listeners) {
      listeners = new Set();
      this.#listeners.set(event, listeners);
    }
    listeners.add(listener as Listener<JanuaEvent>);
    return () => this.off(event, listener);
  }

  /** Calls `listener` at the next event of that name only. */
  once<E extends JanuaEvent>(event: E, listener: Listener<E>): () => void {
    const stop = this.on(event, (payload) => {
      stop();
      listener(payload);
    });
    return stop;
  }

  /** Stops what `on` began. */
  off<E extends JanuaEvent>(event: E, listener: Listener<E>): void {
    this.#listeners.get(event)?.delete(listener as Listener<JanuaEvent>);
  }

  emit<E extends JanuaEvent>(event: E, payload: JanuaEvents[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(payload);
      } catch (thrown) {
        // What a listener throws is its own: it must not break the call that caused the event.
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }
}

function refuseUnknown(event: string): void {
  if (Object.hasOwn(payloads, event)) return;
  const now = Object.hasOwn(formerNames, event) ? formerNames[event] : undefined;
  throw new TypeError(
    now
      ? `The event '${event}' is called '${now}' now, and its listener takes one object: client.on('${now}', (${payloads[now]}) => …)`
      : `There is no event '${event}'; there are ${Object.keys(payloads).join(', ')}.`,
  );
}
