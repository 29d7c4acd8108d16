import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { JanuaClient } from '@janua/typescript-sdk';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from './stage.js';

const grace = { email: 'grace@example.com', password: 'harbour-cello-tundra-48' };
const address = 'https://auth.example.com';

let here: Stage;
beforeAll(async () => {
  here = await stage(19);
}, 60_000);
afterAll(() => here?.stop());

/** The snippets of the page, each the inner part of one application. */
async function application(): Promise<string> {
  const text = await readFile('../../docs/sdks/react.md', 'utf8');
  const codes = [...text.matchAll(/^```tsx\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
  expect(codes.length).toBe(3);
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createRoot } from 'react-dom/client';
        import { JanuaProvider } from '@janua/react-sdk';
        import App from 'snippet:0';
        import { Orders } from 'snippet:1';
        import { Team } from 'snippet:2';
        const config = { baseUrl: '${address}' };
        createRoot(document.getElementById('root')).render(
          <><App /><JanuaProvider config={config}><Orders /><Team /></JanuaProvider></>,
        );`,
      loader: 'tsx',
      resolveDir: '.',
    },
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    write: false,
    outdir: 'never-written',
    alias: {
      '@janua/react-sdk/styles.css': resolve('src/styles.css'),
      '@janua/react-sdk': resolve('src/index.ts'),
    },
    plugins: [
      {
        name: 'snippets',
        setup(bundler) {
          bundler.onResolve({ filter: /^snippet:/ }, ({ path }) => ({ path, namespace: 'snippet' }));
          bundler.onLoad({ filter: /.*/, namespace: 'snippet' }, ({ path }) => ({
            contents: codes[Number(path.split(':')[1])]!,
            loader: 'tsx',
            resolveDir: '.',
          }));
        },
      },
    ],
  });
  return outputFiles.find(({ path }) => path.endsWith('.js'))!.text;
}

test('the snippets of the page run', async () => {
  const client = new JanuaClient({ baseUrl: here.server.url });
  await client.auth.signUp(grace);
  await client.organizations.create({ name: 'Flow-Matic' });
  const context = await here.context();
  await context.route(`${address}/**`, async (route) => {
    const response = await route.fetch({ url: route.request().url().replace(address, here.server.url) });
    await route.fulfill({ response });
  });
  const shown: (string | null)[] = [];
  await context.route('https://api.example.com/orders', async (route) => {
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    if (route.request().method() === 'GET') shown.push(await route.request().headerValue('authorization'));
    await route.fulfill({ json: [], headers });
  });
  const page = await context.newPage();
  await page.goto(here.app);
  await page.addScriptTag({ content: await application() });
  await page.getByLabel('E-mail address').fill(grace.email);
  await page.getByLabel('Password').fill(grace.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(`Welcome, ${grace.email}`).waitFor();
  await page.getByRole('heading', { name: 'Nobody’s orders' }).waitFor();
  await page.getByText('Ask an administrator to invite people.').waitFor();
  await page.getByRole('button', { name: 'Flow-Matic' }).click();
  await page.getByRole('heading', { name: 'Flow-Matic' }).waitFor();
  const answered = page.waitForResponse('https://api.example.com/orders');
  await page.getByRole('button', { name: 'Load' }).click();
  await answered;
  expect(shown[0]).toMatch(/^Bearer eyJ/);
  await context.close();
});
