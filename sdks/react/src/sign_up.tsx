import type { User } from '@janua/typescript-sdk';
import { useState } from 'react';
import { Field } from './field.js';
import { Form } from './form.js';
import { MailSent } from './mail_sent.js';
import { useJanuaContext } from './provider.js';

/** What a form to make an account is told. */
export interface SignUpProps {
  /** Called when there is an account: `signedIn` is false while its address has to be verified. */
  onSignedUp?(user: User, signedIn: boolean): void;
  /** Offers to sign in instead, and calls this. */
  onSignIn?(): void;
  /** Whether to ask for first and last name; true unless given. */
  names?: boolean;
  /** The secret of a mailed invitation to an organization; it belongs to one address, and verifies it. */
  invitationToken?: string;
}

/** A form to make an account; it says so when a mail has to be opened first. */
export function SignUp({ onSignedUp, onSignIn, names = true, invitationToken }: SignUpProps) {
  const { store, texts } = useJanuaContext('<SignUp>');
  const { auth } = store.client;
  const [mailed, setMailed] = useState<string | null>(null);
  if (mailed) {
    const again = () => auth.resendVerification(mailed);
    return <MailSent text={texts.mailToVerify} email={mailed} sendAgain={again} onBack={onSignIn} />;
  }
  const signUp = async ({ email = '', password = '', first_name, last_name }: Record<string, string>) => {
    const { user, tokens } = await auth.signUp({
      email,
      password,
      first_name: first_name || undefined,
      last_name: last_name || undefined,
      invitation_token: invitationToken,
    });
    if (!tokens) setMailed(user.email);
    onSignedUp?.(user, tokens !== null);
  };
  return (
    <Form
      title={texts.signUp}
      submit={texts.signUp}
      texts={texts}
      onSubmit={signUp}
      more={() =>
        onSignIn && (
          <p className="janua-other">
            {texts.haveAccount}{' '}
            <button className="janua-quiet" type="button" onClick={onSignIn}>
              {texts.signIn}
            </button>
          </p>
        )
      }
    >
      {names && (
        <div className="janua-pair">
          <Field optional label={texts.firstName} name="first_name" autoComplete="given-name" />
          <Field optional label={texts.lastName} name="last_name" autoComplete="family-name" />
        </div>
      )}
      <Field label={texts.email} name="email" type="email" autoComplete="username" inputMode="email" />
      <Field
        label={texts.password}
        hint={texts.passwordHint}
        name="password"
        type="password"
        autoComplete="new-password"
      />
    </Form>
  );
}
