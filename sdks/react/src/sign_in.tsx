import type { JanuaError, MfaRequired, SignInResult, TotpEnrolment, User } from '@janua/typescript-sdk';
import { useState } from 'react';
import { Enrolment } from './enrolment.js';
import { Field } from './field.js';
import { Form } from './form.js';
import { MailSent } from './mail_sent.js';
import { MfaChallenge } from './mfa_challenge.js';
import { useJanuaContext } from './provider.js';

/** What a sign-in form is told. */
export interface SignInProps {
  /** Called when somebody is signed in. */
  onSignedIn?(user: User): void;
  /** Whether to offer passkeys, where the browser has them; true unless given. */
  passkeys?: boolean;
  /** Offers to make an account instead, and calls this. */
  onSignUp?(): void;
  /** Offers to spare the second factor in this browser, where the server's `MFA_TRUSTED_DEVICES` allows that. */
  rememberDevice?: boolean;
}

type Step =
  | { name: 'password' | 'forgotten' }
  | { name: 'verify' | 'reset'; email: string }
  | { name: 'second'; owed: MfaRequired }
  | { name: 'enrol'; owed: MfaRequired; totp: TotpEnrolment };

/** A form to sign in by password or passkey, with a second factor where one is owed or has to be set up. */
export function SignIn({ onSignedIn, passkeys = true, onSignUp, rememberDevice }: SignInProps) {
  const { store, texts } = useJanuaContext('<SignIn>');
  const { client } = store;
  const { auth } = client;
  const [step, setStep] = useState<Step>({ name: 'password' });
  const start = () => setStep({ name: 'password' });

  const go = async (result: SignInResult) => {
    if (!result.mfa_required) return onSignedIn?.(result.user);
    if (!result.enrolment_required) return setStep({ name: 'second', owed: result });
    setStep({ name: 'enrol', owed: result, totp: await client.mfa.enrolTotp(result.mfa_token) });
  };
  const withPassword = async ({ email = '', password = '' }: Record<string, string>) => {
    try {
      await go(await auth.signIn({ email, password }));
    } catch (error) {
      if ((error as JanuaError).code !== 'EMAIL_NOT_VERIFIED' || !email.includes('@')) throw error;
      setStep({ name: 'verify', email });
    }
  };

  if (step.name === 'second') {
    const { owed } = step;
    return <MfaChallenge {...{ owed, onSignedIn, rememberDevice }} onBack={start} />;
  }
  if (step.name === 'enrol') {
    return <Enrolment owed={step.owed} totp={step.totp} onSignedIn={onSignedIn} onBack={start} />;
  }
  if (step.name === 'verify') {
    const again = () => auth.resendVerification(step.email);
    return <MailSent text={texts.mailToVerify} email={step.email} sendAgain={again} onBack={start} />;
  }
  if (step.name === 'reset') {
    const again = () => auth.forgotPassword(step.email);
    return <MailSent text={texts.mailToReset} email={step.email} sendAgain={again} onBack={start} />;
  }
  if (step.name === 'forgotten') {
    return (
      <Form
        key="forgotten"
        title={texts.forgottenTitle}
        submit={texts.sendLink}
        texts={texts}
        onSubmit={async ({ email = '' }) => {
          await auth.forgotPassword(email);
          setStep({ name: 'reset', email });
        }}
        more={() => (
          <button className="janua-quiet" type="button" onClick={start}>
            {texts.back}
          </button>
        )}
      >
        <p>{texts.forgottenHint}</p>
        <Field focus label={texts.email} name="email" type="email" autoComplete="username" />
      </Form>
    );
  }
  return (
    <Form
      title={texts.signIn}
      submit={texts.signIn}
      texts={texts}
      onSubmit={withPassword}
      more={(run) => (
        <>
          {passkeys && client.passkeys.isSupported() && (
            <>
              <p className="janua-or">{texts.or}</p>
              <button
                className="janua-secondary"
                type="button"
                onClick={() => run(async () => go(await client.passkeys.signIn()))}
              >
                {texts.withPasskey}
              </button>
            </>
          )}
          <button className="janua-quiet" type="button" onClick={() => setStep({ name: 'forgotten' })}>
            {texts.forgotten}
          </button>
          {onSignUp && (
            <p className="janua-other">
              {texts.noAccount}{' '}
              <button className="janua-quiet" type="button" onClick={onSignUp}>
                {texts.signUp}
              </button>
            </p>
          )}
        </>
      )}
    >
      <Field label={texts.email} name="email" type="email" autoComplete="username" inputMode="email" />
      <Field label={texts.password} name="password" type="password" autoComplete="current-password" />
    </Form>
  );
}
