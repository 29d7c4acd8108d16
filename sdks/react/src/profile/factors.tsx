import type { TotpEnrolment } from '@janua/typescript-sdk';
import { useState } from 'react';
import { useMfa } from '../hooks.js';
import { useJanuaContext } from '../provider.js';
import { RecoveryCodes } from '../recovery_codes.js';
import { fill } from '../texts/index.js';
import { TotpSetUp } from '../totp_set_up.js';
import type { Prove } from './proof.js';
import { ConfirmButton, Section, TaskButton } from './section.js';

/** The second factors: an authenticator app set up and turned off, recovery codes made anew. */
export function Factors({ prove }: { prove: Prove }) {
  const { texts } = useJanuaContext('<UserProfile>');
  const { status, mfa, reload } = useMfa();
  const [totp, setTotp] = useState<TotpEnrolment | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  if (!status) return null;

  if (codes.length > 0) {
    return (
      <Section title={texts.recoveryTitle}>
        <RecoveryCodes within={texts.recoveryTitle} codes={codes} onDone={async () => setCodes([])} />
      </Section>
    );
  }
  if (totp) {
    const turnOn = async (code: string) => {
      const { recovery_codes } = await mfa.verifyTotp(code);
      setTotp(null);
      setCodes(recovery_codes);
      await reload();
    };
    return (
      <Section title={texts.setUpApp}>
        <TotpSetUp
          within={texts.setUpApp}
          totp={totp}
          onCode={turnOn}
          onBack={() => setTotp(null)}
          backText={texts.cancel}
        />
      </Section>
    );
  }
  const turnOff = (disable: () => Promise<void>) => async () => {
    await prove(disable);
    await reload();
  };
  return (
    <Section title={texts.secondFactor}>
      <p>{status.enabled ? texts.factorsOn : texts.factorsOff}</p>
      <ul className="janua-things">
        {status.totp_enabled && (
          <li>
            <span className="janua-thing">{texts.app}</span>
            <ConfirmButton
              label={texts.turnOff}
              of={texts.app}
              question={texts.turnOffQuestion}
              onConfirm={turnOff(() => mfa.disableTotp())}
            />
          </li>
        )}
        {status.sms_enabled && (
          <li>
            <span className="janua-thing">
              {texts.telephone} <span className="janua-hint">{status.phone_number}</span>
            </span>
            <ConfirmButton
              label={texts.turnOff}
              of={texts.telephone}
              question={texts.turnOffQuestion}
              onConfirm={turnOff(() => mfa.disableSms())}
            />
          </li>
        )}
        {status.enabled && (
          <li>
            <span className="janua-thing">
              {texts.recoveryCodes}{' '}
              <span className="janua-hint">
                {fill(texts.codesLeft, { count: status.backup_codes_remaining })}
              </span>
            </span>
            <ConfirmButton
              label={texts.newCodes}
              question={texts.newCodesQuestion}
              onConfirm={async () => {
                const { recovery_codes } = await prove(() => mfa.regenerateRecoveryCodes());
                setCodes(recovery_codes);
                await reload();
              }}
            />
          </li>
        )}
      </ul>
      {!status.totp_enabled && (
        <TaskButton
          label={texts.setUpApp}
          onPress={async () => setTotp(await prove(() => mfa.enableTotp({})))}
        />
      )}
    </Section>
  );
}
