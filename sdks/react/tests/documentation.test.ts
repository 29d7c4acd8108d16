import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { totp } from '../../typescript/tests/authenticator_app.js';
import { newAddress, password, press, signIn, somebody } from './people.js';
import { type Stage, stage } from './stage.js';

const address = 'https://auth.example.com';

let here: Stage;
beforeAll(async () => {
  here = await stage(19, { JWT_ISSUER: address });
});
afterAll(() => here?.stop());

/** What the snippets of the page are about, in their order. */
const names = ['whole', 'front', 'own-form', 'orders', 'team', 'server'];

const codesOf = async (file: string): Promise<string[]> =>
  [...(await readFile(file, 'utf8')).matchAll(/^```tsx\n([\s\S]*?)^```/gm)].map(([, code]) => code!);

/** An application that imports snippets of the page by their names. */
async function application(contents: string, forServer = false): Promise<string> {
  const codes = await codesOf('../../docs/sdks/react.md');
  expect(codes.length).toBe(names.length);
  const { outputFiles } = await build({
    stdin: { contents, loader: 'tsx', resolveDir: '.' },
    bundle: true,
    ...(forServer ? { format: 'cjs', platform: 'node', packages: 'external' } : { format: 'iife' }),
    jsx: 'automatic',
    write: false,
    outdir: 'never-written',
    alias: {
      '@janua/react-sdk/styles.css': resolve('src/styles/index.css'),
      '@janua/react-sdk': resolve('src/index.ts'),
    },
    plugins: [
      {
        name: 'snippets',
        setup(bundler) {
          bundler.onResolve({ filter: /^snippet:/ }, ({ path }) => ({ path, namespace: 'snippet' }));
          bundler.onLoad({ filter: /.*/, namespace: 'snippet' }, ({ path }) => ({
            contents: codes[names.indexOf(path.split(':')[1]!)]!,
            loader: 'tsx',
            resolveDir: '.',
          }));
        },
      },
    ],
  });
  return outputFiles.find(({ path }) => path.endsWith('.js'))!.text;
}

/** A page that shows what is put together of snippets. */
async function shown(context: BrowserContext, imports: string, elements: string): Promise<Page> {
  await context.route(`${address}/**`, async (route) => {
    const response = await route.fetch({ url: route.request().url().replace(address, here.server.url) });
    await route.fulfill({ response });
  });
  const page = await context.newPage();
  await page.goto(here.app);
  const content = await application(`
    import { createRoot } from 'react-dom/client';
    import { JanuaProvider } from '@janua/react-sdk';
    ${imports}
    const config = { baseUrl: '${address}' };
    createRoot(document.getElementById('root')).render(${elements});`);
  await page.addScriptTag({ content });
  return page;
}

test('the page of the package prints what the documentation begins with', async () => {
  expect(await codesOf('README.md')).toEqual((await codesOf('../../docs/sdks/react.md')).slice(0, 1));
});

test('the whole of it, with orders and a team', async () => {
  const { client, email } = await somebody(here);
  await client.organizations.create({ name: 'Flow-Matic' });
  const context = await here.context();
  const tokens: (string | null)[] = [];
  await context.route('https://api.example.com/orders', async (route) => {
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    if (route.request().method() === 'GET') tokens.push(await route.request().headerValue('authorization'));
    await route.fulfill({ json: [], headers });
  });
  const page = await shown(
    context,
    `import App from 'snippet:whole';
     import { Orders } from 'snippet:orders';
     import { Team } from 'snippet:team';`,
    '<><App /><JanuaProvider config={config}><Orders /><Team /></JanuaProvider></>',
  );
  await signIn(page, email);
  await page.getByText(`Welcome, ${email}`).waitFor();
  await page.getByRole('heading', { name: 'Nobody’s orders' }).waitFor();
  await page.getByText('Ask an administrator to invite people.').waitFor();
  await press(page, 'Flow-Matic');
  await page.getByRole('heading', { name: 'Flow-Matic' }).waitFor();
  await page.getByRole('button', { name: 'Invite somebody' }).waitFor();
  const answered = page.waitForResponse('https://api.example.com/orders');
  await press(page, 'Load');
  await answered;
  expect(tokens[0]).toMatch(/^Bearer eyJ/);
  await context.close();
});

test('the components', async () => {
  const context = await here.context();
  const page = await shown(
    context,
    "import { Front } from 'snippet:front';",
    '<JanuaProvider config={config}><Front /></JanuaProvider>',
  );
  await press(page, 'Create an account');
  await page.getByLabel('E-mail address').fill(newAddress());
  await page.getByLabel('Password').fill(password);
  await press(page, 'Create an account');
  await page.getByRole('button', { name: 'Organization: Personal account' }).waitFor();
  await page.getByRole('button', { name: /^Account: / }).click();
  await press(page, 'Manage account');
  await page.getByRole('heading', { name: 'Devices' }).waitFor();
  await context.close();
});

test('a form of your own, with <MfaChallenge>', async () => {
  const { client, email } = await somebody(here);
  const { secret } = await client.mfa.enableTotp({ password });
  const { recovery_codes } = await client.mfa.verifyTotp(totp(secret));
  const context = await here.context();
  const page = await shown(
    context,
    "import { OwnForm } from 'snippet:own-form';",
    '<JanuaProvider config={config}><OwnForm /></JanuaProvider>',
  );
  await page.getByLabel('Who').fill(email);
  await page.getByLabel('Secret').fill(password);
  await press(page, 'Go on');
  await press(page, 'Use a recovery code');
  await page.getByLabel('Code').fill(recovery_codes[0]!);
  await press(page, 'Confirm');
  await page.getByText(`${email} is signed in by a form of our own`).waitFor();
  await context.close();
});

test('rendered on a server, for whoever shows a token', async () => {
  const { client, email } = await somebody(here);
  const code = await application("module.exports = require('snippet:server');", true);
  const module = { exports: {} as { whose: (token?: string) => unknown; Page: (props: object) => unknown } };
  new Function('require', 'module', code)(createRequire(import.meta.url), module);
  const { whose, Page } = module.exports;
  const before = globalThis.fetch;
  globalThis.fetch = (input, init) => before(String(input).replace(address, here.server.url), init);
  try {
    const token = await client.auth.getAccessToken();
    expect(await whose(token!)).toMatchObject({ email });
    expect(await whose(`${token}x`)).toBe(null);
    expect(await whose(undefined)).toBe(null);
    const html = async (token?: string) =>
      renderToString((await Page({ token, children: 'secret' })) as Parameters<typeof renderToString>[0]);
    expect(await html(token!)).toBe('secret');
    expect(await html()).toBe('');
  } finally {
    globalThis.fetch = before;
  }
});
