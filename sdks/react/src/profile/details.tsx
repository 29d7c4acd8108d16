import type { User } from '@janua/typescript-sdk';
import { useState } from 'react';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { useUser } from '../hooks.js';
import { useJanuaContext } from '../provider.js';
import { Section } from './section.js';

/** The names of whoever is signed in. */
export function Details({ user }: { user: User }) {
  const { texts } = useJanuaContext('<UserProfile>');
  const { update } = useUser();
  const [saved, setSaved] = useState(false);
  return (
    <Section title={texts.profile}>
      <p>
        {user.email}{' '}
        <span className={user.email_verified ? 'janua-tag' : 'janua-tag janua-warning'}>
          {user.email_verified ? texts.verified : texts.unverified}
        </span>
      </p>
      <Form
        within={texts.profile}
        submit={texts.save}
        texts={texts}
        onSubmit={async ({ first_name, last_name, username }) => {
          setSaved(false);
          // An empty name removes it; a username can be changed, not removed.
          await update({ first_name, last_name, username: username || undefined });
          setSaved(true);
        }}
      >
        <div className="janua-pair">
          <Field
            optional
            label={texts.firstName}
            name="first_name"
            autoComplete="given-name"
            defaultValue={user.first_name ?? ''}
          />
          <Field
            optional
            label={texts.lastName}
            name="last_name"
            autoComplete="family-name"
            defaultValue={user.last_name ?? ''}
          />
        </div>
        <Field
          optional
          label={texts.username}
          name="username"
          autoComplete="off"
          defaultValue={user.username ?? ''}
        />
        <p className="janua-done" role="status">
          {saved && texts.saved}
        </p>
      </Form>
    </Section>
  );
}
