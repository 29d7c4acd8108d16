import type { MfaRequired, SignInResult, TotpEnrolment, User } from '@janua/typescript-sdk';
import { useEffect, useRef, useState } from 'react';
import { Field, Form } from './form.js';
import { useJanuaContext } from './provider.js';
import type { Texts } from './texts.js';

/** What a sign-in form is told. */
export interface SignInProps {
  /** Called when somebody is signed in. */
  onSignedIn?(user: User): void;
  /** Whether to offer passkeys, where the browser has them; true unless given. */
  passkeys?: boolean;
}

type Step =
  | { name: 'password' }
  | { name: 'second'; owed: MfaRequired }
  | { name: 'enrol'; owed: MfaRequired; totp: TotpEnrolment };

/** A form to sign in by password or passkey, with a second factor where one is owed or has to be set up. */
export function SignIn({ onSignedIn, passkeys = true }: SignInProps) {
  const { store, texts } = useJanuaContext('<SignIn>');
  const { client } = store;
  const [step, setStep] = useState<Step>({ name: 'password' });
  const start = () => setStep({ name: 'password' });

  const go = async (result: SignInResult) => {
    if (!result.mfa_required) return onSignedIn?.(result.user);
    if (!result.enrolment_required) return setStep({ name: 'second', owed: result });
    setStep({ name: 'enrol', owed: result, totp: await client.mfa.enrolTotp(result.mfa_token) });
  };

  if (step.name === 'second') return <MfaChallenge owed={step.owed} onSignedIn={onSignedIn} onBack={start} />;
  if (step.name === 'enrol')
    return <Enrolment owed={step.owed} totp={step.totp} onSignedIn={onSignedIn} onBack={start} />;
  return (
    <Form
      title={texts.signIn}
      submit={texts.signIn}
      texts={texts}
      onSubmit={async ({ email = '', password = '' }) => go(await client.auth.signIn({ email, password }))}
      more={(run) =>
        passkeys &&
        client.passkeys.isSupported() && (
          <button
            className="janua-secondary"
            type="button"
            onClick={() => run(async () => go(await client.passkeys.signIn()))}
          >
            {texts.withPasskey}
          </button>
        )
      }
    >
      <Field label={texts.email} name="email" type="email" autoComplete="username" inputMode="email" />
      <Field label={texts.password} name="password" type="password" autoComplete="current-password" />
    </Form>
  );
}

/** What is owed, and what to do afterwards. */
export interface MfaChallengeProps {
  /** What `auth.signIn` has answered. */
  owed: MfaRequired;
  onSignedIn?(user: User): void;
  /** Called when somebody would rather begin anew. */
  onBack?(): void;
}

const labels: Record<string, (texts: Texts) => [hint: string, choose: string]> = {
  totp: (texts) => [texts.codeFromApp, texts.useApp],
  sms: (texts) => [texts.codeBySms, texts.useSms],
  recovery_code: (texts) => [texts.codeOfRecovery, texts.useRecovery],
};

/** The second step of a sign-in: a code of an app, of an SMS or of recovery, or a passkey. */
export function MfaChallenge({ owed, onSignedIn, onBack }: MfaChallengeProps) {
  const { store, texts } = useJanuaContext('<MfaChallenge>');
  const { client } = store;
  const codes = owed.methods.filter((method) => Object.hasOwn(labels, method));
  // An SMS is sent when somebody asks for it, not by itself.
  const [method, setMethod] = useState(codes.find((one) => one !== 'sms') ?? null);
  const { mfa_token } = owed;

  const done = (result: SignInResult) => {
    if (!result.mfa_required) onSignedIn?.(result.user);
  };
  const choose = async (other: string) => {
    if (other === 'sms') await client.mfa.challenge({ mfa_token, method: other });
    setMethod(other);
  };
  const withPasskey = async () => {
    const { passkey } = await client.mfa.challenge({ mfa_token, method: 'passkey' });
    if (passkey)
      done(await client.mfa.verifyChallenge({ mfa_token, passkey: await client.passkeys.answer(passkey) }));
  };
  const verify = async ({ code = '' }: Record<string, string>) => {
    if (method) return done(await client.mfa.verifyChallenge({ mfa_token, code: code.trim(), method }));
    if (codes.includes('sms')) return choose('sms');
    return withPasskey();
  };
  const submit = method ? texts.confirm : codes.includes('sms') ? texts.useSms : texts.withPasskey;

  return (
    <Form
      title={texts.secondStep}
      submit={submit}
      texts={texts}
      onSubmit={verify}
      more={(run) => (
        <>
          {codes
            .filter((one) => one !== method && !(method === null && one === 'sms'))
            .map((one) => (
              <button
                key={one}
                className="janua-secondary"
                type="button"
                onClick={() => run(() => choose(one))}
              >
                {labels[one]!(texts)[1]}
              </button>
            ))}
          {owed.methods.includes('passkey') &&
            submit !== texts.withPasskey &&
            client.passkeys.isSupported() && (
              <button className="janua-secondary" type="button" onClick={() => run(withPasskey)}>
                {texts.withPasskey}
              </button>
            )}
          {onBack && (
            <button className="janua-secondary" type="button" onClick={onBack}>
              {texts.back}
            </button>
          )}
        </>
      )}
    >
      {method && (
        <Field
          key={method}
          focus
          label={texts.code}
          hint={labels[method]!(texts)[0]}
          name="code"
          autoComplete="one-time-code"
          inputMode={method === 'recovery_code' ? 'text' : 'numeric'}
        />
      )}
    </Form>
  );
}

/** Sets up an authenticator app during a sign-in that demands one, and shows the recovery codes before it goes on. */
function Enrolment({ owed, totp, onSignedIn, onBack }: MfaChallengeProps & { totp: TotpEnrolment }) {
  const { store, texts } = useJanuaContext('<SignIn>');
  const [finished, setFinished] = useState<{ codes: string[]; user: User } | null>(null);
  const release = useRef(() => {});
  useEffect(() => () => release.current(), []);
  const leave = async (user: User) => {
    release.current();
    onSignedIn?.(user);
  };
  if (finished) {
    return (
      <Form
        title={texts.recoveryTitle}
        submit={texts.done}
        texts={texts}
        onSubmit={() => leave(finished.user)}
      >
        <p>{texts.recoveryHint}</p>
        <ul className="janua-codes">
          {finished.codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
      </Form>
    );
  }
  const verify = async ({ code = '' }: Record<string, string>) => {
    release.current = store.hold();
    const result = await store.client.mfa.verifyTotpEnrolment({
      mfa_token: owed.mfa_token,
      code: code.trim(),
    });
    if (!result.mfa_required) setFinished({ codes: result.recovery_codes, user: result.user });
  };
  const back = onBack && (
    <button className="janua-secondary" type="button" onClick={onBack}>
      {texts.back}
    </button>
  );
  return (
    <Form title={texts.setUpTitle} submit={texts.confirm} texts={texts} onSubmit={verify} more={() => back}>
      <p>{texts.setUpHint}</p>
      <img className="janua-qr" src={totp.qr_code} alt={texts.setUpTitle} />
      <p>
        {texts.setUpSecret} <code>{totp.secret}</code>
      </p>
      <Field focus label={texts.code} name="code" autoComplete="one-time-code" inputMode="numeric" />
    </Form>
  );
}
