import { execFileSync } from 'node:child_process';
import { JanuaClient } from '@janua/typescript-sdk';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patient, startChromium } from '../../typescript/tests/chromium.js';
import { type RunningExample, startExample } from '../../typescript/tests/example.js';
import { freePort, type RunningServer, startServer } from '../../typescript/tests/janua_server.js';
import { faults, newAddress, password, press, signIn, withAuthenticator } from './people.js';

/** An example with a server that lists its origin, and a browser. */
interface Running {
  janua: RunningServer;
  example: RunningExample;
  browser: Browser;
  stop(): Promise<void>;
}

async function started(name: string, words: string[] = []): Promise<Running> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const janua = await startServer({
    CORS_ORIGINS: origin,
    WEBAUTHN_RP_ORIGIN: origin,
    REQUIRE_EMAIL_VERIFICATION: 'false',
  });
  const example = await startExample(name, port, { words, env: { JANUA_BASE_URL: janua.url } });
  const browser = await startChromium();
  const stop = async () => {
    await browser.close();
    await example.stop();
    await janua.stop();
  };
  return { janua, example, browser, stop };
}

/** A page of an example, and what its console has complained of. */
async function open(context: BrowserContext, url: string) {
  const page = patient(await context.newPage());
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

async function signUp(page: Page, email: string): Promise<void> {
  await press(page, 'Create an account');
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await press(page, 'Create an account');
}

describe('examples/react-vite', () => {
  let here: Running;
  beforeAll(async () => {
    here = await started('react-vite');
  }, 900_000);
  afterAll(() => here?.stop());

  test('somebody signs up, makes a team, invites, adds a passkey and signs in with it', async () => {
    const context = await here.browser.newContext();
    const { page, complaints } = await open(context, here.example.url);
    await withAuthenticator(page);
    const email = newAddress();
    await signUp(page, email);
    await page.getByText('Choose an organization above').waitFor();
    await press(page, 'Organization: Personal account');
    await press(page, 'Create an organization');
    await page.getByLabel('Name of the organization').fill('Looms');
    await press(page, 'Create');
    await page.getByText(`${email}, owner`).waitFor();
    const invited = newAddress();
    await page.getByLabel('Invite somebody').fill(invited);
    await press(page, 'Invite');
    await page.getByText(`A mail is on its way to ${invited}.`).waitFor();
    const client = new JanuaClient({ baseUrl: here.janua.url });
    await expect.poll(async () => (await client.server.caughtMails({ to: invited })).messages.length).toBe(1);
    expect(await faults(page)).toEqual([]);

    await press(page, 'Account: Ada');
    await press(page, 'Manage account');
    await press(page, 'Add a passkey');
    await page.getByRole('button', { name: /^Remove: / }).waitFor();
    await page.reload();
    await press(page, 'Account: Ada');
    await press(page, 'Sign out');
    await press(page, 'Sign in with a passkey');
    await page.getByText('Choose an organization above').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('it is built for production without a complaint', () => {
    const cwd = '../../examples/react-vite';
    const env = { ...process.env, NODE_ENV: 'production' };
    const output = execFileSync('npm', ['run', 'build', '--silent', '--', '--logLevel', 'warn'], {
      cwd,
      env,
    });
    expect(String(output)).toBe('');
  });
});

describe('examples/nextjs', () => {
  let here: Running;
  beforeAll(async () => {
    here = await started('nextjs', ['start']);
  }, 900_000);
  afterAll(() => here?.stop());

  test('the server renders whoever is signed in, and only them', async () => {
    const { url } = here.example;
    const context = await here.browser.newContext();
    const { page, complaints } = await open(context, url);
    const email = newAddress();
    const html = async () => (await context.request.get(url)).text();
    const greeting = `Rendered on the server for`;
    await signUp(page, email);
    await page.getByText(`${greeting} ${email}`).waitFor();
    expect(await html()).toContain(email);

    const [cookie] = (await context.cookies(url)).filter(({ name }) => name === 'access_token');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    expect(cookie!.expires - Date.now() / 1000).toBeLessThan(15 * 60 + 5);
    // Without scripts, and at once.
    const still = await here.browser.newContext({
      javaScriptEnabled: false,
      storageState: await context.storageState(),
    });
    const { page: plain } = await open(still, url);
    await plain.getByText(`${greeting} ${email}`).waitFor();
    await plain.getByRole('button', { name: 'Account: Ada' }).waitFor();
    await still.close();
    // A token that Janua has not signed is worth nothing.
    const forged = cookie!.value.replace(/\.[^.]*$/, '.AAAA');
    const headers = { cookie: `access_token=${forged}` };
    expect(await (await fetch(url, { headers })).text()).not.toContain(email);

    // The cookie is over, the session is not: the browser tells the server anew.
    await context.clearCookies({ name: 'access_token' });
    await page.reload();
    await page.getByText(`${greeting} ${email}`).waitFor();
    expect(await html()).toContain(email);

    await press(page, 'Account: Ada');
    await press(page, 'Sign out');
    await page.getByLabel('Password').waitFor();
    await page.getByText(greeting).waitFor({ state: 'detached' });
    expect((await context.cookies(url)).map(({ name }) => name)).not.toContain('access_token');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('its API believes tokens of Janua, and no cookie', async () => {
    const { url } = here.example;
    const client = new JanuaClient({ baseUrl: here.janua.url });
    const email = newAddress();
    await client.auth.signUp({ email, password, first_name: 'Ada' });
    const context = await here.browser.newContext();
    const { page, complaints } = await open(context, url);
    await signIn(page, email);
    await page.getByLabel('Note').fill('<b>tea</b>');
    await press(page, 'Add');
    await page.getByText('<b>tea</b>').waitFor();
    const token = await client.auth.getAccessToken();
    const notes = (headers: Record<string, string>) => fetch(`${url}/api/notes`, { headers });
    expect(await (await notes({ authorization: `Bearer ${token}` })).json()).toEqual(['<b>tea</b>']);
    expect((await notes({ authorization: `Bearer ${token}x` })).status).toBe(401);
    expect((await notes({ cookie: `access_token=${token}` })).status).toBe(401);

    await press(page, 'Account: Ada');
    await press(page, 'Manage account');
    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
