import type {
  ChallengeRequest,
  EnableSmsRequest,
  EnableTotpRequest,
  EnrolSmsRequest,
  EnrolVerifyRequest,
  SecondFactorRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { SignInCompletion } from './auth.js';

/** Second factors: set up, and asked for during a sign-in. */
export class Mfa {
  constructor(
    private readonly transport: Transport,
    private readonly signIns: SignInCompletion,
  ) {}

  /** What the account is protected with. */
  status(options?: CallOptions) {
    return this.transport.call('GET /api/v1/mfa/status', {}, options);
  }

  /** Makes a secret for an authenticator app; it counts after `verifyTotp`. */
  enableTotp(request: EnableTotpRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/totp/enable', { body: request }, options);
  }

  /** Turns the app on with a first code of it, and gives ten recovery codes. All other sessions end. */
  verifyTotp(code: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/totp/verify', { body: { code } }, options);
  }

  /** Turns the app off; needs a recent sign-in with both factors. */
  async disableTotp(options?: CallOptions): Promise<void> {
    await this.transport.call('POST /api/v1/mfa/totp/disable', {}, options);
  }

  /** Sends a code to a telephone; the number counts after `verifySms`. */
  enableSms(request: EnableSmsRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/sms/enable', { body: request }, options);
  }

  /** Turns codes by SMS on, with the one that was sent. All other sessions end. */
  verifySms(code: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/sms/verify', { body: { code } }, options);
  }

  /** Turns codes by SMS off; needs a recent sign-in with both factors. */
  async disableSms(options?: CallOptions): Promise<void> {
    await this.transport.call('POST /api/v1/mfa/sms/disable', {}, options);
  }

  /** Sends a code to the own telephone, for `auth.reauthenticate` with the method `sms`. */
  sendSms(options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/sms/challenge', {}, options);
  }

  /** Gives ten new recovery codes; the old ones count no more. */
  regenerateRecoveryCodes(options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/recovery-codes/regenerate', {}, options);
  }

  /** Chooses a second factor during a sign-in; for `sms` that sends a code. */
  challenge(request: ChallengeRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/challenge', { body: request }, options, { anonymous: true });
  }

  /** Completes a sign-in with a code or a passkey. */
  async verifyChallenge(request: SecondFactorRequest, options?: CallOptions) {
    return this.signIns.complete(
      await this.transport.call('POST /api/v1/mfa/challenge/verify', { body: request }, options, {
        anonymous: true,
      }),
    );
  }

  /** Makes a secret for an app during a sign-in that has to set one up. */
  enrolTotp(mfaToken: string, options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/enrol/totp', { body: { mfa_token: mfaToken } }, options, {
      anonymous: true,
    });
  }

  /** Turns that app on, and completes the sign-in. */
  async verifyTotpEnrolment(request: EnrolVerifyRequest, options?: CallOptions) {
    return this.signIns.complete(
      await this.transport.call('POST /api/v1/mfa/enrol/totp/verify', { body: request }, options, {
        anonymous: true,
      }),
    );
  }

  /** Sends a code to a telephone during a sign-in that has to set one up. */
  enrolSms(request: EnrolSmsRequest, options?: CallOptions) {
    return this.transport.call('POST /api/v1/mfa/enrol/sms', { body: request }, options, { anonymous: true });
  }

  /** Turns that telephone on, and completes the sign-in. */
  async verifySmsEnrolment(request: EnrolVerifyRequest, options?: CallOptions) {
    return this.signIns.complete(
      await this.transport.call('POST /api/v1/mfa/enrol/sms/verify', { body: request }, options, {
        anonymous: true,
      }),
    );
  }

  /** Browsers in which the second factor is spared. */
  trustedDevices(options?: CallOptions) {
    return this.transport.call('GET /api/v1/mfa/trusted-devices', {}, options);
  }

  /** Asks for the second factor in a browser again. */
  async removeTrustedDevice(id: string, options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/mfa/trusted-devices/{id}', { path: { id } }, options);
  }

  /** Asks for the second factor in every browser again. */
  async removeTrustedDevices(options?: CallOptions): Promise<void> {
    await this.transport.call('DELETE /api/v1/mfa/trusted-devices', {}, options);
  }
}
