import type { JanuaConfig, User } from '@janua/typescript-sdk';
import { StrictMode, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import {
  JanuaProvider,
  type Localization,
  OrganizationSwitcher,
  Protect,
  SignedIn,
  SignedOut,
  SignIn,
  SignUp,
  UserButton,
  UserProfile,
  useAuth,
  useMfa,
  useOrganization,
  usePasskeys,
  useSession,
  useUser,
} from '../src/index.js';

declare global {
  var start: (config: JanuaConfig, localization?: Localization) => void;
  /** Takes over what a server has rendered, for whom it has found signed in. */
  var hydrate: (config: JanuaConfig, user: User | null) => void;
}

function Account() {
  const { user, update } = useUser();
  const { session } = useSession();
  const { organization, organizations, setActive } = useOrganization();
  const { status } = useMfa();
  const { passkeys, register } = usePasskeys();
  return (
    <section aria-label="Account">
      <p data-testid="name">{user?.first_name ?? 'nobody'}</p>
      <p data-testid="device">{session?.is_current ? 'this session' : ''}</p>
      <p data-testid="organization">{organization?.name ?? 'no organization'}</p>
      <p data-testid="factors">{status ? String(status.enabled) : ''}</p>
      <p data-testid="passkeys">{passkeys.map(({ name }) => name).join()}</p>
      <button type="button" onClick={() => void update({ first_name: 'Grace' })}>
        Rename
      </button>
      <button type="button" onClick={() => void register('Laptop')}>
        Add passkey
      </button>
      {organizations.map(({ id, name }) => (
        <button key={id} type="button" onClick={() => void setActive(id)}>
          Act in {name}
        </button>
      ))}
      <Protect permission="members:invite" fallback={<p data-testid="invite">may not invite</p>}>
        <p data-testid="invite">may invite</p>
      </Protect>
    </section>
  );
}

/** What the address asks to see of somebody who is signed in: their account by hooks, or one of the components. */
function Shown({ onManage }: { onManage(): void }) {
  switch (location.hash) {
    case '#profile':
      return <UserProfile />;
    case '#switcher':
      return (
        <>
          <OrganizationSwitcher />
          <Account />
        </>
      );
    default:
      return (
        <>
          <UserButton onManage={onManage} />
          <Account />
        </>
      );
  }
}

function App() {
  const { isLoaded, error } = useAuth();
  const [greeted, setGreeted] = useState('');
  const [signsUp, setSignsUp] = useState(location.hash === '#sign-up');
  const [manages, setManages] = useState(false);
  return (
    <main>
      <h1>App</h1>
      <p data-testid="state">{`${isLoaded} ${error?.code ?? ''}`}</p>
      <p data-testid="greeted">{greeted}</p>
      <SignedOut>
        {signsUp ? (
          <SignUp
            onSignIn={() => setSignsUp(false)}
            onSignedUp={({ email }, signedIn) => setGreeted(`${email} ${signedIn}`)}
          />
        ) : (
          <SignIn
            rememberDevice={location.hash === '#remember'}
            onSignUp={() => setSignsUp(true)}
            onSignedIn={({ email }) => setGreeted(email)}
          />
        )}
      </SignedOut>
      <SignedIn>{manages ? <UserProfile /> : <Shown onManage={() => setManages(true)} />}</SignedIn>
    </main>
  );
}

function Hydrated() {
  const { user } = useUser();
  return (
    <main>
      <SignedIn>
        <p data-testid="name">{user?.first_name}</p>
      </SignedIn>
      <SignedOut>
        <p data-testid="name">nobody</p>
      </SignedOut>
    </main>
  );
}

globalThis.start = (config, localization) =>
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <JanuaProvider config={config} localization={localization}>
        <App />
      </JanuaProvider>
    </StrictMode>,
  );

globalThis.hydrate = (config, user) => {
  hydrateRoot(
    document.getElementById('root')!,
    <StrictMode>
      <JanuaProvider config={config} initialUser={user}>
        <Hydrated />
      </JanuaProvider>
    </StrictMode>,
  );
};
