import type {
  AuthenticateRequest,
  PasskeyAnswer,
  PasskeyBody,
  QuestionBody,
  RegisterPasskeyRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import { createCredential, getCredential, knowsPasskeys } from '../webauthn.js';
import type { SignInCompletion, SignInResult } from './auth.js';

/** Keys that people keep: added, used to sign in, looked after. */
export class Passkeys {
  constructor(
    private readonly transport: Transport,
    private readonly signIns: SignInCompletion,
  ) {}

  /** Whether this browser knows passkeys at all. */
  isSupported(): boolean {
    return knowsPasskeys();
  }

  /** Whether this device itself can keep passkeys, behind PIN, finger or face. */
  async isPlatformAuthenticatorAvailable(): Promise<boolean> {
    return knowsPasskeys() && PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  }

  /** Adds a passkey of whoever is signed in: asks the server, then the browser, then the server again. */
  async register(request: { name?: string } = {}, options?: CallOptions): Promise<PasskeyBody> {
    const { challenge_id, public_key } = await this.registerOptions(options);
    const credential = await createCredential(public_key, options?.signal);
    return this.registerVerify({ challenge_id, credential, ...request }, options);
  }

  /**
   * Signs in with a passkey. With `conditional` the browser offers passkeys among the suggestions of a form, and this
   * waits until one is chosen; give the field `autocomplete="username webauthn"` and `signal` to stop waiting.
   */
  async signIn(request: AuthenticateRequest = {}, options?: CallOptions): Promise<SignInResult> {
    return this.authenticateVerify(await this.ask(request, options), options);
  }

  /** Asks for a passkey, as a proof for `auth.reauthenticate`. */
  async ask(request: AuthenticateRequest = {}, options?: CallOptions): Promise<PasskeyAnswer> {
    return this.answer(await this.authenticateOptions(request, options), options);
  }

  /** Lets the browser answer a question of the server, such as `passkey` of `mfa.challenge`. */
  async answer(question: QuestionBody, options?: CallOptions): Promise<PasskeyAnswer> {
    const { challenge_id, public_key, mediation } = question;
    return { challenge_id, credential: await getCredential(public_key, mediation, options?.signal) };
  }

  /** The question for a new passkey. */
  registerOptions(options?: CallOptions): Promise<QuestionBody> {
    return this.transport.call('POST /api/v1/passkeys/register/options', {}, options);
  }

  /** Adds the passkey that answered. */
  registerVerify(request: RegisterPasskeyRequest, options?: CallOptions): Promise<PasskeyBody> {
    return this.transport.call('POST /api/v1/passkeys/register/verify', { body: request }, options);
  }

  /** The question for a passkey to sign in with. */
  authenticateOptions(request: AuthenticateRequest = {}, options?: CallOptions): Promise<QuestionBody> {
    const operation = 'POST /api/v1/passkeys/authenticate/options';
    return this.transport.call(operation, { body: request }, options, { anonymous: true });
  }

  /** Signs in by the passkey that answered. */
  async authenticateVerify(answer: PasskeyAnswer, options?: CallOptions): Promise<SignInResult> {
    const operation = 'POST /api/v1/passkeys/authenticate/verify';
    return this.signIns.complete(
      await this.transport.call(operation, { body: answer }, options, { anonymous: true }),
    );
  }

  /** The own passkeys. */
  list(options?: CallOptions) {
    return this.transport.call('GET /api/v1/passkeys', {}, options);
  }

  /** Gives a passkey another name. */
  rename(id: string, name: string, options?: CallOptions): Promise<PasskeyBody> {
    return this.transport.call('PATCH /api/v1/passkeys/{id}', { path: { id }, body: { name } }, options);
  }

  /** Removes a passkey, unless it is the last way in; other sessions end. */
  async remove(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/passkeys/{id}', { path: { id } }, options);
  }
}
