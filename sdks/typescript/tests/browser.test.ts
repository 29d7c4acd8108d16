import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JanuaClient } from '../src/index.js';
import { heard, refreshesOf, type Stage, stage, startClient, tab } from './browser.js';
import { Drawer, newAddress, password } from './people.js';

let here: Stage;
beforeAll(async () => {
  here = await stage();
});
afterAll(() => here?.stop());

const email = (page: Page) => page.evaluate(async () => (await client.users.me()).email);
const signUp = (page: Page, address: string) =>
  page.evaluate(([email, password]) => client.auth.signUp({ email, password }), [address, password] as const);
const kept = (page: Page) => page.evaluate(() => localStorage.getItem('janua_auth'));
const signedIn = (page: Page) => page.evaluate(() => client.auth.isSignedIn());

describe('five tabs', () => {
  test('one refresh at each expiry, and nobody is signed out', async () => {
    const context = await here.context();
    await context.clock.install();
    const sent = refreshesOf(context);
    const address = newAddress();
    const first = await tab(context, here);
    await signUp(first, address);
    const tabs = [first];
    while (tabs.length < 5) tabs.push(await tab(context, here));
    for (let expiry = 1; expiry <= 3; expiry += 1) {
      // The access token lives for 15 minutes and is replaced when 5 are left.
      await context.clock.fastForward('10:30');
      await Promise.all(
        tabs.map((page) =>
          page.waitForFunction(
            (n) => seen.filter((one) => one.event === 'auth:refreshed').length === n,
            expiry,
          ),
        ),
      );
      expect(await Promise.all(tabs.map(email))).toEqual(Array(5).fill(address));
      expect(sent.length).toBe(expiry);
    }
    expect(new Set(sent).size).toBe(3);
    await context.close();
  });

  test('all at once when the token is long over, as after a night', async () => {
    const context = await here.context();
    await context.clock.install();
    const sent = refreshesOf(context);
    const address = newAddress();
    const tabs = [await tab(context, here)];
    await signUp(tabs[0]!, address);
    while (tabs.length < 5) tabs.push(await tab(context, here));
    await context.clock.fastForward('09:00:00');
    expect(await Promise.all(tabs.map(email))).toEqual(Array(5).fill(address));
    expect(sent.length).toBe(1);
    await context.close();
  });

  test('who signs in or out in one tab does so in all', async () => {
    const context = await here.context();
    const [one, two] = [await tab(context, here), await tab(context, here)];
    const address = newAddress();
    await signUp(one, address);
    await heard(two, 'auth:signedIn');
    expect(await email(two)).toBe(address);
    await two.evaluate(() => client.auth.signOut());
    await heard(one, 'auth:signedOut');
    expect(await signedIn(one)).toBe(false);
    expect(await kept(one)).toBe(null);
    await context.close();
  });

  test('where the session acts in one tab it acts in all', async () => {
    const context = await here.context();
    const [one, two] = [await tab(context, here), await tab(context, here)];
    await signUp(one, newAddress());
    await heard(two, 'auth:signedIn');
    const id = await one.evaluate(async () => {
      const { id } = await client.organizations.create({ name: 'Looms' });
      await client.auth.actIn(id);
      return id;
    });
    await heard(two, 'auth:refreshed');
    const organization = () => client.sessions.current().then((session) => session.organization_id);
    expect([await one.evaluate(organization), await two.evaluate(organization)]).toEqual([id, id]);
    const token = () => client.auth.getAccessToken();
    expect(await two.evaluate(token)).toBe(await one.evaluate(token));
    await context.close();
  });

  test('a duplicated tab with a sessionStorage of its own follows the refresh of the other', async () => {
    const context = await here.context();
    const config = {
      baseUrl: here.server.url,
      tokenStorage: { type: 'sessionStorage' as const, key: 'mine' },
    };
    const sent = refreshesOf(context);
    const one = await tab(context, here, config);
    const address = newAddress();
    await signUp(one, address);
    const opened = context.waitForEvent('page');
    await one.evaluate(() => void window.open(location.href));
    const two = await opened;
    await two.waitForLoadState();
    await startClient(two, config);
    expect(await email(two)).toBe(address);
    await one.evaluate(() => client.auth.refresh());
    await heard(two, 'auth:refreshed');
    await two.evaluate(() => client.auth.refresh());
    await heard(one, 'auth:refreshed');
    expect([await email(one), await email(two)]).toEqual([address, address]);
    expect(new Set(sent).size).toBe(2);
    await context.close();
  });
});

