import type { JanuaClient, JanuaError, User } from '@janua/typescript-sdk';
import { SharedAnswers } from './shared_answers.js';

/** Who is signed in, as far as it is known. */
export interface SessionState {
  /** Whether it is known: before that, and on servers, neither `<SignedIn>` nor `<SignedOut>` shows anything. */
  isLoaded: boolean;
  isSignedIn: boolean;
  user: User | null;
  /** Why it is not known yet, or why the last session ended: `REFRESH_TOKEN_REUSED` stands for a stolen token. */
  error: JanuaError | null;
}

const unknown: SessionState = { isLoaded: false, isSignedIn: false, user: null, error: null };
const RETRY_MS = 5_000;

/** Follows a client, for React to read from. */
export class SessionStore {
  /** What else is known of whoever is signed in. */
  readonly answers = new SharedAnswers();
  readonly #first: SessionState;
  #state: SessionState;
  #acting = 0;
  /** The organization that the last access token was for; undefined before the first one. */
  #organization: string | null | undefined;
  readonly #listeners = new Set<() => void>();
  #stops: (() => void)[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Each question about who is signed in has a number: an answer that others have overtaken counts no more. */
  #question = 0;
  #held = false;

  /** `initial` is what the server knew that has rendered the page: somebody, nobody (null), or nothing. */
  constructor(
    readonly client: JanuaClient,
    initial?: User | null,
  ) {
    this.#first =
      initial === undefined ? unknown : { isLoaded: true, isSignedIn: !!initial, user: initial, error: null };
    this.#state = this.#first;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly read = (): SessionState => this.#state;
  readonly readOnServer = (): SessionState => this.#first;
  /** Differs after the session acts in another organization: answers about permissions count no more then. */
  readonly readActing = (): number => this.#acting;

  start(): void {
    const { client } = this;
    client.open();
    this.#stops = [
      client.on('auth:signedIn', ({ user }) => this.#held || this.show(user)),
      client.on('auth:signedOut', () => this.#over(null)),
      client.on('auth:expired', ({ error }) => this.#over(error)),
      client.on('auth:refreshed', ({ accessToken }) => this.#follow(organizationOf(accessToken))),
    ];
    const again = () => !this.#state.isLoaded && void this.reload();
    globalThis.addEventListener('online', again);
    this.#stops.push(() => globalThis.removeEventListener('online', again));
    void this.reload();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#question += 1;
    for (const stop of this.#stops) stop();
    this.client.close();
  }

  /** Asks the server who is signed in; while it cannot be reached that stays unknown, and is asked again. */
  async reload(): Promise<void> {
    clearTimeout(this.#retry);
    this.#question += 1;
    const question = this.#question;
    try {
      const user = (await this.client.auth.isSignedIn()) ? await this.client.users.me() : null;
      if (question !== this.#question) return;
      if (user) this.show(user);
      else this.#over(this.#state.error);
    } catch (thrown) {
      if (question !== this.#question) return;
      const error = thrown as JanuaError;
      // A page of the network in between is no answer of Janua.
      if (error.status === 401 && error.code !== 'UNEXPECTED_RESPONSE') return this.#over(error);
      this.#set({ ...this.#state, error });
      this.#retry = setTimeout(() => void this.reload(), (error.retryAfter ?? 0) * 1000 || RETRY_MS);
    }
  }

  /**
   * Keeps a sign-in that is under way from being shown: recovery codes have to be read before the form goes.
   * What this gives ends that.
   */
  hold(): () => void {
    this.#held = true;
    return () => {
      if (!this.#held) return;
      this.#held = false;
      void this.reload();
    };
  }

  /** Lets the session act in an organization, or in none. */
  async act(organizationId: string | null): Promise<void> {
    this.#organization = organizationId;
    await this.client.auth.actIn(organizationId);
    this.#acting += 1;
    this.#tell();
  }

  /** Another tab may let the session act elsewhere: what is shown of it is asked for again then. */
  #follow(organizationId: string | null): void {
    if (organizationId === this.#organization) return;
    this.#organization = organizationId;
    this.#acting += 1;
    this.answers.reloadAll(['session', 'organizations']);
    this.#tell();
  }

  /** Somebody is signed in, or has changed. */
  show(user: User): void {
    this.#question += 1;
    this.#set({ isLoaded: true, isSignedIn: true, user, error: null });
  }

  #over(error: JanuaError | null): void {
    this.#question += 1;
    this.#set({ isLoaded: true, isSignedIn: false, user: null, error });
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The organization in an access token; not verified, for it decides only what is asked for again. */
function organizationOf(accessToken: string): string | null {
  try {
    const payload = accessToken.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(atob(payload)).org ?? null;
  } catch {
    return null;
  }
}
