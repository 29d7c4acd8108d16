import type { CookieCredentials } from '../credentials.js';
import type { Events } from '../events.js';
import type {
  ActingBody,
  ChangeRequest,
  LoginRequest,
  LoginResponse,
  MagicLinkRequest,
  PasskeyAnswer,
  Profile,
  ReauthenticateRequest,
  RegisterRequest,
  ResetRequest,
  TokensBody,
  VerifyMagicLinkRequest,
} from '../generated/openapi.js';
import { endsSession, type SessionKeeper } from '../session_keeper.js';
import type { CallOptions, Transport } from '../transport.js';
import { OAuth } from './oauth.js';

/** A sign-in that is complete. */
export interface SignedIn {
  mfa_required: false;
  user: Profile;
  tokens: TokensBody | null;
}

/** A sign-in that owes a second factor; `mfa.verifyChallenge` completes it. */
export interface MfaRequired {
  mfa_required: true;
  mfa_token: string;
  methods: string[];
  /** The account has no second factor yet and must set one up: `mfa.enrolTotp`. */
  enrolment_required: boolean;
}

/** What comes of a sign-in; look at `mfa_required` first. */
export type SignInResult = SignedIn | MfaRequired;

/** Takes what a way of signing in has brought, keeps the tokens and tells of it. */
export class SignInCompletion {
  constructor(
    readonly events: Events,
    readonly keeper: SessionKeeper | null,
    readonly cookies: CookieCredentials | null,
  ) {}

  async complete<T extends LoginResponse>(answer: T): Promise<SignInResult & Omit<T, keyof LoginResponse>> {
    if (answer.mfa_required) {
      const mfa_token = answer.mfa_token ?? '';
      const methods = (answer.methods ?? []) as string[];
      const enrolment_required = answer.enrolment_required ?? false;
      this.events.emit('auth:mfaRequired', {
        mfaToken: mfa_token,
        methods,
        enrolmentRequired: enrolment_required,
      });
      return { ...answer, mfa_required: true, mfa_token, methods, enrolment_required };
    }
    const user = answer.user as Profile;
    await this.begin(answer.tokens ?? null, user);
    return { ...answer, mfa_required: false, user, tokens: this.cookies ? null : (answer.tokens ?? null) };
  }

  async begin(tokens: TokensBody | null, user: Profile): Promise<void> {
    if (this.keeper && tokens) return this.keeper.begin(tokens, user);
    this.cookies?.forget();
    this.events.emit('auth:signedIn', { user });
  }
}

/** Signing up, in and out, and what belongs to a password or an address. */
export class Auth {
  /** Signing in with accounts of other providers. */
  readonly oauth: OAuth;

  constructor(
    private readonly transport: Transport,
    private readonly signIns: SignInCompletion,
  ) {
    this.oauth = new OAuth(transport);
  }

  /** Makes an account. `tokens` are null while the address has to be verified; otherwise that person is signed in. */
  async signUp(request: RegisterRequest, options?: CallOptions) {
    const answer = await this.transport.call('POST /api/v1/auth/register', { body: request }, options, {
      anonymous: true,
    });
    if (answer.tokens) await this.signIns.begin(answer.tokens, answer.user);
    return answer;
  }

  /** Signs in with an address or a username, and a password. */
  async signIn(request: LoginRequest, options?: CallOptions): Promise<SignInResult> {
    const answer = await this.transport.call('POST /api/v1/auth/login', { body: request }, options, {
      anonymous: true,
    });
    return this.signIns.complete(answer);
  }

  /**
   * Ends the session. It is forgotten here even if the server cannot be reached; that error is thrown afterwards,
   * because the session lives on there.
   */
  async signOut(options?: CallOptions): Promise<void> {
    const { keeper, cookies, events } = this.signIns;
    if (!keeper) {
      await this.transport.call('POST /api/v1/auth/logout', {}, options);
      cookies?.forget();
      events.emit('auth:signedOut', {});
      return;
    }
    await keeper.end(async (tokens) => {
      if (!tokens) return;
      // The refresh token names the session even when the access token has expired.
      const body = { refresh_token: tokens.refresh_token };
      await this.transport.call('POST /api/v1/auth/logout', { body }, options, { anonymous: true });
    });
  }

