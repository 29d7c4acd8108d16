import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JanuaClient, verifyToken } from '../src/index.js';
import type { KeptTokens } from '../src/tokens.js';
import { refreshesOf, type Stage, stage, startClient, tab } from './browser.js';
import { sharedKey } from './expired_token.js';
import { drawer, newAddress, password, client as personal } from './people.js';

let key: Awaited<ReturnType<typeof sharedKey>>;
let here: Stage;
beforeAll(async () => {
  key = await sharedKey();
  here = await stage(key.settings);
});
afterAll(async () => {
  await here?.stop();
  await key?.forget();
});

/** Somebody whose tokens a test can change. */
async function somebody() {
  const { storage, tokenStorage } = drawer();
  const ada = personal({ baseUrl: here.server.url, tokenStorage });
  const email = newAddress();
  await ada.auth.signUp({ email, password });
  ada.close();
  return { storage, tokenStorage, email, tokens: storage.tokens() as KeptTokens };
}

/** Lets the machine's clock be wrong in a way that the token seems alive. */
const seemingAlive = (tokens: KeptTokens) => ({ ...tokens, clock_offset_ms: -7_200_000 });

describe('an access token that is really over', () => {
  test('is refused by the server and by whoever verifies it', async () => {
    const { tokens } = await somebody();
    const { access_token } = key.aged(tokens);
    const bearer = new JanuaClient({ baseUrl: here.server.url, accessToken: access_token });
    await expect(bearer.users.me()).rejects.toMatchObject({ name: 'TokenError', code: 'TOKEN_EXPIRED' });
    const options = { issuer: here.server.url };
    await expect(verifyToken(access_token, options)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect((await verifyToken(tokens.access_token, options)).sub).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is replaced before the call by whoever knows, and after the refusal by whoever does not', async () => {
    const me = 'GET /api/v1/users/me';
    const refresh = 'POST /api/v1/auth/refresh';
    for (const [change, calls] of [
      [(tokens: KeptTokens) => tokens, [refresh, me]],
      [seemingAlive, [me, refresh, me]],
    ] as const) {
      const { storage, tokenStorage, email, tokens } = await somebody();
      storage.setItem('janua_auth', JSON.stringify(change(key.aged(tokens))));
      const ada = personal({ baseUrl: here.server.url, tokenStorage });
      expect((await ada.users.me()).email).toBe(email);
      expect(ada.sent).toEqual(calls);
    }
  });

  test('leaves the error to the caller where nothing may be refreshed', async () => {
    const { storage, tokenStorage, tokens } = await somebody();
    storage.setItem('janua_auth', JSON.stringify(key.aged(tokens)));
    const ada = personal({ baseUrl: here.server.url, tokenStorage, autoRefresh: false });
    await expect(ada.users.me()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(ada.sent).toEqual(['GET /api/v1/users/me']);
  });
});

describe('five tabs of a laptop that wakes after its token was over', () => {
  test.each([
    ['and whose clock is right', (tokens: KeptTokens) => tokens],
    ['and whose clock is two hours slow', seemingAlive],
  ])('%s: one refresh, and everybody goes on', async (_, change) => {
    const { email, tokens } = await somebody();
    const context = await here.context();
    const sent = refreshesOf(context);
    const refusals: string[] = [];
    context.on('response', (response) => {
      if (response.status() === 401) refusals.push(response.url());
    });
    const tabs = [await tab(context, here)];
    while (tabs.length < 5) tabs.push(await tab(context, here));
    await tabs[0]!.evaluate(
      (text) => localStorage.setItem('janua_auth', text),
      JSON.stringify(change(key.aged(tokens))),
    );
    const config = { baseUrl: here.server.url };
    await Promise.all(tabs.map((page) => startClient(page, config)));
    const emails = await Promise.all(
      tabs.map((page) => page.evaluate(async () => (await client.users.me()).email)),
    );
    expect(emails).toEqual(Array(5).fill(email));
    expect(sent.length).toBe(1);
    expect(refusals.every((url) => url.endsWith('/users/me'))).toBe(true);
    // Nobody refreshes without a need afterwards, and the session is one and the same.
    await Promise.all(tabs.map((page) => page.evaluate(() => client.sessions.current())));
    expect(sent.length).toBe(1);
    await context.close();
  });
});
