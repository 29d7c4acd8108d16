import { SignedIn, SignedOut } from '@janua/react-sdk';
import { currentUser } from '../lib/session';
import { Door } from './door';
import { Notes } from './notes';

export default async function Home() {
  const user = await currentUser();
  return (
    <>
      {user && <p>Rendered on the server for {user.email}</p>}
      <SignedOut>
        <Door />
      </SignedOut>
      <SignedIn>
        <Notes />
      </SignedIn>
    </>
  );
}
