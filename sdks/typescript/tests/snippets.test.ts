import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { JanuaClient } from '../src/index.js';
import { guide, type Stage, stage } from './browser.js';
import { admin } from './janua_server.js';

const grace = { email: 'grace@example.com', password: 'harbour-cello-tundra-48' };
const address = 'https://auth.example.com';

let here: Stage;
beforeAll(async () => {
  here = await stage({
    JWT_ISSUER: address,
    OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    WEBHOOK_ALLOW_HTTP: 'true',
  });
});
afterAll(() => here?.stop());

/** Lets an address that documents use lead to the server of the tests. */
async function route(page: Page, from: string): Promise<void> {
  await page.route(`${from}/**`, async (one) => {
    const response = await one.fetch({ url: one.request().url().replace(from, here.server.url) });
    await one.fulfill({ response });
  });
}

describe('the page of the documentation', async () => {
  const text = await readFile(resolve('../../docs/sdks/typescript.md'), 'utf8');
  const fences = [...text.matchAll(/^```ts( browser)?\n([\s\S]*?)^```/gm)];
  const log: string[] = [];

  /** What a snippet exports, after it has run. */
  async function run(code: string, index: number): Promise<Record<string, never>> {
    const { outputFiles } = await bundle(code);
    await mkdir('node_modules/.work', { recursive: true });
    const file = resolve(`node_modules/.work/snippet-${process.pid}-${index}.mjs`);
    await writeFile(file, outputFiles[0]!.text);
    return import(/* @vite-ignore */ pathToFileURL(file).href);
  }

  const bundle = (code: string) =>
    build({
      stdin: { contents: code, loader: 'ts', resolveDir: '.' },
      bundle: true,
      format: 'esm',
      write: false,
      alias: { '@janua/typescript-sdk': resolve('src/index.ts') },
    });

  beforeAll(() => {
    const real = globalThis.fetch;
    vi.stubGlobal('fetch', (input: string, init: RequestInit) =>
      real(String(input).replace(address, here.server.url), init),
    );
    vi.spyOn(console, 'log').mockImplementation((...words) => void log.push(words.join(' ')));
  });
  afterAll(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  /** What is to be seen after a snippet has run, by a word that only it has. */
  const expected: [
    string,
    (exports: Record<string, (...words: never[]) => Promise<unknown>>) => Promise<void>,
  ][] = [
    ['first_name', async () => expect(log).toEqual(['Welcome, Grace', 'grace@example.com 2'])],
    ['kept.has', async () => expect(log).toEqual(['true'])],
    ['auth:refreshed', async () => expect(log).toEqual(['grace@example.com is here'])],
    [
      'askCode',
      async ({ signIn }) => {
        const ask = async () => 'never asked';
        const result = await signIn!(grace.email as never, grace.password as never, ask as never);
        expect(result).toMatchObject({ mfa_required: false, user: { email: grace.email } });
      },
    ],
    ['RateLimitError', async () => expect(log).toEqual(['address or password is wrong'])],
    [
      'function GET',
      async ({ GET }) => {
        const client = new JanuaClient({ baseUrl: here.server.url });
        await client.auth.signIn(grace);
        const ask = async (token: string) => {
          const headers = { authorization: `Bearer ${token}` };
          return (await GET!(new Request('http://app/', { headers }) as never)) as Response;
        };
        const good = await ask((await client.auth.getAccessToken())!);
        expect(await good.json()).toMatchObject({ user: (await client.users.me()).id, organization: null });
        expect((await ask('x.y.z')).status).toBe(401);
      },
    ],
    [
      'function owner',
      async ({ owner }) => {
        const client = new JanuaClient({ baseUrl: here.server.url });
        await client.auth.signIn(grace);
        const { key } = await client.apiKeys.create({ name: 'docs', scopes: ['profile:read'] });
        expect(await owner!(key as never)).toBe(grace.email);
      },
    ],
    [
      'function receive',
      async ({ receive }) => {
        const refused = (await receive!(
          new Request('http://app/', { method: 'POST', body: '{}' }) as never,
          's' as never,
        )) as Response;
        expect([refused.status, await refused.text()]).toEqual([400, 'WEBHOOK_TIMESTAMP_REFUSED']);
        const { cases } = JSON.parse(await readFile(resolve('../vectors/webhooks.json'), 'utf8'));
        const { body, secret, timestamp, signature, now } = cases[0];
        vi.setSystemTime(now * 1000);
        const headers = { 'x-janua-timestamp': timestamp, 'x-janua-signature': signature };
        const taken = (await receive!(
          new Request('http://app/', { method: 'POST', body, headers }) as never,
          secret as never,
        )) as Response;
        vi.useRealTimers();
        expect([taken.status, await taken.text()]).toEqual([200, 'evt_1 user.created']);
      },
    ],
    ['Flow-Matic', async () => expect(log).toEqual(['true 1'])],
    [
      'for await',
      async () => {
        const [[count, total], rest] = [log[0]!.split(' ').map(Number) as [number, number], log.slice(1)];
        expect(count).toBe(total);
        expect(rest.filter((line) => line.endsWith('127.0.0.1')).length).toBe(total);
        expect(rest.filter((line) => line.endsWith('organization.created')).length).toBe(1);
      },
    ],
  ];

  test('has as many snippets as are looked at', () => {
    expect(fences.filter(([, browser]) => !browser).length).toBe(expected.length);
    expect(fences.filter(([, browser]) => browser).length).toBe(1);
  });

  test('begins with what the page of the package prints', async () => {
    const readme = await readFile('README.md', 'utf8');
    expect([...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code)).toEqual([fences[0]![2]]);
  });

  for (const [index, [word, look]] of expected.entries()) {
    test(`runs, with ${word}`, async () => {
      const [, , code] = fences.filter(([, browser]) => !browser)[index]!;
      expect(code).toContain(word);
      log.length = 0;
      await look(await run(code!, index));
    });
  }

  test('runs in a browser, with passkeys', async () => {
    const context = await here.context();
    const page = await context.newPage();
    await route(page, address);
    await page.goto(here.app);
    const protocol = await context.newCDPSession(page);
    await protocol.send('WebAuthn.enable');
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
    } as const;
    await protocol.send('WebAuthn.addVirtualAuthenticator', {
      options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
    });
    const said = page.waitForEvent('console');
    const { outputFiles } = await bundle(fences.find(([, browser]) => browser)![2]!);
    await page.addScriptTag({ type: 'module', content: outputFiles[0]!.text });
    expect((await said).text()).toBe(grace.email);
    await context.close();
  });
});