describe('a sleeping laptop', () => {
  test('the answer to a refresh is lost when the lid closes; hours later the same device asks again and is known', async () => {
    const context = await here.context();
    await context.clock.install();
    const page = await tab(context, here);
    const address = newAddress();
    await signUp(page, address);
    let lost = 0;
    await context.route('**/auth/refresh', async (route) => {
      await route.fetch();
      lost += 1;
      await route.abort('internetdisconnected');
    });
    await context.clock.fastForward('10:30');
    await heard(page, 'error', 'NETWORK_ERROR');
    expect(lost).toBeGreaterThan(0);
    expect(await signedIn(page)).toBe(true);
    await context.unrouteAll({ behavior: 'wait' });
    await context.clock.fastForward('08:00:00');
    expect(await email(page)).toBe(address);
    expect(await signedIn(page)).toBe(true);
    await context.close();
  });

  test('a tab that was frozen goes on with what another has fetched', async () => {
    const context = await here.context();
    const sent = refreshesOf(context);
    const [awake, asleep] = [await tab(context, here), await tab(context, here)];
    const address = newAddress();
    await signUp(awake, address);
    const protocol = await context.newCDPSession(asleep);
    await protocol.send('Page.setWebLifecycleState', { state: 'frozen' });
    await awake.evaluate(() => client.auth.refresh());
    await awake.evaluate(() => client.auth.refresh());
    await protocol.send('Page.setWebLifecycleState', { state: 'active' });
    expect(await email(asleep)).toBe(address);
    expect(sent.length).toBe(2);
    await context.close();
  });

  test('a frozen tab that holds the lock keeps nobody waiting for ever', async () => {
    const context = await here.context();
    const page = await tab(context, here, { timeout: 0, maxRetries: 0 });
    await startClient(page, { baseUrl: here.server.url });
    const address = newAddress();
    await signUp(page, address);
    await page.evaluate((url) => {
      navigator.locks.request(`janua:${url}:janua_auth`, () => new Promise(() => {}));
    }, here.server.url);
    await page.evaluate((baseUrl) => {
      // The lock is waited for ten seconds longer than a call may take: here a twentieth of that.
      const { timeout } = AbortSignal;
      AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds / 20);
      globalThis.client = new sdk.JanuaClient({ baseUrl, maxRetries: 0 });
    }, here.server.url);
    await page.evaluate(() => client.auth.refresh());
    expect(await email(page)).toBe(address);
    await context.close();
  });
});

test('a stolen refresh token is noticed, in every tab', async () => {
  const context = await here.context();
  const [one, two] = [await tab(context, here), await tab(context, here)];
  await signUp(one, newAddress());
  const storage = new Drawer();
  storage.setItem('janua_auth', (await kept(one))!);
  const thief = new JanuaClient({ baseUrl: here.server.url, tokenStorage: { type: 'custom', storage } });
  await thief.auth.refresh();
  await thief.auth.refresh();
  const code = await one.evaluate(() => client.auth.refresh().catch((error) => error.code));
  expect(code).toBe('REFRESH_TOKEN_REUSED');
  await heard(one, 'auth:expired', 'REFRESH_TOKEN_REUSED');
  await heard(two, 'auth:expired', 'REFRESH_TOKEN_REUSED');
  expect([await signedIn(one), await signedIn(two), await kept(two)]).toEqual([false, false, null]);
  await expect(thief.users.me()).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
  await context.close();
});

