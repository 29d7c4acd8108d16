import { SignedIn, SignedOut, UserProfile } from '@janua/react-sdk';
import { Door } from '../door';

export default function Account() {
  return (
    <>
      <SignedIn>
        <UserProfile />
      </SignedIn>
      <SignedOut>
        <Door />
      </SignedOut>
    </>
  );
}
