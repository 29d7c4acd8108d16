import type { TotpEnrolment } from '@janua/typescript-sdk';
import { Field } from './field.js';
import { Form } from './form.js';
import { useJanuaContext } from './provider.js';

/** Shows the secret of an authenticator app, and asks for a first code of it. */
export function TotpSetUp(props: {
  totp: TotpEnrolment;
  onCode(code: string): Promise<unknown>;
  onBack?(): void;
  backText?: string;
  within?: string;
}) {
  const { totp, onCode, onBack, backText, within } = props;
  const { texts } = useJanuaContext('<TotpSetUp>');
  const back = onBack && (
    <button className="janua-quiet" type="button" onClick={onBack}>
      {backText ?? texts.back}
    </button>
  );
  return (
    <Form
      title={texts.setUpTitle}
      within={within}
      submit={texts.confirm}
      texts={texts}
      onSubmit={({ code = '' }) => onCode(code.trim())}
      more={() => back}
    >
      <p>{texts.setUpHint}</p>
      <img className="janua-qr" src={totp.qr_code} alt={texts.setUpTitle} />
      <p className="janua-hint">
        {texts.setUpSecret} <code>{totp.secret}</code>
      </p>
      <Field focus label={texts.code} name="code" autoComplete="one-time-code" inputMode="numeric" />
    </Form>
  );
}
