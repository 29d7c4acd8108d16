import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JanuaClient } from '../src/index.js';
import { totp } from './authenticator_app.js';
import { patient, startChromium } from './chromium.js';
import { type RunningExample, startExample } from './example.js';
import { admin, freePort, type RunningServer, startServer } from './janua_server.js';
import { newAddress, password } from './people.js';

let janua: RunningServer;
let example: RunningExample;
let browser: Browser;
beforeAll(async () => {
  const port = await freePort();
  const readme = await readFile('../../examples/express/README.md', 'utf8');
  const [, settings] = /^(.*) make run$/m.exec(readme)!;
  const [, order] = /^target\/debug\/janua (.*)$/m.exec(readme)!;
  janua = await startServer({
    CORS_ORIGINS: `http://localhost:${port}`,
    REQUIRE_EMAIL_VERIFICATION: 'false',
    ...Object.fromEntries(settings!.split(' ').map((one) => one.split('=') as [string, string])),
  });
  // As the page of the example says it, but for the port.
  const words = order!.replace('localhost:3001', `localhost:${port}`).replaceAll("'", '').split(' ');
  const secret = /whsec_[\w-]+/.exec(janua.order(...words))![0];
  const env = { JANUA_BASE_URL: janua.url, JANUA_WEBHOOK_SECRET: secret };
  example = await startExample('express', port, { env });
  browser = await startChromium();
}, 900_000);
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  await janua?.stop();
});

test('somebody makes an account, writes notes, sees what Janua told of it, and signs out in every tab', async () => {
  const email = newAddress();
  const context = patient(await browser.newContext());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(example.url);
  await page.getByLabel('Address').fill(email);
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByRole('alert').getByText('at least 10 characters').waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByText(email).waitFor();
  await page.getByLabel('Note').fill('<b>milk</b>');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByText('<b>milk</b>').waitFor();
  // A webhook that was made at the command line is known to the server within seconds; until then nothing is told.
  const elsewhere = new JanuaClient({ baseUrl: janua.url });
  const told = async () => {
    await elsewhere.auth.signIn({ email, password });
    await page.getByRole('button', { name: 'Look again' }).click();
    return page.getByText('session.started').count();
  };
  await expect.poll(told, { interval: 300 }).toBeGreaterThan(0);
  const other = await context.newPage();
  await other.goto(example.url);
  await other.getByText('<b>milk</b>').waitFor();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('a second factor is asked for', async () => {
  const ada = new JanuaClient({ baseUrl: janua.url });
  const email = newAddress();
  await ada.auth.signUp({ email, password });
  const { secret } = await ada.mfa.enableTotp({ password });
  const { recovery_codes } = await ada.mfa.verifyTotp(totp(secret));
  const page = patient(await browser.newPage());
  await page.goto(example.url);
  await page.getByLabel('Address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Code').fill(recovery_codes[0]!);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText(email).waitFor();
  await page.close();
});

test('nobody gets in without a token of Janua, and no delivery is believed without its signature', async () => {
  const ada = new JanuaClient({ baseUrl: janua.url });
  await ada.auth.signIn(admin);
  const notes = (token?: string) =>
    fetch(`${example.url}/api/notes`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  const token = (await ada.auth.getAccessToken())!;
  const refused = [await notes(), await notes('eyJ'), await notes(token.replace(/\.[^.]*$/, '.AAAA'))];
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect((await notes(token)).status).toBe(200);
  const headers = {
    'content-type': 'application/json',
    'x-janua-timestamp': String(Math.floor(Date.now() / 1000)),
    'x-janua-signature': `sha256=${'0'.repeat(64)}`,
  };
  const body = JSON.stringify({ id: 'evt_1', type: 'user.forged' });
  const forged = await fetch(`${example.url}/webhooks/janua`, { method: 'POST', headers, body });
  expect([forged.status, await forged.json()]).toEqual([400, { code: 'WEBHOOK_SIGNATURE_INVALID' }]);
});
