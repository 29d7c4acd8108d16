import { type ReactNode, useState } from 'react';
import { Field } from './field.js';
import { Form } from './form.js';
import { useJanuaContext } from './provider.js';
import type { Texts } from './texts/index.js';

/** What shows a second factor, and to whom. */
interface SecondFactorProps {
  /** What it may be: `totp`, `sms`, `recovery_code`, `passkey`. */
  methods: string[];
  /** What stands above the field. */
  children?: ReactNode;
  onCode(code: string, method: string, values: Record<string, string>): Promise<unknown>;
  onPasskey(values: Record<string, string>): Promise<unknown>;
  /** Sends a code to the telephone. */
  sendSms(): Promise<unknown>;
  onBack?(): void;
  backText?: string;
  within?: string;
}

const labels: Record<string, (texts: Texts) => [hint: string, choose: string]> = {
  totp: (texts) => [texts.codeFromApp, texts.useApp],
  sms: (texts) => [texts.codeBySms, texts.useSms],
  recovery_code: (texts) => [texts.codeOfRecovery, texts.useRecovery],
};

/** Asks for a code of an app, of an SMS or of recovery, or for a passkey: whichever of them there are. */
export function SecondFactor(props: SecondFactorProps) {
  const { methods, children, onCode, onPasskey, sendSms, onBack, backText, within } = props;
  const { store, texts } = useJanuaContext('<SecondFactor>');
  const codes = methods.filter((method) => Object.hasOwn(labels, method));
  // An SMS is sent when somebody asks for it, not by itself.
  const [method, setMethod] = useState(codes.find((one) => one !== 'sms') ?? null);
  const choose = async (other: string) => {
    if (other === 'sms') await sendSms();
    setMethod(other);
  };
  const hasSms = codes.includes('sms');
  const submit = method ? texts.confirm : hasSms ? texts.useSms : texts.usePasskey;
  const others = codes.filter((one) => one !== method && !(method === null && one === 'sms'));
  const offersPasskey = methods.includes('passkey') && (method !== null || hasSms);
  return (
    <Form
      title={texts.secondStep}
      within={within}
      submit={submit}
      texts={texts}
      onSubmit={async (values) => {
        if (method) return onCode((values.code ?? '').trim(), method, values);
        return hasSms ? choose('sms') : onPasskey(values);
      }}
      more={(run) => (
        <>
          {others.map((one) => (
            <button
              key={one}
              className="janua-secondary"
              type="button"
              onClick={() => run(() => choose(one))}
            >
              {labels[one]!(texts)[1]}
            </button>
          ))}
          {offersPasskey && store.client.passkeys.isSupported() && (
            <button className="janua-secondary" type="button" onClick={() => run(onPasskey)}>
              {texts.usePasskey}
            </button>
          )}
          {onBack && (
            <button className="janua-quiet" type="button" onClick={onBack}>
              {backText ?? texts.back}
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
      {children}
    </Form>
  );
}
