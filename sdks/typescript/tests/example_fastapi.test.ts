import { createServer, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { JanuaClient } from '../src/index.js';
import { totp } from './authenticator_app.js';
import { patient, startChromium } from './chromium.js';
import { type RunningExample, startExample } from './example.js';
import { sharedKey } from './expired_token.js';
import { freePort, type RunningServer, startServer } from './janua_server.js';
import { newAddress, password } from './people.js';

/** What stands between the example and Janua: it sees what is asked, and can be told to age tokens or to be down. */
interface Between {
  url: string;
  asked: string[];
  ages: boolean;
  down: boolean;
  target: string;
  server: Server;
}

let key: Awaited<ReturnType<typeof sharedKey>>;
let between: Between;
let janua: RunningServer;
let example: RunningExample;
let browser: Browser;

async function standBetween(): Promise<Between> {
  const server = createServer(async (request, response) => {
    if (between.down) return response.destroy();
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method } = request;
    const { authorization } = request.headers;
    between.asked.push(`${method} ${request.url}`);
    const answer = await fetch(between.target + request.url, {
      method,
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      ...(body ? { body } : {}),
    });
    const json = (await answer.json().catch(() => null)) as {
      tokens?: Parameters<typeof key.aged>[0];
    } | null;
    if (between.ages && json?.tokens) json.tokens = key.aged(json.tokens);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(json && JSON.stringify(json));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return { url: `http://localhost:${port}`, asked: [], ages: false, down: false, target: '', server };
}

beforeAll(async () => {
  key = await sharedKey();
  between = await standBetween();
  janua = await startServer({
    ...key.settings,
    JWT_ISSUER: between.url,
    REQUIRE_EMAIL_VERIFICATION: 'false',
  });
  between.target = janua.url;
  example = await startExample('fastapi', await freePort(), { env: { JANUA_BASE_URL: between.url } });
  browser = await startChromium();
}, 900_000);
afterEach(() => Object.assign(between, { ages: false, down: false }));
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  await janua?.stop();
  between?.server.close().closeAllConnections();
  await key?.forget();
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const told = (page: Page, text: string) => page.getByRole('alert').getByText(text).waitFor();

async function enter(page: Page, email: string, given: string, button = 'Sign in'): Promise<void> {
  await page.getByLabel('Address').fill(email);
  await page.getByLabel('Password').fill(given);
  await press(page, button);
}

async function write(page: Page, note: string): Promise<void> {
  await page.getByLabel('Note').fill(note);
  await press(page, 'Add');
}

/** Somebody new, with a client of their own beside the browser. */
async function somebody() {
  const client = new JanuaClient({ baseUrl: janua.url });
  const email = newAddress();
  await client.auth.signUp({ email, password });
  return { client, email };
}

test('somebody makes an account, writes notes, and signs out in another tab', async () => {
  const email = newAddress();
  const context = patient(await browser.newContext());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on(
    'console',
    (message) => message.text().includes('Content Security') && complaints.push(message.text()),
  );
  await page.goto(example.url);
  await enter(page, email, 'short', 'Create an account');
  await told(page, 'at least 10 characters');
  expect(await page.getByLabel('Address').inputValue()).toBe(email);
  await enter(page, email, password, 'Create an account');
  await page.getByText(`Signed in as ${email}`).waitFor();
  await write(page, '<b>milk</b>');
  await page.getByRole('listitem').getByText('<b>milk</b>', { exact: true }).waitFor();
  // No script of the page reads the cookie, and nothing of Janua's is in the browser.
  const cookies = await context.cookies();
  expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, 'Lax']]);
  expect(await page.evaluate(() => [document.cookie, localStorage.length])).toEqual(['', 0]);

  const other = await context.newPage();
  await other.goto(example.url);
  await other.getByText('<b>milk</b>').waitFor();
  await press(other, 'Sign out');
  await other.getByLabel('Password').waitFor();
  await write(page, 'tea');
  await told(page, 'You are signed out.');
  // The cookie of before belongs to nobody any more.
  await context.addCookies(cookies);
  await page.goto(example.url);
  expect(await page.getByLabel('Password').count()).toBe(1);
  expect(await page.getByRole('alert').count()).toBe(0);
  await enter(page, email, password);
  await page.getByText('<b>milk</b>').waitFor();
  expect(await page.getByRole('listitem').allTextContents()).toEqual(['<b>milk</b>']);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a wrong password is told, and that an address is taken', async () => {
  const { email } = await somebody();
  const page = patient(await browser.newPage());
  await page.goto(example.url);
  await enter(page, email, 'not this one');
  await told(page, 'Invalid credentials');
  await enter(page, email, password, 'Create an account');
  await told(page, 'already');
  await page.reload();
  await page.goto(page.url());
  expect(page.url()).toBe(`${example.url}/`);
  await enter(page, email, password);
  await page.getByText(`Signed in as ${email}`).waitFor();
  await page.close();
});

test('a second factor is asked for, and a wrong code is told', async () => {
  const { client, email } = await somebody();
  const { secret } = await client.mfa.enableTotp({ password });
  const { recovery_codes } = await client.mfa.verifyTotp(totp(secret));
  const page = patient(await browser.newPage());
  await page.goto(example.url);
  await enter(page, email, password);
  await page.getByLabel('Code').fill('000000');
  await press(page, 'Go on');
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Code').fill(recovery_codes[0]!);
  await press(page, 'Go on');
  await page.getByText(`Signed in as ${email}`).waitFor();
  await page.close();
});

test('an access token that is over is replaced, and nobody notices', async () => {
  const { email } = await somebody();
  const page = patient(await browser.newPage());
  await page.goto(example.url);
  between.ages = true;
  between.asked.length = 0;
  await enter(page, email, password);
  await page.getByText(`Signed in as ${email}`).waitFor();
  const me = 'GET /api/v1/users/me';
  expect(between.asked).toEqual(['POST /api/v1/auth/login', me, 'POST /api/v1/auth/refresh', me]);
  await write(page, 'tea');
  await page.getByRole('listitem').getByText('tea').waitFor();
  expect(between.asked.slice(4)).toEqual([me, me]);
  await page.close();
});

test('a session that was ended elsewhere is told of, and one signs in again', async () => {
  const { client, email } = await somebody();
  const page = patient(await browser.newPage());
  await page.goto(example.url);
  await enter(page, email, password);
  await page.getByText(`Signed in as ${email}`).waitFor();
  await client.sessions.revokeOthers();
  await write(page, 'tea');
  await told(page, 'Your session has ended.');
  await enter(page, email, password);
  await page.getByText(`Signed in as ${email}`).waitFor();
  expect(await page.getByRole('listitem').count()).toBe(0);
  await page.close();
});

test('while Janua is away that is told, and nobody is signed out', async () => {
  const { email } = await somebody();
  const page = patient(await browser.newPage());
  await page.goto(example.url);
  await enter(page, email, password);
  await page.getByText(`Signed in as ${email}`).waitFor();
  between.down = true;
  await page.reload();
  await page.getByRole('alert').waitFor();
  between.down = false;
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.getByText(`Signed in as ${email}`).waitFor();
  await page.close();
});