test('with cookies scripts hold no tokens, unsafe calls carry the CSRF token, and a reload changes nothing', async () => {
  const context = await here.context();
  const config = { baseUrl: here.server.url, tokenStorage: 'cookie' as const };
  const page = await tab(context, here, config);
  const address = newAddress();
  await signUp(page, address);
  expect(
    await page.evaluate(async () => (await client.users.updateMe({ first_name: 'Ada' })).first_name),
  ).toBe('Ada');
  await page.reload();
  await startClient(page, config);
  expect(await email(page)).toBe(address);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  await page.evaluate(() => client.users.updateMe({ last_name: 'Lovelace' }));
  await page.evaluate(() => client.auth.signOut());
  await heard(page, 'auth:signedOut');
  expect(await signedIn(page)).toBe(false);
  const again = await page.evaluate(([email, password]) => client.auth.signIn({ email, password }), [
    address,
    password,
  ] as const);
  expect(again.mfa_required).toBe(false);
  await page.evaluate(() => client.users.updateMe({ last_name: 'King' }));
  await context.close();
});

describe('passkeys', () => {
  for (const old of [false, true]) {
    test(`${old ? 'an older browser without' : 'a browser with'} JSON methods: add, sign in, refuse, forget`, async () => {
      const context = await here.context();
      if (old) {
        await context.addInitScript(() => {
          const native = PublicKeyCredential as unknown as Record<string, unknown>;
          native.parseCreationOptionsFromJSON = undefined;
          native.parseRequestOptionsFromJSON = undefined;
          (PublicKeyCredential.prototype as { toJSON: unknown }).toJSON = undefined;
        });
      }
      const page = await tab(context, here);
      const protocol = await context.newCDPSession(page);
      await protocol.send('WebAuthn.enable');
      const { authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      const address = newAddress();
      await signUp(page, address);
      expect(await page.evaluate(() => client.passkeys.isPlatformAuthenticatorAvailable())).toBe(true);
      const added = await page.evaluate(() => client.passkeys.register({ name: 'My laptop' }));
      expect(added.name).toBe('My laptop');
      await page.evaluate(() => client.auth.signOut());
      const result = await page.evaluate(() => client.passkeys.signIn());
      expect(result.mfa_required ? null : result.user.email).toBe(address);
      expect(await email(page)).toBe(address);
      await page.evaluate(async () => client.auth.reauthenticate({ passkey: await client.passkeys.ask() }));

      const twice = await page.evaluate(() =>
        client.passkeys.register().catch(({ name, code, help }) => ({ name, code, help })),
      );
      expect(twice).toMatchObject({ name: 'WebAuthnError', code: 'WEBAUTHN_INVALID_STATE' });
      await protocol.send('WebAuthn.clearCredentials', { authenticatorId });
      const none = await page.evaluate(() =>
        client.passkeys.signIn().catch(({ name, code, message }) => ({ name, code, message })),
      );
      expect(none).toMatchObject({ name: 'WebAuthnError', code: 'WEBAUTHN_NOT_ALLOWED' });
      expect((none as { message: string }).message).toMatch(/timed out or was not allowed/);
      await context.close();
    });
  }
});

test('CORS that was not set up is a NetworkError which says so', async () => {
  const context = await here.context();
  const page = await context.newPage();
  const script = await (await fetch(`${here.app}/sdk.js`)).text();
  const origin = 'http://unlisted.localhost/';
  await page.route(origin, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>App</title>' }),
  );
  await page.goto(origin);
  await page.addScriptTag({ content: script });
  await startClient(page, { baseUrl: here.server.url });
  const error = await page.evaluate(() => client.users.me().catch(({ name, help }) => ({ name, help })));
  expect(error).toMatchObject({ name: 'NetworkError', help: expect.stringMatching(/CORS_ORIGINS/) });
  await context.close();
});