  /** Replaces the tokens now. It is rarely needed: calls do so by themselves. */
  async refresh(): Promise<TokensBody> {
    const { keeper } = this.signIns;
    if (!keeper)
      throw new TypeError(
        'There is no refresh token to use: with cookies and keys nothing has to be refreshed.',
      );
    const { access_token, refresh_token, token_type, expires_in } = await keeper.refresh();
    return { access_token, refresh_token, token_type, expires_in };
  }

  /** An access token that counts, for calls to your own services; null when nobody is signed in. */
  async getAccessToken(): Promise<string | null> {
    return (await this.signIns.keeper?.accessToken()) ?? null;
  }

  /** Whether tokens are kept here. Only the server knows whether they still count: `session()`. */
  async isSignedIn(): Promise<boolean> {
    const { keeper } = this.signIns;
    if (keeper) return (await keeper.read()) !== null;
    return this.session().then(
      () => true,
      (error) => {
        if (endsSession(error)) return false;
        throw error;
      },
    );
  }

  /** The session, its person and, for cookies, the CSRF token. */
  session(options?: CallOptions) {
    return this.transport.call('GET /api/v1/auth/session', {}, options);
  }

  /** Lets the session act in an organization, or in none; later tokens carry it. */
  async actIn(organizationId: string | null, options?: CallOptions): Promise<ActingBody> {
    const body = { organization_id: organizationId };
    const answer = await this.transport.call('POST /api/v1/auth/session/organization', { body }, options);
    await this.signIns.keeper?.replaceAccessToken(answer.access_token, answer.expires_in);
    return answer;
  }

  /** Proves once more who one is, before something sensitive. */
  async reauthenticate(
    proof: ReauthenticateRequest & { passkey?: PasskeyAnswer | null },
    options?: CallOptions,
  ) {
    await this.transport.call('POST /api/v1/auth/reauthenticate', { body: proof }, options);
  }

  /** Verifies an address by the secret of the mailed link. */
  verifyEmail(token: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/auth/email/verify', { body: { token } }, options, {
      anonymous: true,
    });
  }

  /** Mails another link to verify an address; the answer is the same for every address. */
  resendVerification(email: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/auth/email/resend', { body: { email } }, options, {
      anonymous: true,
    });
  }

  /** Mails a link to set a new password; the answer is the same for every address. */
  forgotPassword(email: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/auth/password/forgot', { body: { email } }, options, {
      anonymous: true,
    });
  }

  /** Sets a new password by the secret of the mailed link; every session ends. */
  async resetPassword(request: ResetRequest, options?: CallOptions): Promise<void> {
    await this.transport.call('POST /api/v1/auth/password/reset', { body: request }, options, {
      anonymous: true,
    });
  }

  /** Changes the password; the other sessions end. */
  async changePassword(request: ChangeRequest, options?: CallOptions): Promise<void> {
    await this.transport.call('POST /api/v1/auth/password/change', { body: request }, options);
  }

  /** Mails a link and a code to sign in with. Keep `flow_token`: the code counts only with it. */
  sendMagicLink(request: MagicLinkRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/auth/magic-link', { body: request }, options, {
      anonymous: true,
    });
  }

  /** Signs in by the secret of the mailed link, or by the code and `flow_token`. */
  async signInWithMagicLink(request: VerifyMagicLinkRequest, options?: CallOptions) {
    const operation = 'POST /api/v1/auth/magic-link/verify';
    return this.signIns.complete(
      await this.transport.call(operation, { body: request }, options, { anonymous: true }),
    );
  }
}
