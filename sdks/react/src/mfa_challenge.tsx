import type { MfaRequired, SignInResult, User } from '@janua/typescript-sdk';
import { useJanuaContext } from './provider.js';
import { SecondFactor } from './second_factor.js';

/** What is owed, and what to do afterwards. */
export interface MfaChallengeProps {
  /** What `auth.signIn` has answered. */
  owed: MfaRequired;
  onSignedIn?(user: User): void;
  /** Called when somebody would rather begin anew. */
  onBack?(): void;
  /** Offers to spare the second factor in this browser, where the server's `MFA_TRUSTED_DEVICES` allows that. */
  rememberDevice?: boolean;
}

/** The second step of a sign-in: a code of an app, of an SMS or of recovery, or a passkey. */
export function MfaChallenge({ owed, onSignedIn, onBack, rememberDevice }: MfaChallengeProps) {
  const { store, texts } = useJanuaContext('<MfaChallenge>');
  const { mfa, passkeys } = store.client;
  const { mfa_token, methods } = owed;
  const done = (result: SignInResult) => {
    if (!result.mfa_required) onSignedIn?.(result.user);
  };
  return (
    <SecondFactor
      methods={methods}
      onBack={onBack}
      sendSms={() => mfa.challenge({ mfa_token, method: 'sms' })}
      onCode={async (code, method, { remember }) => {
        const remember_device = remember === 'on';
        done(await mfa.verifyChallenge({ mfa_token, code, method, remember_device }));
      }}
      onPasskey={async ({ remember }) => {
        const { passkey } = await mfa.challenge({ mfa_token, method: 'passkey' });
        if (!passkey) return;
        const remember_device = remember === 'on';
        const answer = await passkeys.answer(passkey);
        done(await mfa.verifyChallenge({ mfa_token, passkey: answer, remember_device }));
      }}
    >
      {rememberDevice && (
        <label className="janua-check">
          <input type="checkbox" name="remember" /> {texts.remember}
        </label>
      )}
    </SecondFactor>
  );
}
