import { Protect, useJanuaClient, useOrganization } from '@janua/react-sdk';
import { JanuaError, type MemberBody } from '@janua/typescript-sdk';
import { type FormEvent, useEffect, useState } from 'react';

/** Who belongs to the organization that the session acts in, and a form to invite others. */
export function Team() {
  const { organization, isLoaded } = useOrganization();
  if (!isLoaded) return <p role="status">One moment …</p>;
  if (!organization) return <p>Choose an organization above, or make one.</p>;
  return (
    <>
      <h2>{organization.name}</h2>
      <Members organizationId={organization.id} />
      <Protect permission="members:invite" fallback={<p>Ask an administrator to invite people.</p>}>
        <Invite organizationId={organization.id} />
      </Protect>
    </>
  );
}

function Members({ organizationId }: { organizationId: string }) {
  const client = useJanuaClient();
  const [members, setMembers] = useState<MemberBody[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    client.organizations.members.list(organizationId, { per_page: 100 }, { signal: abort.signal }).then(
      (page) => setMembers(page.members),
      (error) => abort.signal.aborted || console.error(error),
    );
    return () => abort.abort();
  }, [client, organizationId]);
  return (
    <ul>
      {members.map(({ user_id, email, role }) => (
        <li key={user_id}>
          {email}, {role}
        </li>
      ))}
    </ul>
  );
}

function Invite({ organizationId }: { organizationId: string }) {
  const client = useJanuaClient();
  const [told, setTold] = useState('');
  async function invite(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const email = String(new FormData(form).get('email'));
    try {
      await client.organizations.invitations.create(organizationId, { email, role: 'member' });
      setTold(`A mail is on its way to ${email}.`);
      form.reset();
    } catch (error) {
      setTold(error instanceof JanuaError ? error.message : String(error));
    }
  }
  return (
    <form onSubmit={invite}>
      <label>
        Invite somebody <input name="email" type="email" required />
      </label>{' '}
      <button type="submit">Invite</button>
      <p role="status">{told}</p>
    </form>
  );
}
