import type { User } from '@janua/typescript-sdk';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import {
  JanuaProvider,
  OrganizationSwitcher,
  Protect,
  SignedIn,
  SignedOut,
  SignIn,
  SignUp,
  UserButton,
  UserProfile,
  useAuth,
  useJanuaClient,
  useMfa,
  useOrganization,
  usePasskeys,
  useSession,
  useSessions,
  useUser,
} from '../src/index.js';

const config = { baseUrl: 'https://auth.example.com' };

test('on a server nothing is shown that could be wrong, and nothing is asked', () => {
  const before = globalThis.fetch;
  globalThis.fetch = () => {
    throw new Error('asked');
  };
  try {
    const html = renderToString(
      <JanuaProvider config={config}>
        <p>always</p>
        <SignedIn>in</SignedIn>
        <SignedOut>out</SignedOut>
        <Protect loading="wait">secret</Protect>
        <UserButton />
        <UserProfile />
        <OrganizationSwitcher />
      </JanuaProvider>,
    );
    expect(html).toBe('<p>always</p>wait');
  } finally {
    globalThis.fetch = before;
  }
});

test.each([SignIn, SignUp])('the form of %o can be rendered on a server', (Component) => {
  const html = renderToString(
    <JanuaProvider config={config}>
      <Component />
    </JanuaProvider>,
  );
  expect(html).toContain('type="password"');
});

const ada: User = {
  id: '0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60',
  email: 'ada@example.com',
  email_verified: true,
  first_name: 'Ada',
  is_admin: false,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

test.each([
  [ada, 'in Ada'],
  [null, 'out'],
])('whom the server knows is rendered at once: %o', (user, shown) => {
  const html = renderToString(
    <JanuaProvider config={config} initialUser={user}>
      <SignedIn>
        in <Name />
      </SignedIn>
      <SignedOut>out</SignedOut>
    </JanuaProvider>,
  );
  expect(html.replaceAll('<!-- -->', '')).toBe(shown);
});

function Name() {
  return useUser().user?.first_name;
}

function Lost({ hook }: { hook(): unknown }) {
  hook();
  return null;
}

test.each([
  ['useAuth()', useAuth],
  ['useUser()', useUser],
  ['useSession()', useSession],
  ['useSessions()', useSessions],
  ['useOrganization()', useOrganization],
  ['useMfa()', useMfa],
  ['usePasskeys()', usePasskeys],
  ['useJanuaClient()', useJanuaClient],
])('%s outside of the provider says what to do', (name, hook) => {
  expect(() => renderToString(<Lost hook={hook} />)).toThrow(
    `${name} was used outside of <JanuaProvider>. Put the provider around your whole application`,
  );
});

test.each([
  ['SignIn', SignIn],
  ['SignUp', SignUp],
  ['UserButton', UserButton],
  ['UserProfile', UserProfile],
  ['OrganizationSwitcher', OrganizationSwitcher],
  ['Protect', Protect],
])('<%s> outside of the provider says what to do', (name, Component) => {
  expect(() => renderToString(<Component />)).toThrow(`<${name}> was used outside of <JanuaProvider>`);
});

test('a provider without a configuration says what it needs', () => {
  expect(() => renderToString(<JanuaProvider />)).toThrow('JanuaProvider needs its configuration');
});
