import type { JanuaConfig } from '@janua/typescript-sdk';
import { StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { JanuaProvider, SignedIn, SignedOut, SignIn, useAuth, useUser } from '../src/index.js';

/** What a server would say; the status 0 stands for none that answers, the body null for one that never ends. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string | null;
}

declare global {
  /** Shows an application, to which each call is answered by what stands under it: one after the other, the last for ever. */
  var mount: (answers: Record<string, Answer[]>, config?: JanuaConfig) => void;
  /** What the application has asked, and when by the clock of the page. */
  var asked: { call: string; at: number }[];
  /** What the hooks give at the moment. */
  var hooks: { auth: ReturnType<typeof useAuth>; user: ReturnType<typeof useUser> };
}

function Seen() {
  globalThis.hooks = { auth: useAuth(), user: useUser() };
  const { isLoaded, isSignedIn, error } = hooks.auth;
  return <p data-testid="state">{[isLoaded, isSignedIn, ...(error ? [error.code] : [])].join(' ')}</p>;
}

let root: Root | undefined;

globalThis.mount = (answers, config) => {
  root?.unmount();
  globalThis.asked = [];
  const send: typeof fetch = async (input, init) => {
    const call = `${init?.method} ${new URL(String(input)).pathname.replace('/api/v1', '')}`;
    asked.push({ call, at: Date.now() });
    const left = answers[call];
    if (!left) throw new Error(`nobody answers ${call}`);
    const { status, headers, body } = left.length > 1 ? left.shift()! : left[0]!;
    if (body === null) {
      return new Promise((_, fail) => {
        init?.signal?.addEventListener('abort', () => fail(init.signal!.reason));
      });
    }
    if (status === 0) throw new TypeError('Failed to fetch');
    return new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } });
  };
  root = createRoot(document.getElementById('root')!);
  root.render(
    <StrictMode>
      <JanuaProvider config={{ baseUrl: 'https://auth.example.com', maxRetries: 0, fetch: send, ...config }}>
        <Seen />
        <SignedIn>
          <p data-testid="inside">inside</p>
        </SignedIn>
        <SignedOut>
          <SignIn passkeys={false} />
        </SignedOut>
      </JanuaProvider>
    </StrictMode>,
  );
};
