import type { JanuaConfig } from '@janua/typescript-sdk';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import {
  JanuaProvider,
  type Localization,
  Protect,
  SignedIn,
  SignedOut,
  SignIn,
  UserButton,
  useAuth,
  useMfa,
  useOrganization,
  usePasskeys,
  useSession,
  useUser,
} from '../src/index.js';

declare global {
  var start: (config: JanuaConfig, localization?: Localization) => void;
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

function App() {
  const { isLoaded, error } = useAuth();
  const [greeted, setGreeted] = useState('');
  return (
    <main>
      <h1>App</h1>
      <p data-testid="state">{`${isLoaded} ${error?.code ?? ''}`}</p>
      <p data-testid="greeted">{greeted}</p>
      <SignedOut>
        <SignIn onSignedIn={({ email }) => setGreeted(email)} />
      </SignedOut>
      <SignedIn>
        <UserButton />
        <Account />
      </SignedIn>
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
