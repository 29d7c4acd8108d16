import type { MfaRequired, TotpEnrolment, User } from '@janua/typescript-sdk';
import { useEffect, useRef, useState } from 'react';
import { useJanuaContext } from './provider.js';
import { RecoveryCodes } from './recovery_codes.js';
import { TotpSetUp } from './totp_set_up.js';

/** Sets up an authenticator app during a sign-in that demands one, and shows the recovery codes before it goes on. */
export function Enrolment(props: {
  owed: MfaRequired;
  totp: TotpEnrolment;
  onSignedIn?(user: User): void;
  onBack(): void;
}) {
  const { owed, totp, onSignedIn, onBack } = props;
  const { store } = useJanuaContext('<SignIn>');
  const [finished, setFinished] = useState<{ codes: string[]; user: User } | null>(null);
  const release = useRef(() => {});
  useEffect(() => () => release.current(), []);
  if (finished) {
    const leave = async () => {
      release.current();
      onSignedIn?.(finished.user);
    };
    return <RecoveryCodes codes={finished.codes} onDone={leave} />;
  }
  const verify = async (code: string) => {
    release.current = store.hold();
    const { mfa_token } = owed;
    const result = await store.client.mfa.verifyTotpEnrolment({ mfa_token, code });
    if (!result.mfa_required) setFinished({ codes: result.recovery_codes, user: result.user });
  };
  return <TotpSetUp totp={totp} onCode={verify} onBack={onBack} />;
}
