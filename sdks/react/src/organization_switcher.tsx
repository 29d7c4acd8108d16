import type { BelongingBody } from '@janua/typescript-sdk';
import { useState } from 'react';
import { Disclosure } from './disclosure.js';
import { Field } from './field.js';
import { Form } from './form.js';
import { useAuth, useOrganization } from './hooks.js';
import { useJanuaContext } from './provider.js';
import { useTask } from './task.js';
import { initials } from './user_button.js';

/** What a switcher of organizations is told. */
export interface OrganizationSwitcherProps {
  /** Whether people may act for themselves, too, and not for an organization; true unless given. */
  personal?: boolean;
  /** Whether people may make organizations here; true unless given. */
  create?: boolean;
  /** Called when the session acts in another organization, or, with null, in none. */
  onSwitched?(organizationId: string | null): void;
}

/** Shows the organization that the session acts in, and lets it act in another. Shows nothing while nobody is signed in. */
export function OrganizationSwitcher(props: OrganizationSwitcherProps) {
  const { personal = true, create = true, onSwitched } = props;
  const { texts } = useJanuaContext('<OrganizationSwitcher>');
  const { user, client } = useAuth();
  const { organization, organizations, isLoaded, setActive } = useOrganization();
  const { busy, failure, run } = useTask(texts);
  const [making, setMaking] = useState(false);
  if (!user || !isLoaded) return null;

  const current = organization?.name ?? texts.personal;
  const act = async (id: string | null) => {
    await setActive(id);
    onSwitched?.(id);
  };
  const choices: (Pick<BelongingBody, 'name' | 'role'> & { id: string | null })[] = [...organizations];
  if (personal || !organization) choices.unshift({ id: null, name: texts.personal, role: user.email });
  return (
    <Disclosure
      buttonClass="janua-switch"
      button={
        <>
          <span className="janua-logo" aria-hidden="true">
            {initials(current)}
          </span>
          <span className="janua-current">
            <span className="janua-unseen">{texts.organization}: </span>
            {current}
          </span>
          <span className="janua-arrow" aria-hidden="true" />
        </>
      }
    >
      {(close) => (
        <>
          <p className="janua-failure" role="alert">
            {failure}
          </p>
          <ul className="janua-choices">
            {choices.map(({ id, name, role }) => (
              <li key={id}>
                <button
                  className="janua-item janua-choice"
                  type="button"
                  disabled={busy}
                  aria-current={id === (organization?.id ?? null) ? true : undefined}
                  onClick={async () => (await run(() => act(id))) && close()}
                >
                  <span className="janua-logo" aria-hidden="true">
                    {initials(name)}
                  </span>
                  <span className="janua-named">
                    <span>{name}</span> <span className="janua-hint">{role}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {create && !making && (
            <button className="janua-item" type="button" onClick={() => setMaking(true)}>
              {texts.createOrganization}
            </button>
          )}
          {create && making && (
            <Form
              within={texts.createOrganization}
              submit={texts.create}
              texts={texts}
              onSubmit={async ({ name = '' }) => {
                const { id } = await client.organizations.create({ name });
                await act(id);
                setMaking(false);
                close();
              }}
              more={() => (
                <button className="janua-quiet" type="button" onClick={() => setMaking(false)}>
                  {texts.cancel}
                </button>
              )}
            >
              <Field focus label={texts.organizationName} name="name" autoComplete="organization" />
            </Form>
          )}
        </>
      )}
    </Disclosure>
  );
}
