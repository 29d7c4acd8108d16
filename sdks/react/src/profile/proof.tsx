import type { JanuaError } from '@janua/typescript-sdk';
import { useEffect, useId, useRef, useState } from 'react';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { useJanuaContext } from '../provider.js';
import { SecondFactor } from '../second_factor.js';
import { GivenUp } from '../task.js';

/** Does something sensitive, after asking once more who it is where the server wants that. */
export type Prove = <T>(task: () => Promise<T>) => Promise<T>;

interface Question {
  methods: string[];
  answered(): void;
  givenUp(): void;
}

/** `prove` does what may need a fresh proof; `question` has to be shown somewhere. */
export function useProof() {
  const [asked, setAsked] = useState<Question | null>(null);
  const prove: Prove = async (task) => {
    try {
      return await task();
    } catch (error) {
      const { code, details } = error as JanuaError;
      if (code !== 'REAUTHENTICATION_REQUIRED') throw error;
      const methods = (details.methods ?? ['password']) as string[];
      try {
        await new Promise<void>((answered, refuse) => {
          setAsked({ methods, answered, givenUp: () => refuse(new GivenUp()) });
        });
      } finally {
        setAsked(null);
      }
      return task();
    }
  };
  return { prove, question: asked && <ProofDialog {...asked} /> };
}

function ProofDialog({ methods, answered, givenUp }: Question) {
  const { store, texts } = useJanuaContext('<UserProfile>');
  const { auth, mfa, passkeys } = store.client;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => opener?.focus();
  }, []);
  const form = { within: texts.secondStep, texts };
  return (
    <dialog ref={dialog} className="janua janua-dialog" aria-labelledby={heading} onCancel={givenUp}>
      <h3 id={heading}>{texts.secondStep}</h3>
      <p className="janua-hint">{texts.proveHint}</p>
      {methods.includes('password') ? (
        <Form
          {...form}
          submit={texts.confirm}
          onSubmit={async ({ password = '' }) => {
            await auth.reauthenticate({ password });
            answered();
          }}
          more={() => (
            <button className="janua-quiet" type="button" onClick={givenUp}>
              {texts.cancel}
            </button>
          )}
        >
          <Field
            focus
            label={texts.password}
            name="password"
            type="password"
            autoComplete="current-password"
          />
        </Form>
      ) : (
        <SecondFactor
          within={texts.secondStep}
          methods={methods}
          sendSms={() => mfa.sendSms()}
          onCode={async (code, method) => {
            await auth.reauthenticate({ code, method });
            answered();
          }}
          onPasskey={async () => {
            await auth.reauthenticate({ passkey: await passkeys.ask() });
            answered();
          }}
          onBack={givenUp}
          backText={texts.cancel}
        />
      )}
    </dialog>
  );
}
