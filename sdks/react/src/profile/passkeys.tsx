import type { PasskeyBody } from '@janua/typescript-sdk';
import { useState } from 'react';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { usePasskeys } from '../hooks.js';
import { useJanuaContext } from '../provider.js';
import { fill, when } from '../texts/index.js';
import type { Prove } from './proof.js';
import { ConfirmButton, Section, TaskButton } from './section.js';

/** The passkeys: added, renamed, removed. */
export function Passkeys({ prove }: { prove: Prove }) {
  const { texts } = useJanuaContext('<UserProfile>');
  const { passkeys, isLoaded, isSupported, register } = usePasskeys();
  if (!isLoaded) return null;
  return (
    <Section title={texts.passkeys}>
      {passkeys.length === 0 && <p>{texts.noPasskeys}</p>}
      <ul className="janua-things">
        {passkeys.map((passkey) => (
          <Passkey key={passkey.id} passkey={passkey} prove={prove} />
        ))}
      </ul>
      {isSupported && <TaskButton label={texts.addPasskey} onPress={() => prove(() => register())} />}
    </Section>
  );
}

function Passkey({ passkey, prove }: { passkey: PasskeyBody; prove: Prove }) {
  const { id, name, suspicious, created_at, last_used_at } = passkey;
  const { texts } = useJanuaContext('<UserProfile>');
  const { rename, remove } = usePasskeys();
  const [renaming, setRenaming] = useState(false);
  if (renaming) {
    return (
      <li>
        <Form
          within={`${texts.rename}: ${name}`}
          submit={texts.save}
          texts={texts}
          onSubmit={async (values) => {
            await rename(id, values.name ?? '');
            setRenaming(false);
          }}
          more={() => (
            <button className="janua-quiet" type="button" onClick={() => setRenaming(false)}>
              {texts.cancel}
            </button>
          )}
        >
          <Field focus label={texts.name} name="name" autoComplete="off" defaultValue={name} />
        </Form>
      </li>
    );
  }
  const times = [
    fill(texts.added, { time: when(created_at, texts) }),
    last_used_at && fill(texts.used, { time: when(last_used_at, texts) }),
  ];
  return (
    <li>
      <span className="janua-thing">
        {name} {suspicious && <span className="janua-tag janua-warning">{texts.suspicious}</span>}
        <span className="janua-hint">{times.filter(Boolean).join(', ')}</span>
      </span>
      <button
        className="janua-quiet"
        type="button"
        aria-label={`${texts.rename}: ${name}`}
        onClick={() => setRenaming(true)}
      >
        {texts.rename}
      </button>
      <ConfirmButton
        label={texts.remove}
        of={name}
        question={texts.removeQuestion}
        onConfirm={() => prove(() => remove(id))}
      />
    </li>
  );
}
