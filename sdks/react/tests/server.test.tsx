import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import {
  JanuaProvider,
  Protect,
  SignedIn,
  SignedOut,
  SignIn,
  UserButton,
  useAuth,
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
      </JanuaProvider>,
    );
    expect(html).toBe('<p>always</p>wait');
  } finally {
    globalThis.fetch = before;
  }
});

test('a sign-in form can be rendered on a server', () => {
  const html = renderToString(
    <JanuaProvider config={config}>
      <SignIn />
    </JanuaProvider>,
  );
  expect(html).toContain('type="password"');
});

function Lost({ hook }: { hook(): unknown }) {
  hook();
  return null;
}

test.each([
  ['useAuth()', useAuth],
  ['useUser()', useUser],
])('%s outside of the provider says what to do', (name, hook) => {
  expect(() => renderToString(<Lost hook={hook} />)).toThrow(
    `${name} was used outside of <JanuaProvider>. Put the provider around your whole application`,
  );
});

test('a component outside of the provider says what to do', () => {
  expect(() => renderToString(<SignIn />)).toThrow('<SignIn> was used outside of <JanuaProvider>');
});

test('a provider without a configuration says what it needs', () => {
  expect(() => renderToString(<JanuaProvider />)).toThrow('JanuaProvider needs its configuration');
});
