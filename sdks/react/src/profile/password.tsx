import type { User } from '@janua/typescript-sdk';
import { useState } from 'react';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { useSessions } from '../hooks.js';
import { useJanuaContext } from '../provider.js';
import { fill } from '../texts/index.js';
import { Section } from './section.js';

/** The password: changed by whoever knows it, and by mail for whoever does not. */
export function Password({ user }: { user: User }) {
  const { store, texts } = useJanuaContext('<UserProfile>');
  const { auth } = store.client;
  const { reload } = useSessions();
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState('');
  const finish = (text: string) => {
    setTold(text);
    setOpen(false);
  };
  return (
    <Section title={texts.password}>
      <p className="janua-done" role="status">
        {told}
      </p>
      {!open && (
        <button
          className="janua-secondary"
          type="button"
          onClick={() => {
            setTold('');
            setOpen(true);
          }}
        >
          {texts.changePassword}
        </button>
      )}
      {open && (
        <Form
          within={texts.changePassword}
          submit={texts.changePassword}
          texts={texts}
          onSubmit={async ({ current_password = '', new_password = '' }) => {
            await auth.changePassword({ current_password, new_password });
            finish(texts.passwordChanged);
            await reload();
          }}
          more={(run) => (
            <>
              <button className="janua-quiet" type="button" onClick={() => setOpen(false)}>
                {texts.cancel}
              </button>
              <button
                className="janua-quiet"
                type="button"
                onClick={() =>
                  run(async () => {
                    await auth.forgotPassword(user.email);
                    finish(fill(texts.mailToReset, { email: user.email }));
                  })
                }
              >
                {texts.forgotten}
              </button>
            </>
          )}
        >
          {/* So that password managers know whose password it is. */}
          <input type="text" autoComplete="username" value={user.email} readOnly hidden />
          <Field
            focus
            label={texts.currentPassword}
            name="current_password"
            type="password"
            autoComplete="current-password"
          />
          <Field
            label={texts.newPassword}
            hint={texts.passwordHint}
            name="new_password"
            type="password"
            autoComplete="new-password"
          />
        </Form>
      )}
    </Section>
  );
}