describe('the snippets of the guide run unchanged', () => {
  /** Runs them in a page, with what stands around them there. */
  async function inPage(before: string, name: string, after: string): Promise<unknown> {
    const context = await here.context();
    const page = await context.newPage();
    await route(page, 'https://api.janua.dev');
    await page.goto(here.app);
    const whole = `async function snippet() {\n${before}\n${await guide(name)}\n${after}\n}`;
    const { code } = await transform(whole, { loader: 'ts' });
    try {
      return await page.evaluate(
        `(async () => { const { JanuaClient } = sdk; ${code} return snippet(); })()`,
      );
    } finally {
      await context.close();
    }
  }
  const signIn = `await client.auth.signIn(${JSON.stringify(admin)}); return (await client.users.me()).email;`;
  const januaClient = "const januaClient = new JanuaClient({ baseUrl: 'https://api.janua.dev' });";

  for (const name of ['auto_refresh.ts', 'base_url_correct.ts', 'base_url_incorrect.ts']) {
    test(name, async () => expect(await inPage('', name, signIn)).toBe(admin.email));
  }

  test('event_wrong.ts tells what is right', async () => {
    await expect(inPage(januaClient, 'event_wrong.ts', '')).rejects.toThrow(
      /'signIn' is called 'auth:signedIn' now/,
    );
  });

  test('event_correct.ts', async () => {
    const after = `const client = januaClient; ${signIn}`;
    expect(await inPage(januaClient, 'event_correct.ts', after)).toBe(admin.email);
  });

  test('token_storage.ts', async () => {
    const after = `}); await client.auth.signIn(${JSON.stringify(admin)}); return localStorage.getItem('janua_auth') !== null;`;
    const before = "const client = new JanuaClient({ baseUrl: 'https://api.janua.dev',";
    expect(await inPage(before, 'token_storage.ts', after)).toBe(true);
  });

  test('passkey_support.ts', async () => {
    expect(
      await inPage(
        'const said = []; const console = { log: (text) => said.push(text) };',
        'passkey_support.ts',
        'return said;',
      ),
    ).toEqual(['WebAuthn supported', 'Platform authenticator: false']);
  });

  test('the version that it names is this one', async () => {
    expect(JSON.parse(await readFile('package.json', 'utf8')).version).toBe('1.2.0');
  });
});
