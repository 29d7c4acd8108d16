import {
  OrganizationSwitcher,
  SignedIn,
  SignedOut,
  SignIn,
  SignUp,
  UserButton,
  UserProfile,
  useAuth,
} from '@janua/react-sdk';
import { useState } from 'react';
import { Team } from './team.tsx';

/** A page for whoever is signed in, and forms for everybody else. */
export function App() {
  const { isLoaded, error } = useAuth();
  const [shows, setShows] = useState<'team' | 'account'>('team');
  return (
    <>
      <header>
        <h1>Team</h1>
        <SignedIn>
          <OrganizationSwitcher />
          <UserButton onManage={() => setShows('account')} />
        </SignedIn>
      </header>
      <main>
        {!isLoaded && <p role="status">{error ? error.message : 'One moment …'}</p>}
        <SignedOut>
          {error?.code === 'REFRESH_TOKEN_REUSED' && (
            <p role="alert">Somebody else has used your session. Sign in, and change your password.</p>
          )}
          <Door />
        </SignedOut>
        <SignedIn>
          {shows === 'team' && <Team />}
          {shows === 'account' && (
            <>
              <p>
                <button type="button" onClick={() => setShows('team')}>
                  Back to the team
                </button>
              </p>
              <UserProfile />
            </>
          )}
        </SignedIn>
      </main>
    </>
  );
}

function Door() {
  const [isNew, setIsNew] = useState(false);
  return isNew ? <SignUp onSignIn={() => setIsNew(false)} /> : <SignIn onSignUp={() => setIsNew(true)} />;
}
